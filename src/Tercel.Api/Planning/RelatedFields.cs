using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary><c>fields=id,customer.name</c>: a path through a relation is an embed of that relation with one
/// field; inside an embed, <c>lines(quantity,product)</c>, the relation's name alone is an embed of all its
/// fields.</summary>
internal static class RelatedFields
{
    /// <summary>Moves what leads through relations out of the selection and into the embeds.</summary>
    public static (Selection? Own, ImmutableArray<EmbedNode> Embeds) Split(
        Entity entity, Selection? selection, ImmutableArray<EmbedNode> embeds, bool isEmbed)
    {
        var least = isEmbed ? 1 : 2;
        if (selection is null || !selection.Include.Any(LeadsOn)) return (selection, embeds);
        var nodes = embeds.ToBuilder();
        foreach (var path in selection.Include)
            if (LeadsOn(path)) Add(nodes, path);
        var own = selection with { Include = selection.Include.RemoveAll(LeadsOn) };
        // lines(product): nothing but relations was named, so all fields stay.
        if (isEmbed && own is { All: false, Include.IsEmpty: true, Exclude.IsEmpty: true }
            && selection.Include.All(path => path.Segments.Length == 1)) own = null;
        return (own, nodes.ToImmutable());

        bool LeadsOn(FieldPath path) => path.Segments.Length >= least && entity.Field(path.Segments[0]) is null
            && entity.Relation(path.Segments[0]) is not null;
    }

    // Next to embed=customer, which shows all fields, customer.name adds nothing.
    private static void Add(ImmutableArray<EmbedNode>.Builder nodes, FieldPath path)
    {
        var rest = new FieldPath(path.Segments.RemoveAt(0), path.Position);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Name != path.Segments[0]) continue;
            if (nodes[i].Fields is { } fields && rest.Segments.Length > 0)
            {
                nodes[i] = nodes[i] with { Fields = fields with { Include = fields.Include.Add(rest) } };
            }
            else if (rest.Segments.Length > 1)
            {
                var inner = nodes[i].Embed.ToBuilder();
                Add(inner, rest);
                nodes[i] = nodes[i] with { Embed = inner.ToImmutable() };
            }

            return;
        }

        var shown = rest.Segments.IsEmpty ? null : new Selection(false, [rest], []);
        nodes.Add(new EmbedNode(path.Segments[0], path.Position) { Fields = shown });
    }
}
