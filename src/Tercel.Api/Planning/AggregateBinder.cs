using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>
/// Binds aggregates over the rows of a to-many relation (<c>avg(reviews.stars)</c>), aggregates over the rows of a
/// group (<c>sum(total)</c> where the site says so), and <c>exists(lines, quantity gt 3)</c>.
/// </summary>
internal sealed class AggregateBinder(Binder binder, PathBinder paths)
{
    private readonly Binder _binder = binder;
    private readonly PathBinder _paths = paths;

    public Bound BindExists(Expr.Call call, BindSite site)
    {
        var path = call.Arguments.Length is 1 or 2 ? call.Arguments[0] as Expr.Path : null;
        if (path is not null && call.Arguments.Length == 1)
        {
            // lines.exists=true: any path, so that to-one relations and members of JSON can be asked for too.
            var yes = new Expr.Literal(LiteralKind.True, "true") { Position = call.Position };
            return _binder.Bind(new Expr.Compare(Operator.Exists, path, yes) { Position = call.Position }, site);
        }

        if (path is null)
            return _binder.Fail(PlanErrors.Function, "exists takes a relation and a condition", call.Position);
        if (_paths.Follow(path, site, 0) is not PathTarget.Many many || many.Next != path.Segments.Length)
            return NoRelation(call, path);
        var inner = new Scope(many.Via.To, site.Scope);
        Bound? condition = null;
        if (call.Arguments.Length == 2)
        {
            condition = _binder.Condition(call.Arguments[1], BindSite.Of(inner));
            if (Binder.IsInvalid(condition)) return condition;
        }

        return new Bound.Related(many.From, many.Via, inner, Quantifier.Any, condition);
    }

    public Bound Bind(Expr.Call call, BindSite site)
    {
        var path = call.Arguments.Select(FirstPath).FirstOrDefault(p => p is not null);
        if (path is not null && ManyIn(path, site) is { } many)
        {
            if (!site.Grouped) return OverRelation(call, path, many, site);
            var part = OverRelation(call, path, many, site with { Grouped = false, Aliases = null });
            return Binder.IsInvalid(part) ? part : OverGroup(call, many.Via, (Bound.RelatedAggregate)part);
        }

        if (site.Grouped) return OverGroup(call, site);
        return _binder.Fail(
            PlanErrors.Function, $"{call.Name} needs a to-many relation here, such as {call.Name}(lines.quantity)",
            call.Position);
    }

    private Bound OverRelation(Expr.Call call, Expr.Path path, PathTarget.Many many, BindSite site)
    {
        if (call.Name is not ("count" or "sum" or "avg" or "min" or "max"))
        {
            return _binder.Fail(
                PlanErrors.NotSupported, $"{call.Name} is only possible over the rows of a group", call.Position);
        }

        if (call.Arguments.Length > 2)
            return _binder.Fail(PlanErrors.Function, $"{call.Name} takes a value and a condition", call.Position);
        var inner = new Scope(many.Via.To, site.Scope);
        var prefix = path.Segments[..many.Next];
        var operandSite = BindSite.Of(inner) with { Prefix = prefix, Outer = site };
        Bound? operand = null;
        var whole = call.Arguments[0] is Expr.Path only && only.Segments.Length == many.Next;
        if (!whole || call.Name != "count")
        {
            if (whole) return NeedsNumber(call, call.Arguments[0].Position);
            operand = _binder.Bind(call.Arguments[0], operandSite);
            if (Binder.IsInvalid(operand)) return operand;
        }

        Bound? condition = null;
        if (call.Arguments.Length == 2)
        {
            condition = _binder.Condition(call.Arguments[1], BindSite.Of(inner));
            if (Binder.IsInvalid(condition)) return condition;
        }

        if (ResultType(call, operand) is not { } type) return NeedsNumber(call, call.Position);
        var name = call.Distinct && call.Name == "count" ? "count_distinct" : call.Name;
        return new Bound.RelatedAggregate(many.From, many.Via, inner, name, operand, condition, type);
    }

