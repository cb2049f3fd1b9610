using System.Globalization;

namespace Tercel.Api.Model.Loading;

/// <summary>Turns <c>server:</c>, <c>limits:</c> and <c>defaults:</c> into settings of the lowest priority.</summary>
/// <remarks>The values are checked here for their kind only; the settings of the program check the rest, since the
/// same settings may come from the environment and from flags.</remarks>
internal sealed class SettingsReader(List<ModelSetting> settings, ModelReport report)
{
    public void Read(MapReader map)
    {
        if (map.Map("server", "'server'") is { } server)
        {
            Listen(server);
            List(server, "cors", "http.cors_origins");
            Bool(server, "docs", "api.docs");
            Text(server, "timeout", "http.timeout");
            Text(server, "max_body", "http.max_body");
            server.NotYet("tls", "https", "http2", "http3", "compression", "trust_proxy");
            server.Finish();
        }

        if (map.Map("defaults", "'defaults'") is { } defaults) ReadDefaults(defaults);
        foreach (var (key, value) in map.Entries("limits")) ReadLimit(key, value);
    }

    private void ReadDefaults(MapReader defaults)
    {
        if (defaults.Map("page", "'page'") is { } page)
        {
            var limit = Number(page, "limit", "page.default");
            var max = Number(page, "max", "page.max");
            if (limit > max) report.Add(page.KeyPlace("limit"), ModelErrors.Value,
                $"the limit {limit} is more than max {max}");
            page.Finish();
        }

        if (defaults.Map("query", "'query'") is { } query)
        {
            Number(query, "max_depth", "query.path_depth_max");
            if (query.Text("unindexed_filter") is { } mode && mode != "allow")
                report.NotYet(query.KeyPlace("unindexed_filter"), $"unindexed_filter: {mode} is");
            query.Finish();
        }

        defaults.NotYet("cache", "access", "soft_delete");
        defaults.Finish();
    }

    // limits: { query.nodes_max: 50 }: the names are those of the settings.
    private void ReadLimit(ModelNode.Scalar key, ModelNode value)
    {
        if (key.Text is "default" or "user" or "auth" or "shed" or "public")
        {
            report.NotYet(key.Place, $"the rate limit '{key.Text}' is");
            return;
        }

        if (!LimitNames.All.Contains(key.Text))
            report.Unknown(key.Place, ModelErrors.UnknownKey, "no limit", key.Text, LimitNames.All);
        else if (value is ModelNode.Scalar { IsNull: false } scalar) Add(key.Text, scalar.Text, value.Place);
        else report.Add(value.Place, ModelErrors.Kind,
            $"'{key.Text}' must be a number, a size or a duration, not {value.Kind}");
    }

    // ":8080", "localhost:8080", "[::1]:8080" or "8080".
    private void Listen(MapReader server)
    {
        if (server.Text("listen") is not { } text) return;
        var place = server.KeyPlace("listen");
        var colon = text.LastIndexOf(':');
        var host = colon <= 0 ? "" : text[..colon].Trim('[', ']');
        if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            report.Add(place, ModelErrors.Value, $"'listen' is a port with an address before it, not '{text}'",
                "\":8080\"");
            return;
        }

        Add("http.port", text[(colon + 1)..], place);
        if (host.Length > 0) Add("http.bind", host, place);
    }

    private void Text(MapReader map, string key, string setting)
    {
        if (map.Text(key) is { } text) Add(setting, text, map.KeyPlace(key));
    }

    private void Bool(MapReader map, string key, string setting)
    {
        if (map.Bool(key) is { } value) Add(setting, value ? "true" : "false", map.KeyPlace(key));
    }

    private int? Number(MapReader map, string key, string setting)
    {
        var value = map.Int(key, 1, 1_000_000);
        if (value is { } number) Add(setting, number.ToString(CultureInfo.InvariantCulture), map.KeyPlace(key));
        return value;
    }

    private void List(MapReader map, string key, string setting)
    {
        if (map.Take(key) is not { } node) return;
        var texts = node is ModelNode.Scalar { IsNull: false } one ? [one] : Scalars.Texts(node, $"'{key}'", report);
        if (texts.Count > 0) Add(setting, string.Join(',', texts.Select(t => t.Text)), map.KeyPlace(key));
    }

    private void Add(string key, string text, Place place) =>
        settings.Add(new ModelSetting(key, text, place.ToString()));
}

/// <summary>The limits that <c>limits:</c> may set; the names are those of docs/reference/settings.md.</summary>
internal static class LimitNames
{
    public static readonly IReadOnlyList<string> All =
    [
        "query.depth_max", "query.path_depth_max", "query.nodes_max", "query.in_values_max", "query.embeds_max",
        "query.sort_max", "query.fields_max", "query.shapes_max", "query.time_max", "page.default", "page.max",
        "page.offset_max", "page.bytes_max", "page.embed_rows_max", "count.estimate_rows", "group.rows_max",
            "facets.max",
        "body.depth_max", "batch.ops_max", "bulk.rows_max", "write.max_rows", "http.max_body", "http.max_url",
    ];
}
