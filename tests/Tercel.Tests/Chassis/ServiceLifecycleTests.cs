using Tercel.Chassis.Lifecycle;
using Tercel.Chassis.Observability;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class ServiceLifecycleTests : IDisposable
{
    private readonly List<string> _events = [];
    private readonly Log _log = new(new LogOptions(), Stream.Null, TimeProvider.System);

    public void Dispose() => _log.Dispose();

    private ServiceLifecycle Lifecycle(int drainMs = 5000) =>
        new(TimeSpan.Zero, TimeSpan.FromMilliseconds(drainMs), TimeProvider.System, _log);

    private Component Part(string name, Exception? failure = null) => new(name)
    {
        Start = _ => Note($"start {name}", failure),
        Drain = _ => Note($"drain {name}"),
        Stop = _ => Note($"stop {name}"),
    };

    private Task Note(string what, Exception? failure = null)
    {
        _events.Add(what);
        return failure is null ? Task.CompletedTask : Task.FromException(failure);
    }

    [Fact]
    public async Task Components_start_in_order_and_drain_and_stop_in_reverse()
    {
        using var lifecycle = Lifecycle();
        lifecycle.Add(Part("db"));
        lifecycle.Add(Part("http"));
        var run = lifecycle.Run(() => Note("ready"));
        lifecycle.RequestStop("test");
        Assert.Equal(ExitCodes.Ok, await run);
        Assert.Equal(
            ["start db", "start http", "ready", "drain http", "drain db", "stop http", "stop db"], _events);
        Assert.Equal(LifecyclePhase.Stopped, lifecycle.Phase);
    }

    [Fact]
    public async Task Nothing_has_stopped_before_those_who_listen_for_the_stop_are_told()
    {
        using var lifecycle = Lifecycle();
        var run = lifecycle.Run();
        var stoppedBefore = true;
        using var told = lifecycle.Stopping.Register(
            () => stoppedBefore = SpinWait.SpinUntil(() => run.IsCompleted, TimeSpan.FromMilliseconds(300)));
        lifecycle.RequestStop("test");
        Assert.False(stoppedBefore);
        Assert.Equal(ExitCodes.Ok, await run);
        Assert.Equal(LifecyclePhase.Stopped, lifecycle.Phase);
    }

    [Fact]
    public async Task A_component_that_cannot_start_stops_those_before_it()
    {
        using var lifecycle = Lifecycle();
        lifecycle.Add(Part("db"));
        lifecycle.Add(Part("http", new IOException("port taken")));
        lifecycle.Add(Part("never"));
        Assert.Equal(ExitCodes.Failed, await lifecycle.Run());
        Assert.Equal(["start db", "start http", "stop http", "stop db"], _events);
    }

    [Fact]
    public async Task Readiness_flips_before_anything_drains()
    {
        using var lifecycle = Lifecycle();
        var stopping = false;
        lifecycle.Add(new Component("http")
        {
            Drain = _ =>
            {
                stopping = lifecycle.IsStopping;
                return Task.CompletedTask;
            },
        });
        await lifecycle.Start();
        Assert.False(lifecycle.IsStopping);
        await lifecycle.Stop();
        Assert.True(stopping);
        Assert.True(lifecycle.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Work_that_outlives_the_drain_time_is_told_in_the_exit_code()
    {
        using var lifecycle = Lifecycle(drainMs: 30);
        lifecycle.Add(new Component("stuck") { Drain = static cancel => Task.Delay(Timeout.Infinite, cancel) });
        await lifecycle.Start();
        Assert.Equal(ExitCodes.DrainTimeOver, await lifecycle.Stop());
    }

    [Fact]
    public async Task A_component_that_fails_ends_the_program_with_a_failure_code()
    {
        using var lifecycle = Lifecycle();
        lifecycle.Add(Part("http"));
        var run = lifecycle.Run();
        lifecycle.Fail("writer", new IOException("disk gone"));
        Assert.Equal(ExitCodes.Failed, await run);
    }
}
