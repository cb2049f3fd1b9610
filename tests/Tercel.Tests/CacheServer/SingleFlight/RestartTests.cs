using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Settings;
using Tercel.Tests.CacheServer.Persistence;
using Xunit;

namespace Tercel.Tests.CacheServer.SingleFlight;

/// <summary>Tags, policies and stale windows come back with the dataset.</summary>
public sealed class RestartTests : IDisposable
{
    private const string Policy = "page:* swr=5m lease=2s wait=50ms jitter=10%";

    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-restart-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tags_policies_and_stale_windows_outlive_a_restart(bool journal)
    {
        using (var first = Start(journal))
        {
            Assert.Equal("+OK\r\n", first.Run($"POLICY SET {Policy}"));
            first.Run("POLICY SET other:* swr=1s");
            first.Run("POLICY DEL other:*");
            first.Run("SET page:1 old EX 60");
            first.Run("SET both v EX 60 SWR 30 TAGS 2 red round");
            first.Run("SET dropped v TAGS 1 blue");
            first.Run("RPUSH list a");
            first.Run("TAG.ADD list red");
            first.Run("TAG.INVALIDATE blue");
            if (!journal) Assert.Equal("+OK\r\n", first.Run("SAVE"));
        }

        using var second = Start(journal);
        Assert.Equal($"*1\r\n${Policy.Length}\r\n{Policy}\r\n", second.Run("POLICY LIST"));
        Assert.Equal("*2\r\n$3\r\nred\r\n$5\r\nround\r\n", second.Run("TAG.LIST both"));
        Assert.Equal("*1\r\n$3\r\nred\r\n", second.Run("TAG.LIST list"));
        Assert.Equal(":0\r\n", second.Run("EXISTS dropped"));
        Assert.Equal(":60\r\n", second.Run("TTL both"));
        second.Runner.Advance(61_000);
        Assert.Equal("$-1\r\n", second.Run("GET both"));
        Assert.Equal("$-1\r\n$3\r\nold\r\n", second.Run("GET page:1\nGET page:1"));
        second.Run("TAG.INVALIDATE red");
        Assert.Equal(":0\r\n", second.Run("EXISTS both list"));
    }

    [Fact]
    public void Sixteen_tags_and_a_stale_window_fit_a_snapshot()
    {
        var tags = string.Join(' ', Enumerable.Range(10, 16));
        using (var first = Start(journal: false))
        {
            Assert.Equal("+OK\r\n", first.Run($"SET k v EX 60 SWR 30 TAGS 16 {tags}"));
            Assert.Equal("+OK\r\n", first.Run("SAVE"));
        }

        using var second = Start(journal: false);
        Assert.StartsWith("*16\r\n", second.Run("TAG.LIST k"));
        Assert.Equal(":60\r\n", second.Run("TTL k"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunningFiles Start(bool journal) => new(
        new PersistenceOptions { Folder = _folder }, new LiveSettings { AppendOnly = journal }, new DiskFileSystem());
}
