using System.Diagnostics;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Concurrency;

public sealed class LinearizabilityTests
{
    private const int ClientCount = 8;
    private const int KeyCount = 4;
    private const int CallsPerClient = 1500;

    [Fact]
    public async Task Calls_of_many_clients_on_one_key_happen_in_one_order()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder);
        var histories = new List<RegisterCall>[ClientCount][];

        await Task.WhenAll(Enumerable.Range(0, ClientCount).Select(client => Task.Run(() =>
            histories[client] = Record(server, client))));

        for (var key = 0; key < KeyCount; key++)
        {
            var calls = histories.SelectMany(history => history[key]).ToList();
            Assert.True(RegisterHistory.IsLinearizable(calls), $"key {key}: no order of {calls.Count} calls fits");
        }
    }

    [Fact]
    public void The_checker_finds_a_stale_read_and_a_lost_write()
    {
        RegisterCall Call(RegisterAction action, string? value, string answer, int start, int end) =>
            new(action, value, answer, start, end);
        var write = Call(RegisterAction.Set, "1", "OK", 0, 10);

        Assert.True(RegisterHistory.IsLinearizable([write, Call(RegisterAction.Get, null, "(nil)", 5, 20)]));
        Assert.True(RegisterHistory.IsLinearizable([write, Call(RegisterAction.Get, null, "1", 5, 20)]));
        Assert.False(RegisterHistory.IsLinearizable([write, Call(RegisterAction.Get, null, "(nil)", 11, 20)]));
        Assert.False(RegisterHistory.IsLinearizable(
        [
            write, Call(RegisterAction.GetSet, "2", "(nil)", 5, 20), Call(RegisterAction.GetSet, "3", "(nil)", 5, 20),
        ]));
    }

    private static List<RegisterCall>[] Record(CacheProcess server, int client)
    {
        var histories = Enumerable.Range(0, KeyCount).Select(_ => new List<RegisterCall>()).ToArray();
        var random = new Prng((ulong)client + 1);
        using var connection = server.Connect();
        for (var i = 0; i < CallsPerClient; i++)
        {
            var key = random.Below(KeyCount);
            var action = (RegisterAction)random.Below(4);
            // Values of very different lengths, so that entries move and are written in place.
            var value = $"{client}.{i}".PadRight(random.Below(4) == 0 ? 900 : 12, 'x');
            var start = Stopwatch.GetTimestamp();
            var answer = action switch
            {
                RegisterAction.Get => connection.Ask("GET", $"register:{key}"),
                RegisterAction.Set => connection.Ask("SET", $"register:{key}", value),
                RegisterAction.GetSet => connection.Ask("SET", $"register:{key}", value, "GET"),
                _ => connection.Ask("DEL", $"register:{key}"),
            };
            histories[key].Add(new RegisterCall(action, value, answer, start, Stopwatch.GetTimestamp()));
        }

        return histories;
    }
}
