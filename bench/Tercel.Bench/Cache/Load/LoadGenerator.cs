using System.Diagnostics;
using Tercel.Primitives;

namespace Tercel.Bench.Cache.Load;

/// <summary>One run of load.</summary>
internal sealed record LoadPlan
{
    public required int Port { get; init; }

    public required IWireProtocol Wire { get; init; }

    public required Operation Operation { get; init; }

    public required KeyStream Keys { get; init; }

    public int ValueBytes { get; init; } = 100;

    public int Connections { get; init; } = 50;

    public int Pipeline { get; init; } = 1;

    public required TimeSpan Duration { get; init; }

    /// <summary>Requests per second, sent when their time has come whether or not replies came (open loop); 0 = as
    /// fast as replies come.</summary>
    public double Rate { get; init; }
}

/// <summary>What a run gave. Latency counts from the time a request was due.</summary>
internal sealed record LoadResult(long Requests, double Seconds, long Misses, LatencyHistogram Latency)
{
    public double PerSecond => Requests / Seconds;
}

/// <summary>Drives one server from one thread over many connections.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly LoadPlan _plan;
    private readonly Epoll _epoll = new();
    private readonly LoadConnection[] _connections;
    private readonly LatencyHistogram _latency = new();
    private long _replies;
    private long _misses;

    public LoadGenerator(LoadPlan plan)
    {
        _plan = plan;
        _connections = new LoadConnection[plan.Connections];
        for (var i = 0; i < _connections.Length; i++)
        {
            _connections[i] = new LoadConnection(plan, i);
            _epoll.Watch(_connections[i].Socket, i);
        }
    }

    public LoadResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(_plan.Duration.TotalSeconds * Stopwatch.Frequency);
        if (_plan.Rate > 0) RunAtRate(start, end);
        else RunClosed(end);
        return new(_replies, Stopwatch.GetElapsedTime(start).TotalSeconds, _misses, _latency);
    }

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
        _epoll.Dispose();
    }

    private void RunClosed(long end)
    {
        foreach (var connection in _connections) connection.Send(_plan.Pipeline, Stopwatch.GetTimestamp());
        Span<int> ready = stackalloc int[512];
        while (Stopwatch.GetTimestamp() < end)
        {
            var count = _epoll.Wait(ready, 1000);
            if (count == 0) throw new BenchException("the server has not answered for a second");
            foreach (var number in ready[..count])
            {
                var connection = _connections[number];
                Collect(connection);
                if (connection.Outstanding == 0) connection.Send(_plan.Pipeline, Stopwatch.GetTimestamp());
            }
        }

        Drain();
    }

    private void RunAtRate(long start, long end)
    {
        Span<int> ready = stackalloc int[512];
        var gap = Stopwatch.Frequency / _plan.Rate;
        for (long sent = 0; ;)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= end) break;
            // Sending in small groups keeps the generator cheap; a request is at most this late.
            for (var due = start + (long)(sent * gap); due <= now; due = start + (long)(++sent * gap))
                _connections[sent % _connections.Length].Send(1, due);
            foreach (var number in ready[.._epoll.Wait(ready, 0)]) Collect(_connections[number]);
        }

        Drain();
    }

    private void Drain()
    {
        Span<int> ready = stackalloc int[512];
        var limit = Stopwatch.GetTimestamp() + 5 * Stopwatch.Frequency;
        while (_connections.Any(c => c.Outstanding > 0))
        {
            if (Stopwatch.GetTimestamp() > limit) throw new BenchException("the server leaves requests unanswered");
            foreach (var number in ready[.._epoll.Wait(ready, 100)]) Collect(_connections[number]);
        }
    }

    private void Collect(LoadConnection connection)
    {
        var (replies, misses) = connection.Receive(_latency);
        _replies += replies;
        _misses += misses;
    }
}
