using System.Text.RegularExpressions;
using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

public sealed class MonitorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Monitors_see_the_commands_of_all_as_with_Redis(int loops)
    {
        string[] steps =
        [
            "m: MONITOR", "a: SET k v", "a: GET \"quoted\\and\nmore\u0001\u00e9",
            "a: SELECT 2", "a: MULTI", "a: INCR n",
            "a: EXEC", "a: NOSUCH", "a: GET", "a: CONFIG GET maxmemory", "b! BLPOP q 0",
            "a: SELECT 0", "a: RPUSH q 1",
        ];
        Assert.Equal(Lines(TalkComparison.WithRedis(steps)), Lines(TalkComparison.WithTercel(loops, steps)));
    }

    [Fact]
    public void Reset_ends_monitoring()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk.Play("m: MONITOR");
        Assert.True(server.Server.Observers.HasMonitors);
        talk.Play("m: RESET");
        Assert.False(server.Server.Observers.HasMonitors);
        talk.Play("a: SET k v");
        Assert.DoesNotContain(talk["m"].Messages, message => message.Contains("\"SET\""));
    }

    // Without times, addresses, and the commands the talk itself needs.
    private static string Lines(string transcript) => string.Join('\n', transcript.Split('\n')
        .Where(line => line.StartsWith("m: +", StringComparison.Ordinal) && !line.Contains("\"PING\"")
            && !line.Contains("\"INFO\"") && !line.Contains("settled"))
        .Select(line => Regex.Replace(line, @"\+[\d.]+ \[(\d+) [^\]]*\]", "[$1]")));
}
