using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;

namespace Tercel.Api.Query;

/// <summary>Writes an expression as canonical text, which <see cref="ExpressionParser"/> reads back to the same
/// tree.</summary>
/// <remarks>A raw URL value has no spelling of its own in expressions and is written as text.</remarks>
internal static class ExpressionPrinter
{
    private enum Level
    {
        Or,
        And,
        Not,
        Comparison,
        Sum,
        Product,
        Unary,
        Primary,
    }

    public static string Print(Expr expr)
    {
        var text = new StringBuilder();
        Write(text, expr, Level.Or);
        return text.ToString();
    }

    /// <summary>A dotted path, with quotes where a name needs them.</summary>
    public static string PrintPath(ImmutableArray<string> segments)
    {
        var text = new StringBuilder();
        WritePath(text, segments, firstIsBare: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Expr expr, Level least)
    {
        var inParentheses = LevelOf(expr) < least;
        if (inParentheses) text.Append('(');
        WriteBare(text, expr);
        if (inParentheses) text.Append(')');
    }

    private static void WriteBare(StringBuilder text, Expr expr)
    {
        switch (expr)
        {
            case Expr.Literal literal: WriteLiteral(text, literal); break;
            case Expr.Parameter parameter: text.Append('$').Append(parameter.Name); break;
            case Expr.Ambient ambient: WriteAmbient(text, ambient); break;
            case Expr.Path path: WritePath(text, path.Segments, firstIsBare: false); break;
            case Expr.Compare compare: WriteCompare(text, compare); break;
            case Expr.List list: WriteList(text, list); break;
            case Expr.And and: WriteAll(text, and.Items, " and ", Level.Not); break;
            case Expr.Or or: WriteAll(text, or.Items, " or ", Level.And); break;
            case Expr.Not not:
                text.Append("not ");
                Write(text, not.Operand, Level.Not);
                break;
            case Expr.Arithmetic arithmetic: WriteArithmetic(text, arithmetic); break;
            case Expr.Negate negate: WriteNegate(text, negate); break;
            case Expr.Call call: WriteCall(text, call); break;
            default: throw new UnreachableException();
        }
    }

    private static Level LevelOf(Expr expr) => expr switch
    {
        Expr.Or => Level.Or,
        Expr.And => Level.And,
        Expr.Not => Level.Not,
        Expr.Compare => Level.Comparison,
        Expr.Arithmetic { Sign: '+' or '-' } => Level.Sum,
        Expr.Arithmetic => Level.Product,
        Expr.Negate => Level.Unary,
        _ => Level.Primary,
    };

    private static void WriteLiteral(StringBuilder text, Expr.Literal literal)
    {
        if (literal.Kind is LiteralKind.Text or LiteralKind.Raw)
            text.Append('\'').Append(literal.Text.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        else
            text.Append(literal.Text);
    }

    private static void WriteAmbient(StringBuilder text, Expr.Ambient ambient)
    {
        if (ambient is { Name: "now", Segments: [] })
        {
            text.Append("now");
        }
        else if (ambient.Name == "ref")
        {
            text.Append("@ref(");
            WritePath(text, ambient.Segments, firstIsBare: true);
            text.Append(')');
        }
        else
        {
            text.Append('@');
            WritePath(text, ambient.Segments.Insert(0, ambient.Name), firstIsBare: true);
        }
    }

    private static void WritePath(StringBuilder text, ImmutableArray<string> segments, bool firstIsBare)
    {
        for (var i = 0; i < segments.Length; i++)
        {
            if (i > 0) text.Append('.');
            var name = segments[i];
            var bare = Names.IsBare(name, first: i == 0) || (i == 0 && firstIsBare && Names.IsKeyword(name));
            text.Append(bare ? name : Names.Quote(name));
        }
    }

    private static void WriteCompare(StringBuilder text, Expr.Compare compare)
    {
        Write(text, compare.Left, Level.Sum);
        if (compare is { Operator: Operator.Null, Right: Expr.Literal { Kind: var kind } })
        {
            text.Append(kind == LiteralKind.True ? " is null" : " is not null");
            return;
        }

        text.Append(' ').Append(ComparisonOperators.Name(compare.Operator)).Append(' ');
        if (compare is { Operator: Operator.Between, Right: Expr.List { Items: [var low, var high] } })
        {
            Write(text, low, Level.Sum);
            text.Append(" and ");
            Write(text, high, Level.Sum);
            return;
        }

        Write(text, compare.Right, Level.Sum);
    }

    private static void WriteList(StringBuilder text, Expr.List list)
    {
        text.Append('(');
        WriteAll(text, list.Items, ", ", Level.Sum);
        text.Append(')');
    }

    private static void WriteAll(StringBuilder text, ImmutableArray<Expr> items, string separator, Level least)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) text.Append(separator);
            Write(text, items[i], least);
        }
    }

    // Subtraction and division group to the left, so the right side needs one level more.
    private static void WriteArithmetic(StringBuilder text, Expr.Arithmetic arithmetic)
    {
        var level = LevelOf(arithmetic);
        Write(text, arithmetic.Left, level);
        text.Append(' ').Append(arithmetic.Sign).Append(' ');
        Write(text, arithmetic.Right, level + 1);
    }

    // -5 is a number; the negation of the number 5 is -(5).
    private static void WriteNegate(StringBuilder text, Expr.Negate negate)
    {
        text.Append('-');
        var isNumber = negate.Operand is Expr.Literal { Kind: LiteralKind.Number };
        if (isNumber) text.Append('(');
        Write(text, negate.Operand, Level.Unary);
        if (isNumber) text.Append(')');
    }

    private static void WriteCall(StringBuilder text, Expr.Call call)
    {
        text.Append(call.Name).Append('(');
        if (call.Distinct) text.Append("distinct ");
        WriteAll(text, call.Arguments, ", ", Level.Or);
        text.Append(')');
    }
}
