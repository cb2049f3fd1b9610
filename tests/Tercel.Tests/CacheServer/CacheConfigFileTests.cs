using Tercel.Cache.Server.Settings;
using Tercel.Chassis.Configuration;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class CacheConfigFileTests
{
    private static readonly SettingsSchema Schema =
        new(ChassisSettings.All, CacheSettings.All, CacheFileSettings.All);

    [Fact]
    public void Lines_are_names_and_values()
    {
        var settings = Load(
            """
            # a comment
            port 7000
            bind 127.0.0.1 ::1
            maxmemory 100mb
            MAXMEMORY-POLICY volatile-lfu
            requirepass "a b\x21"
            appendfsync always
            loglevel warning
            shutdown.drain 3s
            """);
        Assert.Equal(7000, settings.Get(CacheSettings.Port));
        Assert.Equal("127.0.0.1 ::1", settings.Get(CacheSettings.Bind));
        Assert.Equal("100mb", settings.Get(CacheSettings.MaxMemory));
        Assert.Equal("volatile-lfu", settings.Get(CacheSettings.MaxMemoryPolicy));
        Assert.Equal("a b!", settings.Get(CacheSettings.RequirePass));
        Assert.Equal(AppendSync.Always, settings.Get(CacheFileSettings.AppendFsync));
        Assert.Equal(TimeSpan.FromSeconds(3), settings.Get(ChassisSettings.ShutdownDrain));
        Assert.Equal("text:9", settings.PlaceOf(ChassisSettings.ShutdownDrain));
    }

    [Fact]
    public void Save_and_output_limits_add_up_over_their_lines()
    {
        var settings = Load("save 900 1\nsave 60 100\nclient-output-buffer-limit normal 1mb 0 0\n"
            + "client-output-buffer-limit pubsub 2mb 1mb 5");
        Assert.Equal([new SavePoint(900, 1), new SavePoint(60, 100)], settings.Get(CacheFileSettings.Save));
        Assert.Equal(1 << 20, settings.Get(CacheSettings.ClientOutputBufferLimit).Normal.HardBytes);
        Assert.Equal(5, settings.Get(CacheSettings.ClientOutputBufferLimit).PubSub.SoftSeconds);
        Assert.Empty(Load("save 900 1\nsave \"\"").Get(CacheFileSettings.Save));
    }

    [Fact]
    public void What_only_Redis_needs_is_named()
    {
        var file = CacheConfigFile.Parse("tcp-backlog 10\nhz 20\nhz 30\nreplicaof no one", Schema);
        Assert.Equal(["tcp-backlog", "hz"], file.Ignored);
        Assert.Empty(file.Source.Errors);
    }

    [Theory]
    [InlineData("maxmemry 1gb", "text:1: no setting 'maxmemry'; did you mean 'maxmemory'?")]
    [InlineData("\nport", "text:2: a value is missing; write port VALUE")]
    [InlineData("requirepass \"x", "text:1: unbalanced quotes")]
    [InlineData("replicaof a 1", "text:1: replicaof is not supported: replication is not there yet")]
    [InlineData("cluster-enabled yes", "text:1: cluster-enabled is not supported: cluster mode is not there yet")]
    public void A_mistake_has_its_line(string text, string error) =>
        Assert.Equal(error, Assert.Single(CacheConfigFile.Parse(text, Schema).Source.Errors).Detail);

    [Theory]
    [InlineData("port 70000")]
    [InlineData("maxmemory 1")]
    [InlineData("maxmemory 200%")]
    [InlineData("maxmemory-policy all")]
    [InlineData("bind nowhere")]
    [InlineData("save 1")]
    [InlineData("notify-keyspace-events q")]
    public void A_value_out_of_its_type_is_refused(string text) =>
        Assert.False(Settings.Load(Schema, CacheConfigFile.Parse(text, Schema).Source).TryGet(out _, out _));

    [Fact]
    public void Users_are_kept_for_later() => Assert.Equal(
        ["bob", "on", ">a b", "~*"],
        Assert.Single(CacheConfigFile.Parse("user bob on \">a b\" ~*", Schema).Users).Words);

    [Fact]
    public void Any_text_is_read_or_refused() => Fuzz.Run(
        ["port 1\nbind * -::*\nsave 1 2", "client-output-buffer-limit normal 0 0 0", "user a on >\"x\\xff\" ~*"], 3000,
        text =>
        {
            // No files: what stands behind "include" would be one.
            var lines = text.Replace("include", "", StringComparison.OrdinalIgnoreCase);
            Settings.Load(Schema, CacheConfigFile.Parse(lines, Schema).Source);
        });

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a b")]
    [InlineData("a\"'\\\r\n\t\x01z")]
    public void A_quoted_word_is_read_back(string word)
    {
        Assert.True(RedisWords.TrySplit("x " + RedisWords.Quote(word), out var words));
        Assert.Equal(["x", word], words);
    }

    private static Settings Load(string text)
    {
        var file = CacheConfigFile.Parse(text, Schema);
        return Settings.Load(Schema, file.Source).TryGet(out var settings, out var errors)
            ? settings
            : throw new InvalidOperationException(string.Join('\n', errors.Select(error => error.Detail)));
    }
}
