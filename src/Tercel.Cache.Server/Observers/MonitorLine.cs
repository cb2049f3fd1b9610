using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Observers;

/// <summary>A command as MONITOR shows it: time, database, address, and every word in quotes.</summary>
/// <remarks>Source: Redis' <c>replicationFeedMonitors</c> and <c>sdscatrepr</c>. Cost: allocates; only for
/// monitors.</remarks>
internal static class MonitorLine
{
    public static byte[] Of(in CommandContext context)
    {
        var us = (context.Server.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var line = new StringBuilder(64);
        line.Append(
            CultureInfo.InvariantCulture,
            $"+{us / 1_000_000}.{us % 1_000_000:D6} [{context.Session.Database} {AddressOf(context.Session)}]");
        // The first argument of a memcached command is all of its bytes.
        for (var i = context.Session.Memcached is null ? 0 : 1; i < context.Args.Count; i++)
        {
            line.Append(" \"");
            AppendQuoted(line, context.Args[i]);
            line.Append('"');
        }

        return Encoding.Latin1.GetBytes(line.Append("\r\n").ToString());
    }

    private static string AddressOf(Session session)
    {
        if (session.Connection is not { } connection) return "?:0";
        return connection.RemoteEndPoint?.ToString() ?? $"unix:{connection.Listener.UnixPath}";
    }

    private static void AppendQuoted(StringBuilder line, ReadOnlySpan<byte> word)
    {
        foreach (var value in word)
        {
            switch (value)
            {
                case (byte)'\\' or (byte)'"': line.Append('\\').Append((char)value); break;
                case (byte)'\n': line.Append("\\n"); break;
                case (byte)'\r': line.Append("\\r"); break;
                case (byte)'\t': line.Append("\\t"); break;
                case (byte)'\a': line.Append("\\a"); break;
                case (byte)'\b': line.Append("\\b"); break;
                case >= 32 and < 127: line.Append((char)value); break;
                default: line.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"); break;
            }
        }
    }
}
