using System.Collections.Immutable;
using Tercel.Api.Query;

namespace Tercel.Api.Model.Loading;

/// <summary>Looks up the paths in computed fields and rules, and finds computed fields that need themselves.</summary>
/// <remarks>Types are checked later, when planning binds the expressions; names are checked here, so that a model with
/// other mistakes tells these as well.</remarks>
internal sealed class ExpressionNames(ModelDraft model, ModelReport report)
{
    private readonly Dictionary<ComputedDraft, List<ComputedDraft>> _needs = [];

    // Set while an expression is walked.
    private Func<int, Place> _at = _ => default;
    private ComputedDraft? _computed;

    public void Check()
    {
        foreach (var entity in model.Entities)
        {
            foreach (var computed in entity.Computed)
            {
                _needs[computed] = [];
                Start(computed.Expression, entity, computed);
            }

            foreach (var rule in entity.Rules) Start(rule.Check, entity, computed: null);
        }

        var done = new HashSet<ComputedDraft>();
        foreach (var computed in _needs.Keys) FindCycle(computed, [], done);
    }

    private void Start(ExpressionDraft expression, EntityDraft entity, ComputedDraft? computed)
    {
        if (expression.Value is null) return;
        _at = expression.At;
        _computed = computed;
        Walk(expression.Value, entity, outer: null);
    }

    private void Walk(Expr expr, EntityDraft entity, EntityDraft? outer)
    {
        switch (expr)
        {
            case Expr.Path path: Follow(path, path.Segments, entity, outer); break;
            case Expr.Parameter parameter:
                report.Add(_at(expr.Position), ModelErrors.Expression,
                    $"${parameter.Name} has no value in a model file");
                break;
            case Expr.Ambient ambient: CheckAmbient(ambient, entity); break;
            case Expr.Compare compare:
                Walk(compare.Left, entity, outer);
                Walk(compare.Right, entity, outer);
                break;
            case Expr.List list: WalkAll(list.Items, entity, outer); break;
            case Expr.And and: WalkAll(and.Items, entity, outer); break;
            case Expr.Or or: WalkAll(or.Items, entity, outer); break;
            case Expr.Not not: Walk(not.Operand, entity, outer); break;
            case Expr.Negate negate: Walk(negate.Operand, entity, outer); break;
            case Expr.Arithmetic arithmetic:
                Walk(arithmetic.Left, entity, outer);
                Walk(arithmetic.Right, entity, outer);
                break;
            case Expr.Call call: WalkCall(call, entity, outer); break;
        }
    }

    private void WalkAll(ImmutableArray<Expr> items, EntityDraft entity, EntityDraft? outer)
    {
        foreach (var item in items) Walk(item, entity, outer);
    }

    // exists(path, condition): the condition is about the rows at the end of the path.
    private void WalkCall(Expr.Call call, EntityDraft entity, EntityDraft? outer)
    {
        if (call.Name is "role")
        {
            report.NotYet(_at(call.Position), $"{call.Name}() belongs to authentication, which is");
            return;
        }

        if (call.Name != "exists" || call.Arguments is not [Expr.Path path, ..])
        {
            WalkAll(call.Arguments, entity, outer);
            return;
        }

        var target = Follow(path, path.Segments, entity, outer);
        foreach (var argument in call.Arguments.Skip(1)) Walk(argument, target ?? entity, outer: entity);
    }

    private void CheckAmbient(Expr.Ambient ambient, EntityDraft entity)
    {
        if (ambient.Name is "user" or "claims" or "request")
            report.NotYet(_at(ambient.Position), $"@{ambient.Name} belongs to authentication, which is");
        else if (ambient.Name is ("new" or "old") && _computed is not null)
            report.Add(_at(ambient.Position), ModelErrors.Expression,
                $"@{ambient.Name} exists in rules only, not in computed fields");
        else if (ambient.Name is ("new" or "old") && ambient.Segments.Length > 0)
            Follow(ambient, ambient.Segments, entity, outer: null);
    }

    // The entity that the path ends at, when it ends at a relation; null otherwise.
    private EntityDraft? Follow(Expr expr, ImmutableArray<string> segments, EntityDraft entity, EntityDraft? outer)
    {
        if (outer is not null && !Has(entity, segments[0]) && Has(outer, segments[0])) entity = outer;
        var afterMany = false;
        for (var i = 0; i < segments.Length; i++)
        {
            var name = segments[i];
            var isLast = i == segments.Length - 1;
            if (afterMany && name is ("any" or "all" or "none")) continue;
            if (afterMany && name is "count" && isLast) return null;
            if (entity.FindRelation(name) is { } relation)
            {
                entity = relation.To;
                afterMany = relation.Kind != RelationKind.ToOne;
                continue;
            }

            if (entity.FindComputed(name) is { } computed)
            {
                if (_computed is not null) _needs[_computed].Add(computed);
                CheckInside(expr, name, computed.Type, isLast);
                return null;
            }

            if (entity.FindField(name) is { } field)
            {
                if (field.WriteOnly && _computed is not null)
                    report.Add(_at(expr.Position), ModelErrors.Expression,
                        $"{name} is write_only, so a computed field cannot show it");

                // A reference whose target is unknown was reported there.
                if (!field.IsReference || name == field.FieldName) CheckInside(expr, name, field.ColumnType, isLast);
                return null;
            }

            // A many whose target is unknown was reported there, too.
            if (entity.Many.Any(m => m.Name == name) || entity.Refs.Any(r => r.Name == name)) return null;
            report.Unknown(_at(expr.Position), ModelErrors.UnknownName, $"{entity.Name} has no field or relation", name,
                Names(entity));
            return null;
        }

        return entity;
    }

    private void CheckInside(Expr expr, string name, FieldType? type, bool isLast)
    {
        if (!isLast && type is { Kind: not FieldKind.Json })
            report.Add(_at(expr.Position), ModelErrors.Expression,
                $"{name} is {type.Word}; it has nothing inside");
    }

    private static bool Has(EntityDraft entity, string name) => Names(entity).Contains(name);

    private static IEnumerable<string> Names(EntityDraft entity) =>
        entity.FieldNames.Concat(entity.Computed.Select(c => c.Name)).Concat(entity.Relations.Select(r =>
            r.Name)).Distinct();

    private void FindCycle(ComputedDraft computed, List<ComputedDraft> trail, HashSet<ComputedDraft> done)
    {
        var start = trail.IndexOf(computed);
        if (start >= 0)
        {
            var names = trail.Skip(start).Append(computed).Select(c => c.Name);
            report.Add(computed.Place, ModelErrors.Cycle,
                $"computed fields need each other: {string.Join(" -> ", names)}");
            return;
        }

        if (!done.Add(computed)) return;
        trail.Add(computed);
        foreach (var need in _needs[computed]) FindCycle(need, trail, done);
        trail.RemoveAt(trail.Count - 1);
    }
}
