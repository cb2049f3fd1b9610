using System.Globalization;

namespace Tercel.Api.Query;

/// <summary>A place in a JSON body as a URI fragment (RFC 6901): <c>#/where/or/0</c>.</summary>
internal readonly record struct JsonPlace(string Pointer)
{
    public static readonly JsonPlace Root = new("#");

    public JsonPlace Key(string name) => new($"{Pointer}/{Escape(Shortened.Text(name))}");

    public JsonPlace Index(int index) => new($"{Pointer}/{index.ToString(CultureInfo.InvariantCulture)}");

    private static string Escape(string name) => Uri.EscapeDataString(
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
}
