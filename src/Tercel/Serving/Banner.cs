using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Serving;

/// <summary>What the server says when it is ready: where it is, what it serves, what to look at.</summary>
internal static class Banner
{
    public static string Render(
        ApiModel model, DatabaseDescription database, IReadOnlyList<string> addresses, IReadOnlyList<string> notes)
    {
        var url = addresses.Count > 0 ? Reachable(addresses[0]) : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n  Tercel API · {model.Name} {model.Version}\n\n");
        Line(text, "API", $"{url}/{model.Version}");
        Line(text, "Docs", $"{url}/docs");
        Line(text, "OpenAPI", $"{url}/openapi.json");
        Line(text, "Health", $"{url}/readyz");
        Line(text, "Database", $"{database.Engine} {database.Version}, {database.Place}");
        var source = model.Files.Count > 0 ? string.Join(", ", model.Files) : "none (from the database)";
        var writable = model.Entities.Count(e => e.Writable);
        Line(text, "Model", $"{source}: {Resources(model.Entities.Count)}, {writable} writable");
        foreach (var note in notes) Line(text, "Note", note);
        foreach (var warning in model.Warnings) Line(text, "Warning", warning);
        text.Append("\n  Ctrl-C stops it.\n");
        return text.ToString();
    }

    // "All addresses" is nothing that a browser can open.
    private static string Reachable(string address) => address
        .Replace("[::]", "localhost", StringComparison.Ordinal)
        .Replace("0.0.0.0", "localhost", StringComparison.Ordinal);

    private static string Resources(int count) => count == 1 ? "1 resource" : $"{count} resources";

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"  {name,-10}{value}\n");
}
