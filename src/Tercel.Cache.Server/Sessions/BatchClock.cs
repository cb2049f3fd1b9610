// Why this is correct: entries are only read, at indexes below the batch's count.
using System.Diagnostics;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Tells the statistics of a loop which commands ran and how long they took.</summary>
/// <remarks>Thread: one loop. Quick commands of a batch share one measurement, which would cost more than they do if it
/// were taken for each.</remarks>
internal sealed unsafe class BatchClock
{
    private readonly CacheServer _server;
    private readonly CommandStatistics _counts;
    private readonly double _nsPerTick = 1e9 / Stopwatch.Frequency;
    private long _startTicks;
    private int _first;

    public BatchClock(CacheServer server, CommandStatistics counts)
    {
        _server = server;
        _counts = counts;
    }

    /// <summary>A batch begins.</summary>
    public void Start()
    {
        _first = 0;
        _startTicks = Stopwatch.GetTimestamp();
    }

    /// <summary>The quick commands up to <paramref name="end"/>, itself not included, have run.</summary>
    /// <returns>Nanoseconds that they took.</returns>
    public long EndQuick(CommandBatch batch, int end)
    {
        if (_first == end) return 0;
        var ns = Lap();
        var each = ns / (end - _first);
        var withHistogram = _server.Live.LatencyTracking;
        while (_first < end)
        {
            var info = batch.InfoAt(_first);
            var next = _first;
            var runs = 0;
            for (; next < end && batch.InfoAt(next) == info; next++)
                if (batch.At(next)->HasRun) runs++;
            if (info is not null && runs > 0) _counts.Ran(info, runs, each * runs, withHistogram);
            _first = next;
        }

        return ns;
    }

    /// <summary>A slow command, alone, has run; what came before it was ended.</summary>
    /// <returns>Nanoseconds that it took.</returns>
    public long EndSlow(CommandInfo? info, bool hasRun)
    {
        _first++;
        var ns = Lap();
        if (info is not null && hasRun) _counts.Ran(info, 1, ns, _server.Live.LatencyTracking);
        return ns;
    }

    private long Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var ns = (long)((now - _startTicks) * _nsPerTick);
        _startTicks = now;
        return ns;
    }
}
