using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tercel.Api.Model;
using Tercel.Api.OpenApi;

namespace Tercel.Api.Http.Pages;

/// <summary><c>GET /</c>: what this API has, as a page for people and as links for programs.</summary>
internal static class StartPage
{
    /// <summary>The page, as UTF-8 HTML; <paramref name="origin"/> is where the reader found it, for the
    /// example.</summary>
    public static byte[] Html(ApiModel model, string origin)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append("<title>").Append(Safe(model.Name)).Append(" API</title><link rel=\"icon\" href=\"data:,\">")
            .Append("<link rel=\"stylesheet\" href=\"/start.css\"></head><body>\n<h1>")
            .Append(Safe(model.Name)).Append("</h1>")
            .Append("<p class=\"lead\">").Append(Safe(model.Description ?? "A JSON API served by Tercel."))
            .Append("</p>\n")
            .Append("<nav><a href=\"/docs\">Documentation</a><a href=\"/openapi.json\">OpenAPI</a>")
            .Append("<a href=\"/readyz\">Health</a></nav>\n");
        AppendTry(html, model, origin);
        html.Append("<h2>Resources</h2>\n<div class=\"scroll\"><table><thead><tr><th>Resource</th><th>Fields</th>")
            .Append("<th>Embeds</th></tr></thead><tbody>\n");
        foreach (var entity in Listed(model)) AppendRow(html, model, entity);
        html.Append("</tbody></table></div>\n</body></html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    /// <summary>The same for programs, as UTF-8 JSON.</summary>
    public static byte[] Json(ApiModel model)
    {
        var resources = new JsonArray();
        foreach (var entity in Listed(model))
        {
            resources.Add((JsonNode)new JsonObject
            {
                ["name"] = entity.Name,
                ["href"] = OpenApiNames.ListPath(model, entity),
                ["writable"] = entity.Writable,
                ["key"] = Names(entity.Key.Select(f => f.Name)),
                ["fields"] = Names(entity.Fields.Where(f => f.IsVisible).Select(f => f.Name)),
                ["embeds"] = Names(entity.Relations.Select(r => r.Name)),
            });
        }

        var document = new JsonObject
        {
            ["name"] = model.Name,
            ["version"] = model.Version,
            ["links"] = new JsonObject
            {
                ["docs"] = "/docs",
                ["openapi"] = "/openapi.json",
                ["health"] = "/readyz",
            },
            ["resources"] = resources,
        };
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private static void AppendTry(StringBuilder html, ApiModel model, string origin)
    {
        if (Listed(model).FirstOrDefault(e => e.Key.Count > 0) is not { } entity) return;
        var path = OpenApiNames.ListPath(model, entity);
        var sort = Uri.EscapeDataString(entity.Key[0].Name);
        html.Append("<pre><code>curl -s '").Append(Safe($"{origin}{path}?limit=3&sort=-{sort}&count=exact"))
            .Append("'</code></pre>\n");
    }

    private static void AppendRow(StringBuilder html, ApiModel model, Entity entity)
    {
        var path = OpenApiNames.ListPath(model, entity);
        html.Append("<tr><td><a href=\"").Append(Safe(path)).Append("\">").Append(Safe(entity.Name)).Append("</a>");
        if (!entity.Writable) html.Append("<br><span class=\"muted\">read-only</span>");
        html.Append("</td><td><code>")
            .AppendJoin(", ", entity.Fields.Where(f => f.IsVisible).Select(f => Safe(f.Name)))
            .Append("</code></td><td>")
            .AppendJoin(
                ", ", entity.Relations.Select(r => $"<a href=\"{Safe(EmbedPath(path, r))}\">{Safe(r.Name)}</a>"))
            .Append("</td></tr>\n");
    }

    private static string EmbedPath(string path, Relation relation) =>
        $"{path}?limit=3&embed={Uri.EscapeDataString(relation.Name)}";

    private static IEnumerable<Entity> Listed(ApiModel model) => model.Entities.Where(e => e.HasPath);

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
