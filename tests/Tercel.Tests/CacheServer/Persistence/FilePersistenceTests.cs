using System.Globalization;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class FilePersistenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_dataset_comes_back_from_its_snapshot()
    {
        string before;
        using (var first = Start())
        {
            Fill(first, seed: 1);
            Assert.Equal("+OK\r\n", first.Run("SAVE"));
            before = first.Model;
        }

        using var second = Start();
        Assert.Equal(before, second.Model);
        Assert.Contains("rdb_changes_since_last_save:0", second.Run("INFO persistence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_server_loads_our_snapshot_and_we_load_its()
    {
        string before;
        using (var ours = Start())
        {
            Fill(ours, seed: 2);
            before = ours.Model;
            Assert.Equal("+OK\r\n", ours.Run("SAVE"));
        }

        var folder = Directory.CreateTempSubdirectory("tercel-redis-").FullName;
        File.Copy(Path.Combine(_folder, "dump.rdb"), Path.Combine(folder, "dump.rdb"));
        using var redis = RealRedis.Start(folder);
        Assert.Equal(before, RdbFiles.Save(redis));
        File.Copy(Path.Combine(folder, "dump.rdb"), Path.Combine(_folder, "dump.rdb"), overwrite: true);
        using var again = Start();
        Assert.Equal(before, again.Model);
    }

    [Fact]
    public void A_real_server_loads_our_journal_and_we_load_its()
    {
        string before;
        using (var ours = Start(append: true))
        {
            Fill(ours, seed: 3);
            Assert.Null(ours.Files.RewriteInBackground());
            WaitFor(() => ours.Files.State is { IsRewriting: false, Rewrites: 2 });
            Fill(ours, seed: 4);
            before = ours.Model;
        }

        var folder = Directory.CreateTempSubdirectory("tercel-redis-").FullName;
        Copy(Path.Combine(_folder, "appendonlydir"), Path.Combine(folder, "appendonlydir"));
        using (var redis = RealRedis.Start(folder, "--appendonly", "yes"))
        {
            Assert.Equal(before, RdbFiles.Save(redis));
            redis.Run("SELECT", 0);
            redis.Run("SET", "theirs", "1");
            redis.Run("MULTI");
            redis.Run("RPUSH", "list of theirs", "a", "b");
            redis.Run("INCR", "theirs");
            redis.Run("EXEC");
            before = RdbFiles.Save(redis);
            // Appended by a real server to our file, without our marks.
            Directory.Delete(Path.Combine(_folder, "appendonlydir"), recursive: true);
            Copy(Path.Combine(folder, "appendonlydir"), Path.Combine(_folder, "appendonlydir"));
        }

        using (var again = Start(append: true))
        {
            Assert.Equal(before, again.Model);
            again.Run("SET ours 2");
            before = again.Model;
        }

        using var third = Start(append: true);
        Assert.Equal(before, third.Model);
    }

    [Fact]
    public void A_snapshot_under_writes_is_the_dataset_of_one_moment()
    {
        // Every transaction keeps the sum of two counters and the length of a list in step.
        using var first = Start();
        for (var i = 0; i < 20_000; i++) first.Run($"SET filler:{i} {new string('x', 100)}");
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            using var own = new CommandRunner(first.Runner);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                own.Run($"MULTI\nINCR a\nDECR b\nRPUSH list x\nSADD set {i}\nHINCRBY hash f 1\nEXEC");
                own.Run($"SET filler:{i % 20_000} {i}");
            }
        });
        writer.Start();
        long last = 0;
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal("+OK\r\n", first.Run("SAVE"));
            var model = RdbModel.OfFile(Path.Combine(_folder, "dump.rdb"));
            var a = model.Entries.TryGetValue("0/a", out var text) ? Number(text) : 0;
            Assert.Equal(-a, model.Entries.TryGetValue("0/b", out text) ? Number(text) : 0);
            Assert.Equal(a, model.Entries.TryGetValue("0/list", out text) ? text.Split(' ').Length - 1 : 0);
            Assert.Equal(a, model.Entries.TryGetValue("0/set", out text) ? text.Split(' ').Length - 1 : 0);
            Assert.True(a > last || round == 0);
            last = a;
            Assert.Equal($"Hash f:{a}", model.Entries.GetValueOrDefault("0/hash", "Hash f:0"));
        }

        stop.Cancel();
        writer.Join();
        first.Runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void A_damaged_snapshot_is_refused_with_its_offset_or_put_aside()
    {
        using (var first = Start())
        {
            Fill(first, seed: 5);
            first.Run("SAVE");
        }

        var path = Path.Combine(_folder, "dump.rdb");
        var file = File.ReadAllBytes(path);
        file[file.Length / 2] ^= 8;
        File.WriteAllBytes(path, file);
        var refused = Assert.Throws<PersistenceException>(() => Start());
        Assert.Contains("offset", refused.Message, StringComparison.Ordinal);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(file, File.ReadAllBytes(path));
        using var aside = Start(options => options with { PutsDamagedAside = true });
        Assert.Equal("", aside.Model);
        Assert.Equal(file, File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder, "dump.rdb.damaged-*"))));
    }

    [Fact]
    public void Writes_are_refused_while_the_disk_is_full_and_taken_again_afterwards()
    {
        var files = new SimulatedFileSystem(1);
        using var server = Start(live: new LiveSettings
        {
            AppendOnly = true, AppendSync = AppendSync.EverySec, SavePoints = [new SavePoint(3600, 1)],
        }, files: files);
        files.Fault = kind => kind == "append" ? new IOException("No space left on device") : null;
        Assert.Equal("+OK\r\n", server.Run("SET a 1"));
        WaitFor(() => server.Run("SET b 2").StartsWith("-MISCONF", StringComparison.Ordinal));
        Assert.Equal("$1\r\n1\r\n", server.Run("GET a"));
        files.Fault = null;
        WaitFor(() => server.Run("SET b 2") == "+OK\r\n");

        files.Fault = kind => kind == "append" ? new IOException("No space left on device") : null;
        Assert.StartsWith("-ERR", server.Run("SAVE"), StringComparison.Ordinal);
        Assert.StartsWith("-MISCONF", server.Run("SET a 1"), StringComparison.Ordinal);
        files.Fault = null;
        WaitFor(() => server.Files.State.LastWriteOk);
        Assert.Equal("+OK\r\n", server.Run("SAVE"));
        Assert.Equal("+OK\r\n", server.Run("SET a 1"));
    }

    [Fact]
    public void What_expires_or_is_evicted_is_journaled_as_deleted()
    {
        using (var first = Start(append: true))
        {
            first.Run("SET gone 1 PX 50");
            first.Run("SET kept 1");
            first.Runner.Advance(1000);
            for (var shard = 0; shard < first.Runner.Keyspace.ShardCount; shard++)
                first.Runner.Keyspace.Tick(shard, first.Runner.NowMs, 1000);
            Assert.Equal("$-1\r\n", first.Run("GET gone"));
            first.Run("APPEND gone x");
        }

        using var second = Start(append: true);
        Assert.Equal("$1\r\nx\r\n", second.Run("GET gone"));
        Assert.Equal("$1\r\n1\r\n", second.Run("GET kept"));
    }

    [Fact]
    public void The_journal_can_be_switched_on_and_off_while_running()
    {
        using (var first = Start())
        {
            first.Run("SET a 1");
            Assert.Null(first.Files.SetAppendOnly(true));
            WaitFor(() => first.Files.State.IsAppending && !first.Files.State.IsRewriting);
            first.Run("SET b 2");
            Assert.Null(first.Files.SetAppendOnly(false));
            first.Run("SET c 3");
            Assert.Null(first.Files.SetAppendOnly(true));
            WaitFor(() => first.Files.State is { IsAppending: true, IsRewriting: false });
            first.Run("SET d 4");
        }

        using var second = Start(append: true);
        Assert.Equal("0/a = string 1\n0/b = string 2\n0/c = string 3\n0/d = string 4", second.Model);
    }

    [Fact]
    public void The_first_start_with_a_journal_takes_over_the_snapshot()
    {
        using (var first = Start())
        {
            first.Run("SET a 1");
            first.Run("SAVE");
        }

        using (var second = Start(append: true)) Assert.Equal("0/a = string 1", second.Model);
        File.Delete(Path.Combine(_folder, "dump.rdb"));
        using var third = Start(append: true);
        Assert.Equal("0/a = string 1", third.Model);
    }

    private static long Number(string text) => long.Parse(text.Split(' ')[^1], CultureInfo.InvariantCulture);

    private static void WaitFor(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < 20, "waited too long");
            Thread.Sleep(10);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static void Fill(RunningFiles server, ulong seed)
    {
        var random = new Prng(Fuzz.Seed + seed);
        for (var i = 0; i < 400; i++)
        {
            var (key, value) = ($"k{random.Below(60)}", random.Below(100_000));
            server.Run($"SELECT {random.Below(3)}");
            server.Run(random.Below(10) switch
            {
                0 => $"SET s:{key} {value}",
                1 => $"SET s:{key} {new string('v', random.Below(400))}x EX {1 + value}",
                2 => $"RPUSH l:{key} {value} abc {value}",
                3 => $"SADD e:{key} {value} {value + 1}",
                4 => $"SADD m:{key} a{value} b{value}",
                5 => $"HSET h:{key} f{value % 50} {value} g {new string('w', random.Below(90))}",
                6 => $"ZADD z:{key} {value}.5 m{value % 50} -inf low",
                7 => $"DEL s:{key} l:{key}",
                8 => $"MULTI\nINCR n:{key}\nLPOP l:{key}\nEXPIRE h:{key} 100000\nEXEC",
                _ => $"HDEL h:{key} g",
            });
        }
    }

    private RunningFiles Start(bool append) =>
        Start(live: new LiveSettings { AppendOnly = append, AppendSync = AppendSync.EverySec, SaveOnStop = "nosave" });

    private RunningFiles Start(
        Func<PersistenceOptions, PersistenceOptions>? options = null, LiveSettings? live = null,
        IFileSystem? files = null)
    {
        var usual = new PersistenceOptions { Folder = files is null ? _folder : "/d" };
        return new RunningFiles(
            options?.Invoke(usual) ?? usual, live ?? new LiveSettings { SaveOnStop = "nosave" },
            files ?? DiskFileSystem.Instance);
    }
}
