using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Server.Settings;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>Snapshots that are large enough for several threads to load them.</summary>
public sealed class LargeSnapshotTests : IDisposable
{
    private const int Keys = 60_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_key_of_a_large_snapshot_is_there()
    {
        string before;
        using (var first = Start())
        {
            for (var i = 0; i < Keys; i++) first.Run($"SET key:{i} {i}{new string('v', 100 + i % 7)}");
            for (var i = 0; i < 100; i++) first.Run($"RPUSH list:{i} a b {i}\nSET long:{i} {new string('w', 5000)}");
            Assert.Equal("+OK\r\n", first.Run("SAVE"));
            before = first.Model;
            Assert.Null(first.Files.Reload());
            Assert.Equal(before, first.Model);
        }

        Assert.True(new FileInfo(Path.Combine(_folder, "dump.rdb")).Length > 4 << 20);
        using var second = Start();
        Assert.Equal(before, second.Model);
        second.Runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void A_key_that_comes_twice_in_a_large_snapshot_is_refused()
    {
        using var writer = new RdbWriter();
        writer.Header(0, isAppendBase: false);
        for (var i = 0; i <= Keys; i++)
        {
            var name = System.Text.Encoding.ASCII.GetBytes($"key:{i % Keys}");
            writer.String(new RdbEntry { Key = name }, new byte[100]);
        }

        writer.Footer();
        writer.Output.UInt64(Crc64.Update(0, writer.Output.Written));
        File.WriteAllBytes(Path.Combine(_folder, "dump.rdb"), writer.Output.Written);
        var refused = Assert.Throws<PersistenceException>(() => Start());
        Assert.Contains("\"key:0\" comes twice", refused.Message, StringComparison.Ordinal);
    }

    private RunningFiles Start() => new(
        new PersistenceOptions { Folder = _folder, Compresses = false }, new LiveSettings { SaveOnStop = "nosave" },
        DiskFileSystem.Instance);
}
