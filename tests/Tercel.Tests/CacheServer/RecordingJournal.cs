using System.Text;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Tests.CacheServer;

/// <summary>Keeps what was journaled, as words joined by blanks.</summary>
internal sealed class RecordingJournal : IJournal
{
    public List<string> Commands { get; } = [];

    /// <summary>The commands of each append, with a bar between them.</summary>
    public List<string> Texts { get; } = [];

    public long Append(int database, ReadOnlySpan<byte> resp, long nowMs)
    {
        var first = Commands.Count;
        var lines = Encoding.Latin1.GetString(resp).Split("\r\n");
        for (var i = 0; i < lines.Length - 1;)
        {
            var words = int.Parse(lines[i++].AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            Commands.Add(string.Join(' ', Enumerable.Range(0, words).Select(word => lines[i + 1 + word * 2])));
            i += words * 2;
        }

        Texts.Add(string.Join('|', Commands.Skip(first)));
        return Commands.Count;
    }

    public bool Commit(long position) => true;
}
