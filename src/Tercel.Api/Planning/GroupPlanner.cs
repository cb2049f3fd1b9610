using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>Turns a query with group, agg or distinct into a <see cref="GroupPlan"/>.</summary>
/// <remarks>Does no I/O. All mistakes of the request are reported together.</remarks>
internal sealed class GroupPlanner
{
    private readonly Binder _binder;
    private readonly ListQuery _query;
    private readonly Scope _scope;
    private readonly BindSite _site;
    private readonly GroupNames _names;

    private GroupPlanner(Entity entity, ListQuery query, ApiLimits limits, DateTimeOffset now)
    {
        _binder = new Binder(limits, now, query.Parameters);
        _query = query;
        _scope = new Scope(entity);
        _site = BindSite.Of(_scope);
        _names = new GroupNames(_binder, entity);
    }

    /// <summary>True when the query asks for groups or distinct values instead of rows.</summary>
    public static bool Handles(ListQuery query) =>
        query.Group.Length > 0 || query.Aggregates.Length > 0 || query.Distinct.Length > 0;

    /// <summary>Plans a page of groups.</summary>
    /// <param name="entity">Whose rows.</param>
    /// <param name="query">The request.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="parent">The to-many relation of a sub-collection; the parent's key is the key of the URL.</param>
    public static Result<GroupPlan> Plan(
        Entity entity, ListQuery query, ApiLimits limits, DateTimeOffset now, Relation? parent = null)
    {
        var planner = new GroupPlanner(entity, query, limits, now);
        var conditions = planner.Conditions(parent);
        var groups = query.Distinct.Length > 0 ? planner.Distinct() : planner.Groups();
        var aggregates = planner.Aggregates();
        var having = planner.Having();
        var sort = planner.Sort([.. groups, .. aggregates], groups.Length);
        var (limit, offset) = planner.Page();
        planner.RefuseOtherParts();
        if (planner._binder.Errors.Count > 0) return planner._binder.Errors;
        return new GroupPlan
        {
            Rows = planner.Rows(conditions, groups), Groups = groups, Aggregates = aggregates, Having = having,
            Sort = sort, Limit = limit, Offset = offset, Count = query.Count ?? CountMode.None,
        };
    }

    /// <summary>Plans the counts of a field's values: the most frequent ones first.</summary>
    public static Result<GroupPlan> PlanFacet(
        Entity entity, FacetTerm facet, ListQuery query, ApiLimits limits, DateTimeOffset now, Relation? parent)
    {
        var planner = new GroupPlanner(entity, query, limits, now);
        var conditions = planner.Conditions(parent);
        var value = planner.Grouped(planner._binder.Path(facet.Path, planner._site, "facets"), facet.Path.Position);
        var limit = facet.Limit ?? Math.Min(FacetPlan.ValuesDefault, limits.GroupRowsMax);
        if (limit < 1 || limit > limits.GroupRowsMax)
        {
            planner.Refuse(
                PlanErrors.Page, $"the limit of a facet must be 1 to {limits.GroupRowsMax} (group.rows_max)", "facets");
        }

        if (planner._binder.Errors.Count > 0) return planner._binder.Errors;
        var count = new Bound.Aggregate("count", null, false, FieldType.Int);
        return new GroupPlan
        {
            Rows = planner.Rows(conditions, []), Groups = [new GroupColumn("value", value)],
            Aggregates = [new GroupColumn("count", count)], Limit = limit,
            Sort =
            [
                new GroupSort(1, new SortKey(count, true, false, false)), new GroupSort(0, planner.Ascending(value)),
            ],
        };
    }

    private ImmutableArray<Bound> Conditions(Relation? parent)
    {
        var conditions = ImmutableArray.CreateBuilder<Bound>();
        if (parent is not null) ReadPlanner.AddParent(conditions, _scope, parent);
        ReadPlanner.AddFilters(_binder, _site, _query, conditions);
        return conditions.ToImmutable();
    }

    private ReadPlan Rows(ImmutableArray<Bound> conditions, ImmutableArray<GroupColumn> groups) => new()
    {
        Scope = _scope, Conditions = conditions, ConditionJoins = _scope.Joins.Count,
        Shape = new ShapeNode(_scope.Root, []), Searches = _query.Search is not null, Deprecated = Deprecated(groups),
    };

    private ImmutableArray<GroupColumn> Groups()
    {
        var groups = ImmutableArray.CreateBuilder<GroupColumn>(_query.Group.Length);
        foreach (var term in _query.Group)
        {
            var value = Grouped(_binder.Value(term.Expression, _site, "group"), term.Expression.Position);
            groups.Add(Named(term.Alias ?? GroupNames.NameOf(term.Expression), value, term.Expression, "group"));
        }

        return groups.MoveToImmutable();
    }

    private ImmutableArray<GroupColumn> Distinct()
    {
        var groups = ImmutableArray.CreateBuilder<GroupColumn>(_query.Distinct.Length);
        foreach (var path in _query.Distinct)
        {
            var value = Grouped(_binder.Path(path, _site, "distinct"), path.Position);
            groups.Add(Named(path.ToString(), value, new Expr.Path(path.Segments), "distinct"));
        }

        return groups.MoveToImmutable();
    }

