using System.Globalization;
using System.Text;
using Tercel.Cache.Server;
using Tercel.Cache.Server.Settings;
using Tercel.Network;

namespace Tercel.Serving;

/// <summary>What the cache server says when it is ready.</summary>
internal static class CacheBanner
{
    public static string Render(
        CacheServer server, IReadOnlyList<Listener> listeners, string? adminUrl, IReadOnlyList<string> notes)
    {
        var text = new StringBuilder("\n  Tercel Cache\n\n");
        foreach (var listener in listeners)
        {
            var name = listener.Tag is ListenerProtocol.Memcached ? "memcached"
                : listener.Tls is null ? "Redis" : "TLS";
            Line(text, name, listener.UnixPath ?? listener.EndPoint?.ToString() ?? "");
        }

        if (adminUrl is not null) Line(text, "Admin", $"{adminUrl}/metrics");
        var memory = MemoryText.Human(server.Keyspace.MemoryBytesMax);
        Line(text, "Memory", $"{memory}, {server.Live.MemoryPolicy}");
        Line(text, "Files", server.Options.FixedSettings.GetValueOrDefault("dir", ""));
        foreach (var note in notes) Line(text, "Note", note);
        return text.Append("\n  Ctrl-C stops it.\n").ToString();
    }

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"  {name,-10}{value}\n");
}
