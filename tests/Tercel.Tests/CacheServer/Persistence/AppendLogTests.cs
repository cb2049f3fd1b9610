using System.Text;
using Tercel.Cache.Server.Persistence.Journal;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class AppendLogTests
{
    private const string Name = "/d/incr";

    [Fact]
    public void What_always_has_acknowledged_survives_a_crash_at_every_point_and_what_is_left_is_a_prefix()
    {
        foreach (var round in Fuzz.Rounds(400))
        {
            var seed = Fuzz.Seed + (ulong)round;
            var random = new Prng(seed);
            var files = new SimulatedFileSystem(seed);
            var appended = new List<string>();
            var acknowledged = 0;
            Create(files);
            files.CrashAt = files.Operations + random.Between(1, 60);
            try
            {
                using var log = Open(files, AppendSync.Always, out _);
                while (true)
                {
                    var count = random.Between(1, 4);
                    long position = 0;
                    for (; count > 0; count--) position = Append(log, random, appended);
                    if (random.Chance(0.2)) log.WriteOut(sync: false);
                    if (random.Chance(0.8) && log.Commit(position)) acknowledged = appended.Count;
                }
            }
            catch (SimulatedCrashException)
            {
                files.Restart();
            }

            var found = Recover(files);
            Assert.True(found.Count >= acknowledged, $"TERCEL_FUZZ_SEED={seed}: {found.Count} of {acknowledged} left");
            Assert.Equal(appended.Take(found.Count), found);
        }
    }

    [Fact]
    public void A_flipped_byte_is_found_and_only_at_the_very_end_taken_for_the_work_of_a_crash()
    {
        var files = new SimulatedFileSystem(1);
        var appended = new List<string>();
        Create(files);
        using (var log = Open(files, AppendSync.Always, out _))
        {
            var random = new Prng(7);
            for (var i = 0; i < 20; i++) Assert.True(log.Commit(Append(log, random, appended)));
        }

        var length = files.ReadAll(Name).Length;
        int refused = 0, tails = 0;
        for (var at = 0; at < length; at++)
        {
            files.Change(Name, at, value => (byte)(value ^ 0x10));
            using (var file = files.OpenRead(Name))
            {
                var verdict = JournalCheck.Look(file);
                Assert.NotNull(verdict.Problem);
                if (verdict.IsTail) tails++;
                else refused++;
            }

            files.Change(Name, at, value => (byte)(value ^ 0x10));
        }

        Assert.Equal(appended, Recover(files));
        Assert.InRange(tails, 1, length / 10);
        Assert.True(refused > 0);
    }

    [Fact]
    public void A_full_disk_keeps_what_waits_and_writes_it_later()
    {
        var files = new SimulatedFileSystem(1);
        var appended = new List<string>();
        var random = new Prng(3);
        Create(files);
        using var log = Open(files, AppendSync.Always, out var health);
        Assert.True(log.Commit(Append(log, random, appended)));
        files.Fault = kind => kind == "append" ? new IOException("No space left on device") : null;
        Assert.False(log.Commit(Append(log, random, appended)));
        Assert.False(health.IsOk);
        files.Fault = null;
        Assert.True(log.WriteOut(sync: true));
        Assert.True(health.IsOk);
        Assert.Equal(appended, Recover(files));
    }

    [Fact]
    public void A_failed_sync_is_not_mended_by_syncing_again()
    {
        var files = new SimulatedFileSystem(1);
        var appended = new List<string>();
        var random = new Prng(3);
        Create(files);
        using var log = Open(files, AppendSync.Always, out var health);
        files.Fault = kind => kind == "sync" ? new IOException("Input/output error") : null;
        Assert.False(log.Commit(Append(log, random, appended)));
        files.Fault = null;
        Assert.False(log.Commit(Append(log, random, appended)));
        Assert.False(health.IsSyncOk);
        health.Rewritten();
        Assert.True(log.Commit(Append(log, random, appended)));
    }

    [Fact]
    public void After_a_switch_the_rest_belongs_to_the_other_file()
    {
        var files = new SimulatedFileSystem(1);
        var first = new List<string>();
        var second = new List<string>();
        var random = new Prng(5);
        Create(files);
        Create(files, "/d/next");
        using var log = Open(files, AppendSync.No, out _);
        for (var i = 0; i < 5; i++) Append(log, random, first);
        log.WriteOut(sync: false);
        for (var i = 0; i < 5; i++) Append(log, random, first);
        log.SwitchTo(files.OpenAppend("/d/next", truncate: false));
        for (var i = 0; i < 5; i++) Append(log, random, second);
        Assert.True(log.WriteOut(sync: true));
        for (var i = 0; i < 5; i++) Append(log, random, second);
        Assert.True(log.WriteOut(sync: true));
        files.Restart();
        Assert.Equal(first, Recover(files));
        Assert.Equal(second, Recover(files, "/d/next"));
    }

    [Fact]
    public async Task Loops_that_commit_at_the_same_time_share_a_sync()
    {
        const int Threads = 8, Rounds = 50;
        var files = new SimulatedFileSystem(1);
        var syncs = 0;
        Create(files);
        files.Fault = kind =>
        {
            if (kind == "sync")
            {
                Interlocked.Increment(ref syncs);
                Thread.Sleep(1);
            }

            return null;
        };
        using var log = Open(files, AppendSync.Always, out _);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                var command = Encoding.ASCII.GetBytes($"*1\r\n$5\r\n{thread:d2}{i:d3}\r\n");
                Assert.True(log.Commit(log.Append(0, command, 1000)));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var found = Recover(files);
        Assert.Equal(Threads * Rounds, found.Count);
        for (var thread = 0; thread < Threads; thread++)
        {
            var own = found.Where(text => text.StartsWith($"{thread:d2}", StringComparison.Ordinal)).ToList();
            Assert.Equal(own.Order(StringComparer.Ordinal), own);
        }

        Assert.InRange(syncs, Rounds, Threads * Rounds / 2);
    }

    private static void Create(SimulatedFileSystem files, string name = Name)
    {
        using var file = files.OpenAppend(name, truncate: true);
        AppendLog.BeginFile(file);
        files.SyncFolder("/d");
    }

    private static AppendLog Open(SimulatedFileSystem files, AppendSync sync, out AppendHealth health)
    {
        health = new AppendHealth(log: null);
        return new AppendLog(files.OpenAppend(Name, truncate: false), new LiveSettings { AppendSync = sync }, health);
    }

    private static long Append(AppendLog log, Prng random, List<string> appended)
    {
        var value = $"{appended.Count}:" + new string('v', random.Below(200));
        appended.Add(value);
        var words = $"*1\r\n${value.Length}\r\n{value}\r\n";
        if (random.Chance(0.2))
        {
            appended.Add("x");
            words = "*1\r\n$5\r\nMULTI\r\n" + words + "*1\r\n$1\r\nx\r\n*1\r\n$4\r\nEXEC\r\n";
        }

        return log.Append(0, Encoding.ASCII.GetBytes(words), 1_000_000 + appended.Count * 300);
    }

    // The values of all commands that a start would run.
    private static List<string> Recover(SimulatedFileSystem files, string name = Name)
    {
        using var file = files.OpenRead(name);
        var verdict = JournalCheck.Look(file);
        if (verdict.Problem is not null && !verdict.IsTail)
            Assert.Fail($"{verdict}\n{Encoding.Latin1.GetString(files.ReadAll(name)).Replace('\0', '0')}");
        using var reader = new JournalReader(file);
        var found = new List<string>();
        while (reader.Offset < verdict.GoodBytes && reader.Next() == JournalItem.Command)
        {
            var value = Encoding.ASCII.GetString(reader.Args[0]);
            if (value is not ("SELECT" or "MULTI" or "EXEC")) found.Add(value);
        }

        return found;
    }
}
