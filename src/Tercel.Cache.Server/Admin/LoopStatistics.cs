using System.Runtime.InteropServices;
using System.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Admin;

/// <summary>What one loop has counted since start or CONFIG RESETSTAT.</summary>
/// <remarks>Thread: its loop writes, any thread reads; each number is one word.</remarks>
internal sealed class LoopStatistics(int commandCount)
{
    private const int ErrorCodesMax = 128;
    private const int ErrorCodeBytesMax = 32;

    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);

    /// <summary>Counts and durations by command.</summary>
    public CommandStatistics Commands { get; } = new(commandCount);

    /// <summary>Bytes received. Units: bytes.</summary>
    public long InputBytes;

    /// <summary>Bytes sent. Units: bytes.</summary>
    public long OutputBytes;

    /// <summary>Times that input was received, and output sent.</summary>
    public long Reads;

    public long Writes;

    public long ConnectionsReceived;

    /// <summary>Connections refused: over maxclients, protected mode.</summary>
    public long ConnectionsRejected;

    /// <summary>A command replied an error; counts it for the command and for its code.</summary>
    public void Failed(CommandInfo? info, ReadOnlySpan<byte> reply, bool hasRun)
    {
        if (info is not null && hasRun) Commands.Failed(info);
        else if (info is not null) Commands.Rejected(info);
        var code = reply.Length > 0 ? reply[1..] : reply;
        var end = code.IndexOfAny(" \r"u8);
        if (end >= 0) code = code[..end];
        Span<char> name = stackalloc char[ErrorCodeBytesMax];
        if (code.Length > ErrorCodeBytesMax || !Encoding.ASCII.TryGetChars(code, name, out var length)) return;
        lock (_errors)
        {
            var byName = _errors.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!byName.ContainsKey(name[..length]) && _errors.Count >= ErrorCodesMax) return;
            CollectionsMarshal.GetValueRefOrAddDefault(byName, name[..length], out _)++;
        }
    }

    /// <summary>Adds the errors by code to the sums.</summary>
    public void AddErrors(SortedDictionary<string, long> sums)
    {
        lock (_errors)
            foreach (var (code, count) in _errors) sums[code] = sums.GetValueOrDefault(code) + count;
    }

    public void Reset()
    {
        Commands.Reset();
        InputBytes = OutputBytes = Reads = Writes = ConnectionsReceived = ConnectionsRejected = 0;
        lock (_errors) _errors.Clear();
    }
}
