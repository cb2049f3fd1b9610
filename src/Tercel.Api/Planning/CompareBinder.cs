using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>Binds comparisons: resolves the left path through relations, then hands one value to
/// <see cref="OperatorBinder"/>.</summary>
internal sealed class CompareBinder(Binder binder, PathBinder paths, LiteralBinder literals)
{
    private readonly Binder _binder = binder;
    private readonly PathBinder _paths = paths;
    private readonly OperatorBinder _operators = new(binder, literals);

    public Bound Bind(Expr.Compare compare, BindSite site)
    {
        if (compare.Operator is Operator.Within or Operator.Near)
        {
            return _binder.Fail(
                PlanErrors.NotSupported,
                $"the operator {Operators.Name(compare.Operator)} (places) is not supported yet",
                compare.Position);
        }

        if (compare.Operator == Operator.Regex && !_binder.Limits.AllowsRegex)
            return _binder.Fail(PlanErrors.NotSupported, "the operator regex is turned off (query.regex)",
                compare.Position);
        compare = PutConstantRight(compare);
        var path = compare.Left as Expr.Path;
        if (path is not null && IsRowPath(path, site)) return BindPath(path, 0, compare, site, site);
        if (compare.Operator == Operator.Exists)
            return _binder.Fail(PlanErrors.Type, "exists needs a relation or a field", compare.Position);
        var left = _binder.Bind(compare.Left, site, TypeOfOther(compare, site));
        return Binder.IsInvalid(left) ? left : _operators.Bind(compare, left, site);
    }

    // Follows the path from a segment on; a to-many relation opens a subquery in which the rest is compared.
    private Bound BindPath(Expr.Path path, int start, Expr.Compare compare, BindSite at, BindSite rightSite)
    {
        if (compare.Operator == Operator.Exists && start == path.Segments.Length) return ExistsHere(compare, at, path);
        switch (_paths.Follow(path, at, start, asRow: compare.Operator == Operator.Exists))
        {
            case PathTarget.Single single when compare.Operator == Operator.Exists:
                return Flag(compare) is { } wanted ? new Bound.IsNull(single.Value, wanted) : Binder.Invalid;
            case PathTarget.Single single: return _operators.Bind(compare, single.Value, rightSite);
            case PathTarget.Many many: return BindMany(path, many, compare, at, rightSite);
            default: return Binder.Invalid;
        }
    }

    private Bound BindMany(Expr.Path path, PathTarget.Many many, Expr.Compare compare, BindSite at, BindSite rightSite)
    {
        var inner = new Scope(many.Via.To, at.Scope);
        var next = many.Next;
        var word = next < path.Segments.Length ? path.Segments[next] : "";
        if (word == "count") return BindCount(path, many, inner, compare, rightSite);
        if (compare.Operator is Operator.Exists or Operator.Null && next == path.Segments.Length)
        {
            if (Flag(compare) is not { } wanted) return Binder.Invalid;
            var some = wanted == (compare.Operator == Operator.Exists);
            return new Bound.Related(many.From, many.Via, inner, some ? Quantifier.Any : Quantifier.None, null);
        }

        var quantifier = word switch { "all" => Quantifier.All, "none" => Quantifier.None, _ => Quantifier.Any };
        if (word is "any" or "all" or "none") next++;
        if (RelationsIn(at) >= _binder.Limits.PathDepthMax)
        {
            return _binder.Fail(
                QueryErrors.TooDeep, $"the path {PathBinder.Text(path)} follows more than "
                + $"{_binder.Limits.PathDepthMax} relations (query.path_depth_max)", path.Position);
        }

        var predicate = BindPath(path, next, compare, BindSite.Of(inner), rightSite);
        if (Binder.IsInvalid(predicate)) return predicate;
        return new Bound.Related(many.From, many.Via, inner, quantifier, predicate);
    }

    private Bound BindCount(
        Expr.Path path, PathTarget.Many many, Scope inner, Expr.Compare compare, BindSite rightSite)
    {
        if (many.Next != path.Segments.Length - 1)
            return _binder.Fail(PlanErrors.Type, "count ends a path: lines.count.gte=3", path.Position);
        var count = new Bound.RelatedAggregate(many.From, many.Via, inner, "count", null, null, FieldType.Int);
        return _operators.Bind(compare, count, rightSite);
    }

    // lines.any.exists=true
    private Bound ExistsHere(Expr.Compare compare, BindSite at, Expr.Path path)
    {
        if (_paths.KeyOf(at.Source, at.Scope, path) is not PathTarget.Single key) return Binder.Invalid;
        return Flag(compare) is { } wanted ? new Bound.IsNull(key.Value, wanted) : Binder.Invalid;
    }

    private bool? Flag(Expr.Compare compare)
    {
        if (OperatorBinder.FlagOf(compare.Right) is { } flag) return flag;
        _binder.Fail(
            PlanErrors.Value, $"{Operators.Name(compare.Operator)} takes true or false", compare.Right.Position);
        return null;
    }

    // Aliases and the operands of relation aggregates are looked up by the binder itself.
    private static bool IsRowPath(Expr.Path path, BindSite site) =>
        site.Prefix.IsEmpty && !(site.Aliases is { } aliases && aliases.ContainsKey(path.Segments[0]));

    private static int RelationsIn(BindSite site)
    {
        var count = 0;
        for (var scope = site.Scope; scope.Outer is { } outer; scope = outer) count++;
        return count;
    }

    // For a left side that has no type of its own ("$min lt total" after flipping is rare): the right path's type.
    private FieldType? TypeOfOther(Expr.Compare compare, BindSite site)
    {
        if (compare.Left is not (Expr.Literal or Expr.Parameter) || compare.Right is not Expr.Path path) return null;
        return _paths.Bind(path, site) is var bound && Binder.IsInvalid(bound) ? null : bound.Type;
    }

    private static Expr.Compare PutConstantRight(Expr.Compare compare)
    {
        if (compare.Left is not (Expr.Literal or Expr.Parameter)
            || compare.Right is Expr.Literal or Expr.Parameter or Expr.List)
            return compare;
        Operator? turned = compare.Operator switch
        {
            Operator.Eq => Operator.Eq,
            Operator.Ne => Operator.Ne,
            Operator.Lt => Operator.Gt,
            Operator.Lte => Operator.Gte,
            Operator.Gt => Operator.Lt,
            Operator.Gte => Operator.Lte,
            _ => null,
        };
        return turned is { } op ? compare with { Operator = op, Left = compare.Right, Right = compare.Left } : compare;
    }
}
