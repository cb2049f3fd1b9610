using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>What the answer shows: fields, embedded rows of to-one relations (joined) and of to-many relations (read
/// after).</summary>
internal sealed class ShapePlanner(Binder binder)
{
    private readonly Binder _binder = binder;
    private readonly ImmutableArray<Field>.Builder _deprecated = ImmutableArray.CreateBuilder<Field>();
    private int _embeds;

    /// <summary>Deprecated fields that the shapes planned so far show.</summary>
    public ImmutableArray<Field> Deprecated => _deprecated.ToImmutable();

    public ShapeNode Plan(BindSite site, ListQuery query)
    {
        var node = PlanNode(site, query.Fields, query.Embed, depth: 0);
        return query.Highlight.IsEmpty ? node : AddHighlights(node, site.Source.Entity, query);
    }

    private ShapeNode PlanNode(BindSite site, Selection? selection, ImmutableArray<EmbedNode> embeds, int depth)
    {
        var members = ImmutableArray.CreateBuilder<ShapeMember>();
        (selection, embeds) = RelatedFields.Split(site.Source.Entity, selection, embeds, depth > 0);
        foreach (var field in Select(site.Source.Entity, selection, depth == 0 ? "fields" : "embed"))
        {
            if (field.Deprecation is not null) _deprecated.Add(field);
            members.Add(new ShapeMember.Value(field.Name, _binder.FieldOf(field, site.Scope, site.Source)));
        }

        foreach (var embed in embeds)
            if (PlanEmbed(site, embed, depth + 1) is { } member) members.Add(member);
        return new ShapeNode(site.Source, members.ToImmutable());
    }

    private IEnumerable<Field> Select(Entity entity, Selection? selection, string parameter)
    {
        if (selection is null) return entity.Fields.Where(f => f.IsVisible);
        if (selection.Include.Length + selection.Exclude.Length > _binder.Limits.FieldsMax)
        {
            Refuse(QueryErrors.TooComplex, $"more than {_binder.Limits.FieldsMax} names (query.fields_max)", 0, null,
                parameter);
            return [];
        }

        var chosen = new HashSet<Field>();
        if (selection.All) chosen.UnionWith(entity.Fields.Where(f => f.IsVisible));
        foreach (var path in selection.Include)
            if (Find(entity, path, parameter) is { } field) chosen.Add(field);
        foreach (var path in selection.Exclude)
            if (Find(entity, path, parameter) is { } field) chosen.Remove(field);
        return chosen.OrderBy(f => f.Ordinal);
    }

    private Field? Find(Entity entity, FieldPath path, string parameter)
    {
        if (path.Segments is [var name] && entity.Field(name) is { IsVisible: true } field) return field;
        var first = path.Segments[0];
        if (entity.Relation(first) is not null)
        {
            var options = path.Segments.Length > 1 ? $"({string.Join('.', path.Segments.Skip(1))})" : "";
            Refuse(QueryErrors.UnknownField, $"{first} is a relation: use embed={first}{options}", path.Position, null,
                parameter);
            return null;
        }

        var near = Suggestion.For(first, entity.Fields.Where(f => f.IsVisible).Select(f => f.Name));
        Refuse(QueryErrors.UnknownField, $"no field '{path}' in {entity.Name}", path.Position, near, parameter);
        return null;
    }

    private ShapeMember? PlanEmbed(BindSite site, EmbedNode embed, int depth)
    {
        var entity = site.Source.Entity;
        if (entity.Relation(embed.Name) is not { } relation)
        {
            var near = Suggestion.For(embed.Name, entity.Relations.Select(r => r.Name))
                ?? entity.Field(embed.Name)?.Reference?.Name;
            Refuse(QueryErrors.UnknownField, $"no relation '{embed.Name}' in {entity.Name}", embed.Position, near,
                "embed");
            return null;
        }

        if (++_embeds > _binder.Limits.EmbedsMax)
        {
            if (_embeds == _binder.Limits.EmbedsMax + 1)
                Refuse(QueryErrors.TooComplex, $"more than {_binder.Limits.EmbedsMax} embeds (query.embeds_max)", 0,
                    null, "embed");
            return null;
        }

        if (depth > _binder.Limits.PathDepthMax)
        {
            Refuse(
                QueryErrors.TooDeep, $"embeds nested deeper than {_binder.Limits.PathDepthMax} (query.path_depth_max)",
                embed.Position, null, "embed");
            return null;
        }

        return relation.IsToOne ? PlanOne(site, embed, relation, depth) : PlanMany(site, embed, relation, depth);
    }

    private ShapeMember.One PlanOne(BindSite site, EmbedNode embed, Relation relation, int depth)
    {
        if (!embed.Sort.IsEmpty || embed.Limit is not null || embed.Where is not null)
        {
            Refuse(
                QueryErrors.Conflict, $"{embed.Name} is one row: it takes no sort, limit or where", embed.Position,
                null,
                "embed");
        }

        var target = new BindSite(site.Scope, site.Scope.Join(site.Source, relation));
        return new ShapeMember.One(embed.Name, PlanNode(target, embed.Fields, embed.Embed, depth));
    }

    private ShapeMember.Many PlanMany(BindSite site, EmbedNode embed, Relation relation, int depth)
    {
        var scope = new Scope(relation.To);
        var inner = BindSite.Of(scope);
        var conditions = ImmutableArray<Bound>.Empty;
        if (embed.Where is { } where)
        {
            var bound = _binder.Predicate(where, inner, "embed");
            if (!Binder.IsInvalid(bound)) conditions = [bound];
        }

        if (embed.Limit is { } limit && (limit < 1 || limit > _binder.Limits.PageMax))
        {
            Refuse(
                PlanErrors.Page, $"the limit of {embed.Name} must be 1 to {_binder.Limits.PageMax} (page.max)",
                embed.Position, null, "embed");
        }

        var joins = scope.Joins.Count;
        var shape = PlanNode(inner, embed.Fields, embed.Embed, depth);
        var (sort, _) = SortPlanner.Plan(_binder, inner, embed.Sort, searches: false, "embed");
        var plan = new ReadPlan
        {
            Scope = scope, Conditions = conditions, ConditionJoins = joins, Shape = shape, Sort = sort,
            Limit = embed.Limit, Embedded = relation,
        };
        return new ShapeMember.Many(embed.Name, site.Source, relation, plan);
    }

    private ShapeNode AddHighlights(ShapeNode node, Entity entity, ListQuery query)
    {
        if (query.Search is null || entity.Search is not { } search)
        {
            Refuse(QueryErrors.Conflict, "highlight needs a search (q)", 0, null, "highlight");
            return node;
        }

        var names = search.Fields.Select(f => f.Field).ToList();
        var columns = ImmutableArray.CreateBuilder<(string, int)>();
        foreach (var name in query.Highlight)
        {
            if (names.IndexOf(name) is >= 0 and var column) columns.Add((name, column));
            else
            {
                Refuse(
                    QueryErrors.UnknownField, $"'{name}' is not searched; searched are {string.Join(", ", names)}", 0,
                    Suggestion.For(name, names), "highlight");
            }
        }

        return node with { Members =
            node.Members.Add(new ShapeMember.Highlights("_highlight", columns.ToImmutable())) };
    }

    private void Refuse(ErrorCode code, string detail, int position, string? suggestion, string parameter) =>
        _binder.Errors.Add(new Error(code, detail)
        {
            Parameter = parameter, Position = position == 0 ? null : position, Suggestion = suggestion,
        });
}
