using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Settings;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class FilePersistenceStopTests
{
    private readonly SimulatedFileSystem _files = new(1);

    [Fact]
    public void A_stop_before_the_journal_was_begun_saves_a_snapshot()
    {
        var live = new LiveSettings();
        using (var first = Start(live))
        {
            first.Run("SET a 1");
            // CONFIG SET appendonly yes, and the stop comes before the first rewrite.
            live.AppendOnly = true;
            Assert.True(first.Files.Stop());
        }

        using var second = Start(new LiveSettings());
        Assert.Equal("0/a = string 1", second.Model);
    }

    [Fact]
    public void A_stop_whose_snapshot_fails_says_so()
    {
        using var server = Start(new LiveSettings());
        server.Run("SET a 1");
        _files.Fault = kind => kind == "append" ? new IOException("No space left on device") : null;
        Assert.False(server.Files.Stop());
    }

    [Fact]
    public void A_stop_whose_journal_cannot_be_made_durable_says_so()
    {
        using var server = Start(new LiveSettings { AppendOnly = true, AppendSync = AppendSync.No });
        _files.Fault = kind => kind == "sync" ? new IOException("Input/output error") : null;
        server.Run("SET a 1");
        Assert.False(server.Files.Stop());
    }

    [Theory]
    [InlineData("CONFIG SET appendonly no")]
    [InlineData("DEBUG RELOAD")]
    public async Task A_transaction_does_not_wait_for_a_snapshot_that_waits_for_its_shards(string command)
    {
        using var server = Start(new LiveSettings { AppendOnly = true, AppendSync = AppendSync.No });
        for (var i = 0; i < 4000; i++) server.Run($"SET k{i} {new string((char)('a' + i % 26), 2000)}");
        using var isWriting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _files.Fault = _ =>
        {
            if (Thread.CurrentThread.Name != "tercel-files") return null;
            isWriting.Set();
            goOn.Wait(TimeSpan.FromSeconds(20));
            return null;
        };
        Assert.Null(server.Files.SaveInBackground(schedule: false));
        Assert.True(isWriting.Wait(TimeSpan.FromSeconds(10)));
        server.Run("MULTI");
        server.Run(command);
        var exec = Task.Run(() => server.Run("EXEC"));
        await Task.Delay(50);
        goOn.Set();
        var reply = await exec.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(SpinWait.SpinUntil(() => !server.Files.State.IsSaving, TimeSpan.FromSeconds(10)));
        Assert.StartsWith("*1\r\n", reply, StringComparison.Ordinal);
    }

    private RunningFiles Start(LiveSettings live) =>
        new(new PersistenceOptions { Folder = "/d", Compresses = false }, live, _files);
}
