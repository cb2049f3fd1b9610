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

    /// <summary>Counts runs of a command that were timed together: the histogram gets their mean.</summary>
    /// <param name="info">The command.</param>
    /// <param name="runs">How often it ran.</param>
    /// <param name="ns">How long all of it took. Units: nanoseconds.</param>
    /// <param name="withHistogram">Whether durations are kept beside the sums.</param>
    public void Ran(CommandInfo info, int runs, long ns, bool withHistogram)
    {
        ref var counts = ref _counts[info.Id];
        counts.Calls += runs;
        counts.Ns += ns;
        if (withHistogram) (_durations[info.Id] ??= new LatencyHistogram()).RecordByOwner(ns / (runs * 1000L), runs);
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
/// <remarks>Units of <see cref="Ns"/>: nanoseconds. <c>default</c> = never used.</remarks>
internal record struct CommandCounts(long Calls, long Ns, long Rejected, long Failed)
{
    /// <summary>Units: microseconds.</summary>
    public readonly long Us => Ns / 1000;

    public static CommandCounts operator +(CommandCounts a, CommandCounts b) =>
        new(a.Calls + b.Calls, a.Ns + b.Ns, a.Rejected + b.Rejected, a.Failed + b.Failed);
}
