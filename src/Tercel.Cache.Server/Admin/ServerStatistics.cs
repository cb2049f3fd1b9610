using System.Security.Cryptography;
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Admin;

/// <summary>The counts of all loops together, and rates over the last moments.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class ServerStatistics
{
    private const int SamplesMax = 16;
    private const int RunIdBytes = 20;

    private readonly Lock _lock = new();
    private readonly int _commandCount;
    private readonly RateSample[] _samples = new RateSample[SamplesMax];
    private LoopStatistics[] _loops = [];
    private RateSample _last;
    private int _sampleCount;

    public ServerStatistics(int commandCount, long nowMs)
    {
        _commandCount = commandCount;
        StartMs = nowMs;
    }

    /// <summary>When the server started. Units: Unix milliseconds.</summary>
    public long StartMs { get; }

    /// <summary>Names this run of the server: 40 hexadecimal digits.</summary>
    public string RunId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RunIdBytes));

    public IReadOnlyList<LoopStatistics> Loops => Volatile.Read(ref _loops);

    /// <summary>Highest memory in use seen. Units: bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Counts for one more loop.</summary>
    public LoopStatistics AddLoop()
    {
        var loop = new LoopStatistics(_commandCount);
        lock (_lock) Volatile.Write(ref _loops, [.. _loops, loop]);
        return loop;
    }

    public long Sum(Func<LoopStatistics, long> count)
    {
        long sum = 0;
        foreach (var loop in Volatile.Read(ref _loops)) sum += count(loop);
        return sum;
    }

    public CommandCounts CountsOf(int id)
    {
        var sum = default(CommandCounts);
        foreach (var loop in Loops) sum += loop.Commands.CountsOf(id);
        return sum;
    }

    /// <summary>Durations of a command on all loops; null when it never ran.</summary>
    public LatencyHistogram? DurationsOf(int id)
    {
        LatencyHistogram? sum = null;
        foreach (var loop in Loops)
            if (loop.Commands.DurationsOf(id) is { } durations) durations.AddTo(sum ??= new LatencyHistogram());
        return sum;
    }

    /// <summary>All calls of all commands.</summary>
    public long Calls(IReadOnlyList<CommandInfo> commands)
    {
        long calls = 0;
        foreach (var loop in Volatile.Read(ref _loops))
            for (var id = 0; id < commands.Count; id++) calls += loop.Commands.CountsOf(id).Calls;
        return calls;
    }

    public SortedDictionary<string, long> Errors()
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var loop in Loops) loop.AddErrors(sums);
        return sums;
    }

    /// <summary>Commands refused because memory was full.</summary>
    public long OutOfMemory => Errors().GetValueOrDefault("OOM");

    /// <summary>Called about every 100 ms by one loop: keeps rates and the peak of memory.</summary>
    public void Sample(long nowMs, long calls, long usedBytes)
    {
        lock (_lock)
        {
            PeakBytes = Math.Max(PeakBytes, usedBytes);
            var now = new RateSample(
                nowMs, calls, Sum(static loop => loop.InputBytes), Sum(static loop => loop.OutputBytes));
            if (_last.Ms > 0 && nowMs > _last.Ms) _samples[_sampleCount++ % SamplesMax] = now.PerSecondSince(_last);
            _last = now;
        }
    }

    /// <summary>Commands, bytes received and bytes sent per second, over the last 1.6 s.</summary>
    public (long Commands, double InputBytes, double OutputBytes) Rates()
    {
        lock (_lock)
        {
            var count = Math.Min(_sampleCount, SamplesMax);
            if (count == 0) return (0, 0, 0);
            var samples = _samples.AsSpan(0, count);
            long calls = 0, input = 0, output = 0;
            foreach (ref readonly var sample in samples)
            {
                calls += sample.Calls;
                input += sample.InputBytes;
                output += sample.OutputBytes;
            }

            return (calls / count, (double)input / count, (double)output / count);
        }
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    public void Reset()
    {
        foreach (var loop in Loops) loop.Reset();
        lock (_lock)
        {
            _last = default;
            _sampleCount = 0;
            PeakBytes = 0;
        }
    }

    private readonly record struct RateSample(long Ms, long Calls, long InputBytes, long OutputBytes)
    {
        public RateSample PerSecondSince(RateSample before)
        {
            var ms = Ms - before.Ms;
            return new RateSample(
                Ms, Rate(Calls - before.Calls, ms), Rate(InputBytes - before.InputBytes, ms),
                Rate(OutputBytes - before.OutputBytes, ms));
        }

        private static long Rate(long count, long ms) => Math.Max(count, 0) * 1000 / ms;
    }
}
