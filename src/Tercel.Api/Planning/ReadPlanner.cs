using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>Turns a parsed query into a <see cref="ReadPlan"/>: looks up every name and refuses what cannot be
/// answered.</summary>
/// <remarks>Does no I/O. All mistakes of the request are reported together.</remarks>
internal static class ReadPlanner
{
    /// <summary>Plans a page of an entity's rows, or of the rows that belong to one parent.</summary>
    /// <param name="entity">Whose rows.</param>
    /// <param name="query">The request.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="parent">The to-many relation of a sub-collection; the parent's key is the key of the URL.</param>
    public static Result<ReadPlan> PlanList(
        Entity entity, ListQuery query, ApiLimits limits, DateTimeOffset now, Relation? parent = null)
    {
        var binder = new Binder(limits, now, query.Parameters);
        var scope = new Scope(entity);
        var site = BindSite.Of(scope);
        var conditions = ImmutableArray.CreateBuilder<Bound>();
        if (parent is not null) AddParent(conditions, scope, parent);
        AddFilters(binder, site, query, conditions);
        var joins = scope.Joins.Count;
        var shapes = new ShapePlanner(binder);
        var shape = shapes.Plan(site, query);
        var (sort, isKeyset) = SortPlanner.Plan(binder, site, query.Sort, query.Search is not null);
        var (limit, offset) = PagePlanner.Plan(binder, entity, query);
        RefuseGrouping(binder, query);
        if (binder.Errors.Count > 0) return binder.Errors;
        return new ReadPlan
        {
            Scope = scope, Conditions = conditions.ToImmutable(), ConditionJoins = joins, Shape = shape, Sort = sort,
            IsKeyset = isKeyset, Searches = query.Search is not null, Limit = limit, Offset = offset,
            Count = query.Count ?? CountMode.None, Deprecated = shapes.Deprecated,
        };
    }

    /// <summary>Plans one row, found by its key; of the query only fields and embed count, anything else is
    /// refused.</summary>
    public static Result<ReadPlan> PlanRow(Entity entity, ListQuery query, ApiLimits limits, DateTimeOffset now)
    {
        var binder = new Binder(limits, now, query.Parameters);
        RefuseListParts(binder, query);
        var scope = new Scope(entity);
        var conditions = ImmutableArray.CreateBuilder<Bound>();
        for (var i = 0; i < entity.Key.Count; i++)
        {
            var column = new Bound.Column(scope.Root, entity.Key[i]);
            var value = new Bound.Value(new ValueOrigin.Key(i), entity.Key[i].Type);
            conditions.Add(new Bound.Compare(Operator.Eq, column, value));
        }

        var shapes = new ShapePlanner(binder);
        var shape = shapes.Plan(BindSite.Of(scope), query);
        if (binder.Errors.Count > 0) return binder.Errors;
        return new ReadPlan
        {
            Scope = scope, Conditions = conditions.ToImmutable(), ConditionJoins = 0, Shape = shape,
            Deprecated = shapes.Deprecated,
        };
    }

    /// <summary>Binds all conditions of a query: filters, where, search. Grouped queries use it too.</summary>
    public static void AddFilters(
        Binder binder, BindSite site, ListQuery query, ImmutableArray<Bound>.Builder conditions)
    {
        if (query.Search is { } search) AddSearch(binder, site, search, conditions);
        foreach (var filter in query.Filters)
            conditions.Add(binder.Predicate(filter.Condition, site, filter.Parameter));
        if (query.Where is not { } where) return;
        var bound = binder.Predicate(where, site, "where");
        // The parts of a conjunction stand on their own, which reads better in explain and costs nothing.
        if (bound is Bound.And and) conditions.AddRange(and.Items);
        else conditions.Add(bound);
    }

    private static void AddSearch(
        Binder binder, BindSite site, Expr.Literal search, ImmutableArray<Bound>.Builder conditions)
    {
        if (site.Source.Entity.Search is null)
        {
            binder.Errors.Add(
                new Error(QueryErrors.UnknownParameter, $"{site.Source.Entity.Name} has no full-text search")
            {
                Parameter = "q",
            });
            return;
        }

        var text = binder.Constant(search, new ValueReading(FieldType.Text, ValueForm.Search), "q");
        if (!Binder.IsInvalid(text)) conditions.Add(new Bound.Matches(site.Source, text));
    }

    /// <summary>Binds that a row belongs to the parent in the URL (<c>/products/42/reviews</c>): the foreign key is
    /// the parent's key where it can be compared directly.</summary>
    public static void AddParent(ImmutableArray<Bound>.Builder conditions, Scope scope, Relation parent)
    {
        var direct = parent.Through is null && parent.From.SoftDelete is null
            && parent.FromFields.Count == parent.From.Key.Count && parent.FromFields.All(f => f.IsKey);
        if (!direct)
        {
            conditions.Add(new Bound.ChildOf(scope.Root, parent, new Scope(parent.From, scope)));
            return;
        }

        for (var i = 0; i < parent.FromFields.Count; i++)
        {
            var field = parent.FromFields[i];
            var key = parent.From.Key.ToList().IndexOf(field);
            var value = new Bound.Value(new ValueOrigin.Key(key), field.Type);
            conditions.Add(new Bound.Compare(Operator.Eq, new Bound.Column(scope.Root, parent.ToFields[i]), value));
        }
    }

    private static void RefuseListParts(Binder binder, ListQuery query)
    {
        void Refuse(bool given, string parameter)
        {
            if (!given) return;
            binder.Errors.Add(new Error(QueryErrors.Conflict, $"{parameter} is for lists, not for a single row")
            {
                Parameter = parameter,
            });
        }

        foreach (var filter in query.Filters) Refuse(true, filter.Parameter);
        Refuse(query.Where is not null, "where");
        Refuse(!query.Sort.IsEmpty, "sort");
        Refuse(query.Limit is not null, "limit");
        Refuse(query.Page is not null, "page");
        Refuse(query.Offset is not null, "offset");
        Refuse(query.Cursor is not null, "cursor");
        Refuse(query.Count is not null, "count");
        Refuse(query.Search is not null, "q");
        Refuse(!query.Highlight.IsEmpty, "highlight");
        Refuse(!query.Group.IsEmpty, "group");
        Refuse(!query.Aggregates.IsEmpty, "agg");
        Refuse(query.Having is not null, "having");
        Refuse(!query.Distinct.IsEmpty, "distinct");
        Refuse(!query.Facets.IsEmpty, "facets");
        Refuse(query.Explain, "explain");
    }

    // Grouped queries have a planner of their own; reaching this one with their parts alone is a mistake of the
    // request.
    private static void RefuseGrouping(Binder binder, ListQuery query)
    {
        if (query.Having is null) return;
        binder.Errors.Add(new Error(QueryErrors.Conflict, "having needs group or agg") { Parameter = "having" });
    }
}
