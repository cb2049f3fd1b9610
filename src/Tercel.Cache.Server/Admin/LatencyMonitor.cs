using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Admin;

/// <summary>Latency spikes by event (<c>command</c>, <c>fast-command</c>, <c>aof-fsync-always</c> ...):
/// LATENCY.</summary>
/// <remarks>Thread: any, under a lock; only spikes come here. Memory: 160 samples per event, few events.</remarks>
internal sealed class LatencyMonitor(LiveSettings live)
{
    private const int SamplesMax = 160;
    private const int EventsMax = 64;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, LatencyEvent> _events = new(StringComparer.Ordinal);

    /// <summary>Keeps the duration when it is over <c>latency-monitor-threshold</c>.</summary>
    public void Record(string name, long ms, long nowMs)
    {
        var threshold = live.LatencyThresholdMs;
        if (threshold <= 0 || ms < threshold) return;
        lock (_lock)
        {
            if (!_events.TryGetValue(name, out var spikes))
            {
                if (_events.Count >= EventsMax) return;
                _events.Add(name, spikes = new LatencyEvent(name));
            }

            spikes.Add(nowMs / 1000, ms, SamplesMax);
        }
    }

    /// <summary>All events with their samples, oldest sample first.</summary>
    public IReadOnlyList<LatencyEvent> Events()
    {
        lock (_lock) return [.. _events.Values.Select(static spikes => spikes.Copy())];
    }

    /// <summary>Forgets the named events, all without a name; returns how many there were.</summary>
    public int Reset(IReadOnlyCollection<string> names)
    {
        lock (_lock)
        {
            if (names.Count > 0) return names.Count(name => _events.Remove(name));
            var count = _events.Count;
            _events.Clear();
            return count;
        }
    }
}

/// <summary>The spikes of one event.</summary>
internal sealed class LatencyEvent(string name)
{
    private readonly List<LatencySample> _samples = [];

    public string Name => name;

    /// <summary>The longest since the last reset. Units: milliseconds.</summary>
    public long MaxMs { get; private set; }

    public IReadOnlyList<LatencySample> Samples => _samples;

    public void Add(long unixSeconds, long ms, int samplesMax)
    {
        MaxMs = Math.Max(MaxMs, ms);
        // Spikes of the same second are one: the longest.
        if (_samples.Count > 0 && _samples[^1].UnixSeconds == unixSeconds)
        {
            if (ms > _samples[^1].Ms) _samples[^1] = new LatencySample(unixSeconds, ms);
            return;
        }

        if (_samples.Count == samplesMax) _samples.RemoveAt(0);
        _samples.Add(new LatencySample(unixSeconds, ms));
    }

    public LatencyEvent Copy()
    {
        var copy = new LatencyEvent(name) { MaxMs = MaxMs };
        copy._samples.AddRange(_samples);
        return copy;
    }
}

/// <summary>One spike.</summary>
internal readonly record struct LatencySample(long UnixSeconds, long Ms);
