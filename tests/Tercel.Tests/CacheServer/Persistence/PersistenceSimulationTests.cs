using System.Globalization;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Dataset;
using Tercel.Cache.Server.Persistence.Journal;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class PersistenceSimulationTests
{
    private static readonly PersistenceOptions Options = new() { Folder = "/d", Compresses = false };

    [Fact]
    public void After_any_crash_the_journal_gives_a_state_that_was_and_none_older_than_the_last_acknowledged()
    {
        foreach (var round in Fuzz.Rounds(250))
        {
            var seed = Fuzz.Seed + (ulong)round;
            try
            {
                Live(seed);
            }
            catch (Exception e) when (e is not SimulatedCrashException)
            {
                Assert.Fail($"TERCEL_FUZZ_SEED={seed}: {e}");
            }
        }
    }

    private static void Live(ulong seed)
    {
        var random = new Prng(seed);
        var files = new SimulatedFileSystem(seed);
        // All states since the last start, and the first one that a start may come back to.
        var states = new List<string> { "" };
        var acknowledged = 0;
        for (var life = 0; life < 4; life++)
        {
            using var runner = new CommandRunner(new Tercel.Cache.Server.CacheServerOptions
            {
                Keyspace = CommandRunner.SmallKeyspace,
                Live = new LiveSettings { AppendOnly = true, AppendSync = AppendSync.Always },
            });
            using var server = runner.Server;
            files.CrashAt = files.Operations + random.Between(1, 90);
            try
            {
                using var journal = new JournalKeeper(runner.Server, Options, files, log: null) { HasThread = false };
                Start(runner, journal, files);
                var found = KeyspaceSinkTests.ModelOf(runner.Keyspace, runner.NowMs).ToString();
                var at = states.FindLastIndex(state => state == found);
                Assert.True(at >= acknowledged, $"life {life}: state {at} of {states.Count}, {acknowledged} was safe");
                states = [found];
                acknowledged = 0;
                files.Fault = _ => Interrupt(files, runner, random, states);
                while (true)
                {
                    Step(runner, random, states);
                    if (random.Chance(0.7) && runner.Dispatcher.CommitJournal()) acknowledged = states.Count - 1;
                    if (random.Chance(0.1)) journal.Rewrite(CancellationToken.None);
                }
            }
            catch (SimulatedCrashException)
            {
                files.Fault = null;
                files.Restart();
            }
        }
    }

    // Commands that come while a snapshot is written to its file.
    private static Exception? Interrupt(
        SimulatedFileSystem files, CommandRunner runner, Prng random, List<string> states)
    {
        if (!runner.Server.IsSnapshotting || !random.Chance(0.5)) return null;
        var fault = files.Fault;
        files.Fault = null;
        Step(runner, random, states);
        files.Fault = fault;
        return null;
    }

    private static void Start(CommandRunner runner, JournalKeeper journal, SimulatedFileSystem files)
    {
        if (journal.TryOpenFolder())
        {
            new DatasetLoader(runner.Server, Options, files, log: null).LoadJournal(journal.Folder);
            journal.OpenLast();
        }
        else
        {
            Assert.True(journal.Rewrite(CancellationToken.None));
        }
    }

    private static void Step(CommandRunner runner, Prng random, List<string> states)
    {
        var isTransaction = random.Chance(0.15);
        if (isTransaction) runner.Words("MULTI");
        for (var count = isTransaction ? random.Between(1, 4) : 1; count > 0; count--)
        {
            var command = Command(random);
            var reply = runner.Words(command);
            Assert.False(reply.StartsWith("-ERR", StringComparison.Ordinal), $"{string.Join(' ', command)}: {reply}");
        }

        if (isTransaction) runner.Words("EXEC");
        states.Add(KeyspaceSinkTests.ModelOf(runner.Keyspace, runner.NowMs).ToString());
    }

    private static string[] Command(Prng random)
    {
        string Key(char kind) => $"{kind}{random.Below(3)}";
        var value = random.Below(1000).ToString(CultureInfo.InvariantCulture);
        var later = (CommandRunner.StartMs + 1_000_000 + random.Below(1000)).ToString(CultureInfo.InvariantCulture);
        return random.Below(14) switch
        {
            0 => ["SET", Key('s'), value + new string('x', random.Below(120))],
            1 => ["INCR", "counter"],
            2 => ["APPEND", Key('a'), value],
            3 => ["RPUSH", Key('l'), value, "b"],
            4 => ["LPOP", Key('l')],
            5 => ["SADD", Key('e'), value],
            6 => ["SREM", Key('e'), value],
            7 => ["HSET", Key('h'), "f" + value[..1], value],
            8 => ["HDEL", Key('h'), "f" + value[..1]],
            9 => ["DEL", Key('s'), Key('l')],
            10 => ["PEXPIREAT", Key('s'), later],
            11 => ["SELECT", random.Below(2).ToString(CultureInfo.InvariantCulture)],
            12 => random.Chance(0.1) ? ["FLUSHALL"] : ["PERSIST", Key('s')],
            _ => ["COPY", Key('s'), Key('a'), "REPLACE"],
        };
    }
}
