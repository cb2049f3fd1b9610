using System.Globalization;

namespace Tercel.Api.Query;

/// <summary>Writes embedded relations as <see cref="EmbedReader"/> reads them.</summary>
internal static class EmbedText
{
    public static string Write(EmbedNode node)
    {
        var name = PathText.WriteName(node.Name);
        var inner = string.Join(';', Parts(node));
        return inner.Length == 0 ? name : $"{name}({inner})";
    }

    // The first part stands in front of the semicolons even when it is empty.
    private static IEnumerable<string> Parts(EmbedNode node)
    {
        var items = string.Join(',', PathText.Entries(node.Fields));
        var options = Options(node).ToList();
        if (items.Length == 0 && options.Count == 0) return [];
        return options.Prepend(items);
    }

    private static IEnumerable<string> Options(EmbedNode node)
    {
        if (node.Embed.Length > 0) yield return "embed=" + string.Join(',', node.Embed.Select(Write));
        if (node.Sort.Length > 0) yield return "sort=" + string.Join(',', node.Sort.Select(PathText.Write));
        if (node.Limit is { } limit) yield return "limit=" + limit.ToString(CultureInfo.InvariantCulture);
        if (node.Where is not null) yield return "where=" + ExpressionPrinter.Print(node.Where);
    }
}
