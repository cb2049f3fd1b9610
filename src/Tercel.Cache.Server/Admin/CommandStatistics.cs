using Tercel.Cache.Server.Commands;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Admin;

/// <summary>How often each command ran on one loop, and how long it took.</summary>
/// <remarks>Thread: its loop writes, any thread reads (each number is one word, never torn; sums of several may be a
/// little apart). Cost: two additions per command; the histogram two more.</remarks>
internal sealed class CommandStatistics
{
    private readonly CommandCounts[] _counts;
    private readonly LatencyHistogram?[] _durations;

    public CommandStatistics(int commandCount)
    {
        _counts = new CommandCounts[commandCount];
        _durations = new LatencyHistogram?[commandCount];
    }

    /// <summary>Counts a run (or several of the same command, timed together: then the mean is recorded).</summary>
    public void Ran(CommandInfo info, long us, bool withHistogram)
    {
        ref var counts = ref _counts[info.Id];
        counts.Calls++;
        counts.Us += us;
        if (withHistogram) (_durations[info.Id] ??= new LatencyHistogram()).Record(us);
    }

    /// <summary>It was refused before it ran: arity, rights, memory.</summary>
    public void Rejected(CommandInfo info) => _counts[info.Id].Rejected++;

    /// <summary>It ran and replied an error.</summary>
    public void Failed(CommandInfo info) => _counts[info.Id].Failed++;

    public CommandCounts CountsOf(int id) => _counts[id];

    public LatencyHistogram? DurationsOf(int id) => _durations[id];

    /// <summary>CONFIG RESETSTAT.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        Array.Clear(_durations);
    }
}

/// <summary>The counts of one command.</summary>
/// <remarks>Units of <see cref="Us"/>: microseconds. <c>default</c> = never used.</remarks>
internal record struct CommandCounts(long Calls, long Us, long Rejected, long Failed)
{
    public static CommandCounts operator +(CommandCounts a, CommandCounts b) =>
        new(a.Calls + b.Calls, a.Us + b.Us, a.Rejected + b.Rejected, a.Failed + b.Failed);
}
