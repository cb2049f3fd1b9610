using System.Text;
using Tercel.Cache.Server.Settings;
using Tercel.Resp;

namespace Tercel.Cache.Server.Admin;

/// <summary>The commands that took longest, newest first: SLOWLOG.</summary>
/// <remarks>Thread: any, under a lock; only slow commands come here. Memory: length limit x 32 arguments of 128
/// bytes, as in Redis.</remarks>
internal sealed class SlowLog(LiveSettings live)
{
    private const int ArgumentsMax = 32;
    private const int ArgumentBytesMax = 128;

    private readonly Lock _lock = new();
    private readonly LinkedList<SlowCommand> _entries = new();
    private long _nextId;

    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Keeps the command when it was slow enough.</summary>
    /// <param name="args">The command; copied, shortened.</param>
    /// <param name="us">How long it took. Units: microseconds.</param>
    /// <param name="nowMs">When it ended. Units: Unix milliseconds.</param>
    /// <param name="client">Who sent it.</param>
    public void Add(in CommandArgs args, long us, long nowMs, ClientName client)
    {
        var slowerThan = live.SlowLogUs;
        if (slowerThan < 0 || us < slowerThan) return;
        var copy = Copy(args);
        lock (_lock)
        {
            _entries.AddFirst(new SlowCommand(_nextId++, nowMs / 1000, us, copy, client));
            Trim();
        }
    }

    /// <summary>The newest entries; -1 = all.</summary>
    public IReadOnlyList<SlowCommand> Newest(int count)
    {
        lock (_lock)
        {
            Trim();
            return [.. count < 0 ? _entries : _entries.Take(count)];
        }
    }

    public void Reset()
    {
        lock (_lock) _entries.Clear();
    }

    private void Trim()
    {
        while (_entries.Count > Math.Max(live.SlowLogLengthMax, 0)) _entries.RemoveLast();
    }

    private static byte[][] Copy(in CommandArgs args)
    {
        var kept = Math.Min(args.Count, ArgumentsMax);
        var copy = new byte[kept][];
        for (var i = 0; i < kept; i++)
        {
            // The last place tells how many there were beyond it.
            if (i == ArgumentsMax - 1 && args.Count > ArgumentsMax)
                copy[i] = Encoding.ASCII.GetBytes($"... ({args.Count - ArgumentsMax + 1} more arguments)");
            else if (args[i].Length <= ArgumentBytesMax) copy[i] = args[i].ToArray();
            else
                copy[i] = [.. args[i][..ArgumentBytesMax],
                    .. Encoding.ASCII.GetBytes($"... ({args[i].Length - ArgumentBytesMax} more bytes)")];
        }

        return copy;
    }
}

/// <summary>An entry of the slow log.</summary>
internal sealed record SlowCommand(long Id, long UnixSeconds, long Us, byte[][] Arguments, ClientName Client);

/// <summary>A client as logs name it: its address and what it called itself.</summary>
internal readonly record struct ClientName(string Address, string Name);
