using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Visits every node of an expression, parents first.</summary>
internal static class ExprWalk
{
    public static IEnumerable<Expr> All(Expr expr)
    {
        var open = new Stack<Expr>();
        open.Push(expr);
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in Children(next)) open.Push(child);
        }
    }

    private static ImmutableArray<Expr> Children(Expr expr) => expr switch
    {
        Expr.Compare compare => [compare.Left, compare.Right],
        Expr.List list => list.Items,
        Expr.And and => and.Items,
        Expr.Or or => or.Items,
        Expr.Not not => [not.Operand],
        Expr.Arithmetic arithmetic => [arithmetic.Left, arithmetic.Right],
        Expr.Negate negate => [negate.Operand],
        Expr.Call call => call.Arguments,
        _ => [],
    };
}
