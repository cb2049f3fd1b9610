using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>Waits for what another process or task will do, and fails when it does not.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task Until(Func<bool> holds, Func<string> log) => Until(() => Task.FromResult(holds()), log);

    /// <summary>Asks again and again until the answer is yes; fails with the log when it never is.</summary>
    public static async Task Until(Func<Task<bool>> holds, Func<string> log)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            if (limit.IsCancellationRequested) Assert.Fail($"waited {Patience.TotalSeconds} s in vain:\n{log()}");
            await Task.Delay(10);
        }
    }
}
