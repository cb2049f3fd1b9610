namespace Tercel.Api.Model.Loading;

/// <summary>Reads the entries of <c>refs:</c> and <c>many:</c>.</summary>
internal sealed class RelationReader(ModelReport report)
{
    // Album: { to: Album, fields: [AlbumId], on: [AlbumId], on_delete: restrict }
    public void ReadRef(EntityDraft draft, MapEntry entry)
    {
        if (MapReader.Of(entry.Value, $"the reference {entry.Key.Text}", report) is not { } map) return;
        var to = map.Required("to") is null ? null : map.Take("to") as ModelNode.Scalar;
        var fields = Names(map, "fields");
        if (fields.Count == 0) report.Add(map.Place, ModelErrors.Missing, $"{map.What} needs 'fields'");
        draft.Refs.Add(new RefDraft(entry.Key.Text, entry.Key.Place)
        {
            To = to,
            Fields = fields,
            On = Names(map, "on"),
            OnDelete = OnDelete(map),
        });
        map.Finish();
    }

    // reviews: reviews.product, or { to: reviews.product, write: true, on_delete: cascade }, or { through:
    // product_tags.tag }
    public void ReadMany(EntityDraft draft, MapEntry entry)
    {
        if (entry.Value is ModelNode.Scalar { IsNull: false } line)
        {
            if (Scalars.Text(line, $"'{entry.Key.Text}'", report) is not null)
                draft.Many.Add(new ManyDraft(entry.Key.Text, entry.Key.Place) { To = line });
            return;
        }

        if (MapReader.Of(entry.Value, $"the relation {entry.Key.Text}", report) is not { } map) return;
        var to = map.Text("to") is null ? null : map.Take("to") as ModelNode.Scalar;
        var through = map.Text("through") is null ? null : map.Take("through") as ModelNode.Scalar;
        var from = map.Text("from") is null ? null : map.Take("from") as ModelNode.Scalar;
        if (to is null == through is null)
        {
            report.Add(
                map.Place, ModelErrors.Missing, $"{map.What} needs either 'to' or 'through'", "to: reviews.product");
            (to, through) = (null, null);
        }

        draft.Many.Add(new ManyDraft(entry.Key.Text, entry.Key.Place)
        {
            To = to,
            Through = through,
            From = from,
            Write = map.Bool("write") ?? false,
            OnDelete = OnDelete(map),
        });
        map.Finish();
    }

    private OnDelete? OnDelete(MapReader map) =>
        map.Text("on_delete") is { } text ? FieldOptions.OnDeleteOf(text, map.KeyPlace("on_delete"), report) : null;

    private IReadOnlyList<ModelNode.Scalar> Names(MapReader map, string key) => map.Take(key) switch
    {
        null => [],
        ModelNode.Scalar { IsNull: false } one => [one],
        var node => Scalars.Texts(node, $"'{key}'", report),
    };
}
