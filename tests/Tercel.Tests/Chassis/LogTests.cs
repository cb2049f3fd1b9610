using System.Text;
using System.Text.Json;
using Tercel.Chassis.Observability;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class LogTests
{
    private static readonly RequestSummary Ok = new()
    {
        RequestId = "r1",
        Method = "GET",
        Route = "/v1/products/{id}",
        Path = "/v1/products/4\"2",
        Status = 200,
        Bytes = 345,
        DurationUs = 1234,
    };

    private static string Lines(LogOptions options, Action<Log> write)
    {
        using var output = new MemoryStream();
        using (var log = new Log(options, output, TimeProvider.System)) write(log);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static int Count(LogOptions options, Action<Log> write) =>
        Lines(options, write).Count(static c => c == '\n');

    [Fact]
    public void A_request_is_one_json_line_with_its_fields()
    {
        var line = JsonDocument.Parse(Lines(new LogOptions(), static log => log.Request(Ok))).RootElement;
        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal("/v1/products/4\"2", line.GetProperty("path").GetString());
        Assert.Equal("/v1/products/{id}", line.GetProperty("route").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(345, line.GetProperty("bytes").GetInt32());
        Assert.Equal(1.234, line.GetProperty("duration_ms").GetDouble());
        Assert.False(line.TryGetProperty("error", out _));
        Assert.False(line.TryGetProperty("weight", out _));
        var age = DateTimeOffset.UtcNow - line.GetProperty("time").GetDateTimeOffset();
        Assert.InRange(age, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_pretty_line_cannot_be_forged_by_a_path()
    {
        var text = Lines(
            new LogOptions { Pretty = true },
            static log => log.Request(Ok with { Path = "/a\n12:00 200 GET /forged" }));
        Assert.Single(text.TrimEnd('\n').Split('\n'));
        Assert.Contains("200 GET /a 12:00", text, StringComparison.Ordinal);
        Assert.Contains("1.234ms 345B r1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_cut_within_a_character_does_not_end_the_log()
    {
        var path = "/" + new string('a', 510) + "\U0001F600bc";
        Assert.Equal(2, Count(new LogOptions(), log =>
        {
            log.Request(Ok with { Path = path });
            log.Request(Ok);
        }));
    }

    [Fact]
    public void A_huge_text_is_cut_and_a_value_that_throws_costs_its_own_line_only()
    {
        var text = Lines(new LogOptions(), static log =>
        {
            log.Error(new string('x', 2_000_000), new InvalidOperationException(new string('\u00e9', 2_000_000)));
            log.Info("throws", ("value", new Unspeakable()));
            log.Info("after", ("value", 1));
        });
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.InRange(lines[0].Length, 1, 200_000);
        Assert.Equal("error", JsonDocument.Parse(lines[0]).RootElement.GetProperty("level").GetString());
        Assert.Equal(1, JsonDocument.Parse(lines[1]).RootElement.GetProperty("value").GetInt32());
    }

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("no");
    }

    [Fact]
    public void An_application_line_has_its_fields_and_exception()
    {
        var text = Lines(new LogOptions(), static log =>
            log.Error("cannot", new InvalidOperationException("why"), ("path", "x\ny"), ("count", 3), ("none", null)));
        var line = JsonDocument.Parse(text).RootElement;
        Assert.Equal("cannot", line.GetProperty("message").GetString());
        Assert.Equal("x\ny", line.GetProperty("path").GetString());
        Assert.Equal(3, line.GetProperty("count").GetInt32());
        Assert.Contains("why", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Single(text.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Quotes_and_brackets_of_a_message_stay_readable() => Assert.Contains(
        "\"message\":\"it's <b> & \\\"q\\\"\"",
        Lines(new LogOptions(), static log => log.Info("it's <b> & \"q\"")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(AccessLog.All, 200, 1)]
    [InlineData(AccessLog.Errors, 200, 0)]
    [InlineData(AccessLog.Errors, 404, 1)]
    [InlineData(AccessLog.Off, 500, 0)]
    public void The_setting_decides_which_requests_get_a_line(AccessLog access, int status, int lines) =>
        Assert.Equal(lines, Count(
            new LogOptions { Access = access }, log => log.Request(Ok with { Status = status })));

    [Fact]
    public void A_slow_request_is_a_warning_and_a_500_an_error()
    {
        var text = Lines(new LogOptions { Level = LogLevel.Warn }, static log =>
        {
            log.Request(Ok);
            log.Request(Ok with { DurationUs = 500_000 });
            log.Request(Ok with { Status = 500 });
        });
        Assert.Equal(["warn", "error"], text.TrimEnd('\n').Split('\n').Select(
            static line => JsonDocument.Parse(line).RootElement.GetProperty("level").GetString()));
    }

    [Fact]
    public void Above_the_rate_a_sampled_line_says_how_many_it_stands_for()
    {
        var text = Lines(new LogOptions { AccessMaxPerSecond = 0 }, static log =>
        {
            for (var i = 0; i < 1000; i++) log.Request(Ok);
        });
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Length, 9, 10);
        Assert.All(lines, static line => Assert.Contains("\"weight\":100", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_stuck_output_drops_lines_and_counts_them_but_never_blocks_a_request()
    {
        using var stuck = new StuckStream();
        var log = new Log(new LogOptions { AccessMaxPerSecond = 1_000_000 }, stuck, TimeProvider.System);
        for (var i = 0; i < 20_000; i++) log.Request(Ok);
        Assert.True(log.Dropped.Value > 10_000);
        stuck.Release();
        log.Dispose();
    }

    [Fact]
    public void Lines_from_many_threads_all_arrive_whole()
    {
        var text = Lines(new LogOptions(), static log =>
        {
            var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
            {
                for (var i = 0; i < 500; i++) log.Info("line", ("thread", n), ("i", i));
            })).ToList();
            threads.ForEach(static thread => thread.Start());
            threads.ForEach(static thread => thread.Join());
        });
        var seen = text.TrimEnd('\n').Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)
            .Select(static line => (line.GetProperty("thread").GetInt32(), line.GetProperty("i").GetInt32()))
            .ToHashSet();
        Assert.Equal(2000, seen.Count);
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _gate = new();

        public void Release() => _gate.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _gate.Wait();
            base.Write(buffer);
        }
    }
}
