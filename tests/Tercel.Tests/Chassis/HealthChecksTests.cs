using Tercel.Chassis.Health;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class HealthChecksTests
{
    private static HealthChecks Checks(int timeoutMs = 1000, int keepMs = 0) => new(
        TimeSpan.FromMilliseconds(timeoutMs), TimeSpan.FromMilliseconds(keepMs), TimeProvider.System);

    [Fact]
    public async Task Each_check_tells_its_state_in_the_order_they_were_added()
    {
        var checks = Checks();
        checks.Add("a", static _ => Task.FromResult(HealthResult.Ok("v1")));
        checks.Add("b", static _ => Task.FromResult(HealthResult.Failed("down")));
        checks.Add("c", static _ => throw new InvalidOperationException("broken"));
        var states = await checks.Read();
        Assert.Equal(
            [("a", true, "v1"), ("b", false, "down"), ("c", false, "broken")],
            states.Select(static s => (s.Name, s.Result.IsOk, s.Result.Detail)));
    }

    [Fact]
    public async Task A_check_that_overstays_its_time_fails_and_is_not_started_again_meanwhile()
    {
        var runs = 0;
        var release = new TaskCompletionSource<HealthResult>();
        var checks = Checks(timeoutMs: 20);
        checks.Add("slow", _ =>
        {
            Interlocked.Increment(ref runs);
            return release.Task;
        });
        Assert.False((await checks.Read())[0].Result.IsOk);
        Assert.False((await checks.Read())[0].Result.IsOk);
        Assert.Equal(1, runs);
        release.SetResult(HealthResult.Ok());
        await Task.Delay(50);
        Assert.True((await checks.Read())[0].Result.IsOk);
    }

    [Fact]
    public async Task Results_are_kept_for_a_while()
    {
        var runs = 0;
        var checks = Checks(keepMs: 60_000);
        checks.Add("a", _ => Task.FromResult(HealthResult.Ok($"{Interlocked.Increment(ref runs)}")));
        await checks.Read();
        Assert.Equal("1", (await checks.Read())[0].Result.Detail);
    }

    [Fact]
    public async Task Many_callers_share_one_run()
    {
        var runs = 0;
        var release = new TaskCompletionSource();
        var checks = Checks(keepMs: 60_000);
        checks.Add("a", async _ =>
        {
            Interlocked.Increment(ref runs);
            await release.Task;
            return HealthResult.Ok();
        });
        var callers = Enumerable.Range(0, 10).Select(_ => checks.Read()).ToList();
        release.SetResult();
        await Task.WhenAll(callers);
        Assert.Equal(1, runs);
    }
}