    // Documents and lists have no equality that people would expect; a member of a document is grouped as it is stored.
    private Bound Grouped(Bound value, int position)
    {
        if (value is Bound.JsonMember member) return member with { Type = FieldType.Text };
        var isComparable = value.Type.Kind is not (FieldKind.Json or FieldKind.Array or FieldKind.Bytes);
        if (isComparable || Binder.IsInvalid(value)) return value;
        return _binder.Fail(PlanErrors.Type, $"cannot group by {ValueText.Describe(value.Type)}", position);
    }

    private ImmutableArray<GroupColumn> Aggregates()
    {
        if (_query.Distinct.Length > 0) return [];
        var site = _site with { Grouped = true };
        if (_query.Aggregates.IsEmpty)
            return [Named("count", _binder.Value(new Expr.Call("count", []), site, "agg"), null, "agg")];
        var aggregates = ImmutableArray.CreateBuilder<GroupColumn>(_query.Aggregates.Length);
        foreach (var term in _query.Aggregates)
        {
            var value = _binder.Value(term.Call, site, "agg");
            aggregates.Add(Named(term.Alias ?? GroupNames.NameOf(term.Call), value, null, "agg"));
        }

        return aggregates.MoveToImmutable();
    }

    private GroupColumn Named(string name, Bound value, Expr? group, string parameter)
    {
        _names.Add(name, value, group, parameter);
        return new GroupColumn(name, value);
    }

    private Bound? Having()
    {
        if (_query.Having is not { } having) return null;
        var before = _binder.Errors.Count;
        var resolved = _names.Resolve(having);
        if (_binder.Errors.Count > before) return null;
        return _binder.Predicate(resolved, _site with { Grouped = true, Aliases = _names.Values }, "having");
    }

    private ImmutableArray<GroupSort> Sort(ImmutableArray<GroupColumn> columns, int groupCount)
    {
        if (_query.Sort.Length > _binder.Limits.SortMax)
        {
            Refuse(QueryErrors.TooComplex, $"more than {_binder.Limits.SortMax} sort keys (query.sort_max)", "sort");
            return [];
        }

        var keys = ImmutableArray.CreateBuilder<GroupSort>();
        foreach (var term in _query.Sort)
        {
            if (_names.Find(term.Path) is not { } name)
            {
                _names.Refuse(term.Path.ToString(), term.Path.Position, "sort");
                continue;
            }

            var column = IndexOf(columns, name);
            if (keys.Any(k => k.Column == column)) continue;
            keys.Add(new GroupSort(column, SortPlanner.Key(columns[column].Value, term.Descending, term.Nulls, _site)));
        }

        for (var i = 0; i < groupCount; i++)
            if (!keys.Any(k => k.Column == i)) keys.Add(new GroupSort(i, Ascending(columns[i].Value)));
        return keys.ToImmutable();
    }

    private SortKey Ascending(Bound value) => SortPlanner.Key(value, descending: false, NullsOrder.Default, _site);

    private static int IndexOf(ImmutableArray<GroupColumn> columns, string name)
    {
        for (var i = 0; i < columns.Length; i++)
            if (columns[i].Name == name) return i;
        return 0;
    }

    // All groups that may be shown, unless the request wants fewer: a chart with every twentieth month helps nobody.
    private (int Limit, int Offset) Page()
    {
        var (limits, max) = (_binder.Limits, _binder.Limits.GroupRowsMax);
        var limit = _query.Limit ?? max;
        if (limit < 1 || limit > max)
            Refuse(PlanErrors.Page, $"limit must be 1 to {max} groups (group.rows_max)", "limit");
        if (_query.Page is < 1) Refuse(PlanErrors.Page, "page must be at least 1", "page");
        var offset = _query.Offset ?? ((long)(_query.Page ?? 1) - 1) * limit;
        if (offset <= limits.OffsetMax) return (limit, (int)Math.Max(offset, 0));
        Refuse(
            PlanErrors.Page, $"only the first {limits.OffsetMax} groups can be skipped (page.offset_max)",
            _query.Page is null ? "offset" : "page");
        return (limit, 0);
    }

    // What the reader of queries does not see as a contradiction, or what other callers pass.
    private void RefuseOtherParts()
    {
        var what = _query.Distinct.Length > 0 ? "distinct" : "group";
        if (_query.Cursor is not null) Refuse(QueryErrors.Conflict, $"{what} is paged with offset or page", "cursor");
        Exclude(_query.Fields is not null, "fields", what);
        Exclude(!_query.Embed.IsEmpty, "embed", what);
        Exclude(!_query.Facets.IsEmpty, "facets", what);
        Exclude(!_query.Highlight.IsEmpty, "highlight", what);
        if (_query.Having is not null && what == "distinct")
            Refuse(QueryErrors.Conflict, "having needs group or agg", "having");
    }

    private void Exclude(bool isGiven, string parameter, string what)
    {
        if (isGiven) Refuse(QueryErrors.Conflict, $"{parameter} and {what} exclude each other", parameter);
    }

    private static ImmutableArray<Field> Deprecated(ImmutableArray<GroupColumn> groups) =>
        [.. groups.Select(g => (g.Value as Bound.Column)?.Field).OfType<Field>().Where(f => f.Deprecation is not null)];

    private void Refuse(ErrorCode code, string detail, string parameter) =>
        _binder.Errors.Add(new Error(code, detail) { Parameter = parameter });
}
