namespace Tercel.Chassis.Health;

/// <summary>What a health check found.</summary>
/// <remarks><see cref="Detail"/> is shown to callers: a version, a depth, a reason; no secrets.</remarks>
public readonly record struct HealthResult(bool IsOk, string? Detail)
{
    /// <summary>All is well.</summary>
    public static HealthResult Ok(string? detail = null) => new(true, detail);

    /// <summary>The program cannot serve because of this.</summary>
    public static HealthResult Failed(string detail) => new(false, detail);
}

/// <summary>The latest result of a named check.</summary>
public sealed record HealthState(string Name, HealthResult Result, TimeSpan Duration, DateTimeOffset CheckedAt);

/// <summary>The named checks that decide whether a program is ready for requests.</summary>
/// <remarks>
/// Results are reused for a while, one run at a time serves all who ask, and a check that overstays its time counts as
/// failed (it is left behind, and not started again until it returns). Thread: any, after the checks were added.
/// </remarks>
public sealed class HealthChecks
{
    private readonly List<Check> _checks = [];
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _keep;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task<IReadOnlyList<HealthState>>? _run;
    private long _runEnded;

    /// <summary>Checks that may take <paramref name="timeout"/> each and whose results are good for
    /// <paramref name="keep"/>.</summary>
    public HealthChecks(TimeSpan timeout, TimeSpan keep, TimeProvider time)
    {
        _timeout = timeout;
        _keep = keep;
        _time = time;
    }

    /// <summary>Adds a check; the token fires when its time is over.</summary>
    public void Add(string name, Func<CancellationToken, Task<HealthResult>> check) =>
        _checks.Add(new Check(name, check));

    /// <summary>The states of all checks, in the order they were added; at most as old as results may be.</summary>
    public Task<IReadOnlyList<HealthState>> Read()
    {
        lock (_lock)
        {
            var fresh = _run is { IsCompleted: false }
                || (_run is not null && _time.GetElapsedTime(Volatile.Read(ref _runEnded)) < _keep);
            return fresh && _run is { } run ? run : _run = RunAll();
        }
    }

    private async Task<IReadOnlyList<HealthState>> RunAll()
    {
        // Leaves the caller's lock before any check runs.
        await Task.Yield();
        var states = await Task.WhenAll(_checks.Select(RunOne));
        Volatile.Write(ref _runEnded, _time.GetTimestamp());
        return states;
    }

    private async Task<HealthState> RunOne(Check check)
    {
        var start = _time.GetTimestamp();
        HealthResult result;
        try
        {
            if (check.Running is not { IsCompleted: false }) check.Running = RunBounded(check);
            result = await check.Running.WaitAsync(_timeout, _time);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            result = HealthResult.Failed("no answer in time");
        }
        catch (Exception e)
        {
            result = HealthResult.Failed(e.Message);
        }

        return new HealthState(check.Name, result, _time.GetElapsedTime(start), _time.GetUtcNow());
    }

    private async Task<HealthResult> RunBounded(Check check)
    {
        using var timeOver = new CancellationTokenSource(_timeout, _time);
        // A check that blocks its thread must not hold up the others.
        await Task.Yield();
        return await check.Run(timeOver.Token);
    }

    private sealed class Check(string name, Func<CancellationToken, Task<HealthResult>> run)
    {
        public string Name => name;

        public Func<CancellationToken, Task<HealthResult>> Run => run;

        public Task<HealthResult>? Running { get; set; }
    }
}
