using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary><c>fields=id,customer.name</c>: a path through a relation is an embed of that relation with one
/// field.</summary>
internal static class RelatedFields
{
    /// <summary>Moves the paths that lead through relations out of the selection and into the embeds.</summary>
    public static (Selection? Own, ImmutableArray<EmbedNode> Embeds) Split(
        Entity entity, Selection? selection, ImmutableArray<EmbedNode> embeds)
    {
        if (selection is null || !selection.Include.Any(path => LeadsOn(entity, path))) return (selection, embeds);
        var nodes = embeds.ToBuilder();
        foreach (var path in selection.Include)
            if (LeadsOn(entity, path)) Add(nodes, path);
        var own = selection.Include.RemoveAll(path => LeadsOn(entity, path));
        return (selection with { Include = own }, nodes.ToImmutable());
    }

    private static bool LeadsOn(Entity entity, FieldPath path) =>
        path.Segments.Length > 1 && entity.Field(path.Segments[0]) is null
        && entity.Relation(path.Segments[0]) is not null;

    // Next to embed=customer, which shows all fields, customer.name adds nothing.
    private static void Add(ImmutableArray<EmbedNode>.Builder nodes, FieldPath path)
    {
        var rest = new FieldPath(path.Segments.RemoveAt(0), path.Position);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Name != path.Segments[0]) continue;
            if (nodes[i].Fields is { } fields)
                nodes[i] = nodes[i] with { Fields = fields with { Include = fields.Include.Add(rest) } };
            return;
        }

        nodes.Add(new EmbedNode(path.Segments[0], path.Position) { Fields = new Selection(false, [rest], []) });
    }
}