    private Bound OverGroup(Expr.Call call, BindSite site)
    {
        if (call.Arguments.Length > 1 || (call.Arguments.Length == 0 && call.Name != "count"))
            return _binder.Fail(PlanErrors.Function, $"{call.Name} takes one value", call.Position);
        if (call.Distinct && call.Name is not ("count" or "sum" or "avg"))
            return _binder.Fail(PlanErrors.Function, $"{call.Name} does not take distinct", call.Position);
        Bound? operand = null;
        if (call.Arguments is [var argument])
        {
            // The operand is a value of each row: an aggregate inside an aggregate has no meaning.
            operand = _binder.Bind(argument, site with { Grouped = false, Aliases = null });
            if (Binder.IsInvalid(operand)) return operand;
        }

        if (GroupAggregates.TypeOf(call.Name, operand?.Type) is not { } type) return NeedsNumber(call, call.Position);
        var aggregate = new Bound.Aggregate(call.Name, operand, call.Distinct, type);
        if (call.Name is not ("first" or "last")) return aggregate;
        var order = GroupAggregates.KeyOrder(site.Scope.Root);
        if (!order.IsEmpty) return aggregate with { Order = order };
        return _binder.Fail(
            PlanErrors.NotSupported,
            $"{call.Name} goes by the key, and {site.Source.Entity.Name} has none that can be ordered", call.Position);
    }

    // sum(lines.quantity) over a group: over all rows that the group's rows lead to.
    private Bound OverGroup(Expr.Call call, Relation via, Bound.RelatedAggregate part) =>
        GroupAggregates.OfParts(part) ?? _binder.Fail(
            PlanErrors.NotSupported,
            $"{call.Name}{(call.Distinct ? "(distinct ...)" : "")} is not possible over the rows of {via.Name}; "
            + $"group {via.To.Name} instead", call.Position);

    // Null when the aggregate does not fit the operand's type.
    private static FieldType? ResultType(Expr.Call call, Bound? operand)
    {
        if (call.Name == "count") return FieldType.Int;
        if (operand is null) return null;
        var type = operand.Type.Kind == FieldKind.Json ? FieldType.Float : operand.Type;
        return call.Name switch
        {
            "min" or "max" or "first" or "last" => type.Kind is FieldKind.Array ? null : operand.Type,
            "sum" => type.IsNumber ? type : null,
            _ => type.IsNumber ? FieldType.Float : null,
        };
    }

    // The to-many relation that a path crosses; quietly null when the path does not, or names nothing.
    private static PathTarget.Many? ManyIn(Expr.Path path, BindSite site)
    {
        var source = site.Source;
        for (var i = 0; i < path.Segments.Length; i++)
        {
            if (source.Entity.Field(path.Segments[i]) is { IsVisible: true }) return null;
            if (source.Entity.Relation(path.Segments[i]) is not { } relation) return null;
            if (!relation.IsToOne) return new PathTarget.Many(source, relation, i + 1);
            source = site.Scope.Join(source, relation);
        }

        return null;
    }

    private static Expr.Path? FirstPath(Expr expr) => expr switch
    {
        Expr.Path path => path,
        Expr.Arithmetic arithmetic => FirstPath(arithmetic.Left) ?? FirstPath(arithmetic.Right),
        Expr.Negate negate => FirstPath(negate.Operand),
        Expr.Call call => call.Arguments.Select(FirstPath).FirstOrDefault(p => p is not null),
        Expr.Compare compare => FirstPath(compare.Left) ?? FirstPath(compare.Right),
        _ => null,
    };

    private Bound NoRelation(Expr.Call call, Expr.Path path)
    {
        if (_binder.Errors.Count > 0) return Binder.Invalid;
        return _binder.Fail(
            PlanErrors.Function, $"exists takes a to-many relation; {PathBinder.Text(path)} is none", call.Position);
    }

    private Bound NeedsNumber(Expr.Call call, int position) => _binder.Fail(
        PlanErrors.Function, $"{call.Name} needs {(call.Name is "min" or "max" ? "a value" : "a number")}: "
        + $"{call.Name}(lines.quantity)", position);
}
