using System.Runtime.InteropServices;
using Tercel.Chassis.Observability;

namespace Tercel.Chassis.Lifecycle;

/// <summary>Where a program stands between its start and its end.</summary>
public enum LifecyclePhase
{
    /// <summary>Nothing runs yet.</summary>
    Created,

    /// <summary>Components are starting.</summary>
    Starting,

    /// <summary>Everything runs.</summary>
    Running,

    /// <summary>Asked to stop: not ready any more, work under way is finishing.</summary>
    Draining,

    /// <summary>Everything is stopped.</summary>
    Stopped,
}

/// <summary>Starts the components of a program, waits for the signal to stop, and drains and stops them in
/// order.</summary>
/// <remarks>
/// On SIGTERM or SIGINT readiness flips first; after the ready delay (in which load balancers notice, and requests
/// are still taken) components drain within the drain time, then stop. A second signal cuts delay and drain short.
/// Thread: <see cref="Add"/> before the start; everything else any.
/// </remarks>
public sealed class ServiceLifecycle : IDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly List<Component> _components = [];
    private readonly List<Component> _started = [];
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopNow = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _readyDelay;
    private readonly TimeSpan _drainTime;
    private readonly TimeProvider _time;
    private readonly Log _log;
    private int _phase;
    private int _stopRequested;
    private int _failed;
    private int _killedBy;

    /// <summary>A lifecycle with the given delay between unready and draining, and the time that draining may
    /// take.</summary>
    public ServiceLifecycle(TimeSpan readyDelay, TimeSpan drainTime, TimeProvider time, Log log)
    {
        _readyDelay = readyDelay;
        _drainTime = drainTime;
        _time = time;
        _log = log;
    }

    /// <summary>Where the program stands.</summary>
    public LifecyclePhase Phase => (LifecyclePhase)Volatile.Read(ref _phase);

    /// <summary>True from the moment a stop was asked for.</summary>
    public bool IsStopping => Phase >= LifecyclePhase.Draining;

    /// <summary>Fires when a stop is asked for, so that endless work (event streams) can end on its own.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Adds a component; it starts after those added before it and stops before them.</summary>
    public void Add(Component component) => _components.Add(component);

    /// <summary>Asks the program to stop, as a signal would.</summary>
    public void RequestStop(string reason)
    {
        if (Interlocked.Exchange(ref _stopRequested, 1) != 0) return;
        Advance(LifecyclePhase.Draining);
        _log.Info("stopping", ("reason", reason));
        _stopping.Cancel();
        // Last: who waits for it may have stopped and disposed of everything before this call returns.
        _stopAsked.SetResult();
    }

    /// <summary>Asks the program to stop because a component cannot go on; the exit code tells.</summary>
    public void Fail(string component, Exception exception)
    {
        Volatile.Write(ref _failed, 1);
        _log.Error("component failed", exception, ("component", component));
        RequestStop($"{component} failed");
    }

    /// <summary>Runs the program from start to stop and returns its exit code (<see cref="ExitCodes"/>).</summary>
    /// <param name="started">Called once when everything runs, for the banner.</param>
    public async Task<int> Run(Action? started = null)
    {
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, SigTerm));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, SigInt));
        if (!await Start()) return ExitCodes.Failed;
        started?.Invoke();
        await _stopAsked.Task;
        return await Stop();
    }

    /// <summary>Starts every component; false, with everything stopped again, when one could not start.</summary>
    public async Task<bool> Start()
    {
        Advance(LifecyclePhase.Starting);
        foreach (var component in _components)
        {
            try
            {
                if (component.Start is { } start) await start(_stopNow.Token);
                _started.Add(component);
            }
            catch (Exception e)
            {
                // A taken port or a missing file needs its message, not the stack that met it.
                var stack = e is IOException ? null : e;
                _log.Error("cannot start", stack, ("component", component.Name), ("reason", e.Message));
                _started.Add(component with { Drain = null });
                await StopStarted();
                return false;
            }
        }

        // A stop asked for while starting stays asked for.
        Interlocked.CompareExchange(ref _phase, (int)LifecyclePhase.Running, (int)LifecyclePhase.Starting);
        return true;
    }

    /// <summary>Drains and stops every component, and returns the exit code.</summary>
    public async Task<int> Stop()
    {
        RequestStop("asked to stop");
        Advance(LifecyclePhase.Draining);
        await WaitReadyDelay();
        var inTime = await DrainStarted();
        await StopStarted();
        if (_killedBy != 0) return ExitCodes.KilledBy(_killedBy);
        if (Volatile.Read(ref _failed) != 0) return ExitCodes.Failed;
        return inTime ? ExitCodes.Ok : ExitCodes.DrainTimeOver;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopNow.Dispose();
        _stopping.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _stopRequested) != 0)
        {
            Volatile.Write(ref _killedBy, number);
            _stopNow.Cancel();
        }
        else
        {
            RequestStop(context.Signal.ToString());
        }
    }

    private async Task WaitReadyDelay()
    {
        if (_readyDelay <= TimeSpan.Zero || Volatile.Read(ref _failed) != 0) return;
        try
        {
            await Task.Delay(_readyDelay, _time, _stopNow.Token);
        }
        catch (OperationCanceledException)
        {
            // The second signal: no more waiting.
        }
    }

    private async Task<bool> DrainStarted()
    {
        using var timeOver = new CancellationTokenSource(_drainTime, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeOver.Token, _stopNow.Token);
        foreach (var component in Enumerable.Reverse(_started))
        {
            if (component.Drain is not { } drain) continue;
            try
            {
                await drain(both.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _log.Error("drain failed", e, ("component", component.Name));
            }
            catch (OperationCanceledException)
            {
                // Its time is over; the log line below tells.
            }

            if (both.IsCancellationRequested) _log.Warn("work was cut off", ("component", component.Name));
        }

        return !both.IsCancellationRequested;
    }

    private async Task StopStarted()
    {
        Advance(LifecyclePhase.Draining);
        using var timeOver = new CancellationTokenSource(StopTime, _time);
        foreach (var component in Enumerable.Reverse(_started))
        {
            try
            {
                if (component.Stop is { } stop) await stop(timeOver.Token);
            }
            catch (Exception e)
            {
                _log.Error("stop failed", e, ("component", component.Name));
            }
        }

        _started.Clear();
        Advance(LifecyclePhase.Stopped);
    }

    // Phases only go forward, whichever thread is later.
    private void Advance(LifecyclePhase phase)
    {
        var current = Volatile.Read(ref _phase);
        while (current < (int)phase)
        {
            var seen = Interlocked.CompareExchange(ref _phase, (int)phase, current);
            if (seen == current) return;
            current = seen;
        }
    }
}
