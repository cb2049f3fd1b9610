using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;
using Tercel.Primitives;
using Tercel.Resp;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer;

// Every command with words at random: an answer or an error, exactly one reply, never an exception.
public sealed class CommandFuzzTests : IDisposable
{
    private const int CommandsPerRound = 400;

    // They wait, stop, write files, or reply once per argument.
    private static readonly HashSet<string> LeftOut =
    [
        "shutdown", "debug", "save", "bgsave", "bgrewriteaof", "monitor", "subscribe", "psubscribe", "ssubscribe",
        "unsubscribe", "punsubscribe", "sunsubscribe", "client|reply", "client|kill", "client|pause", "quit",
        "config|rewrite", "config|set", "acl|setuser", "acl|deluser", "acl|load", "acl|save", "auth", "hello", "reset",
    ];

    private static readonly string[] Words =
    [
        "k1", "k2", "k3", "list", "hash", "set", "zset", "string", "number", "0", "1", "-1", "2", "10", "100", "-5",
        "9223372036854775807", "-9223372036854775808", "1.5", "-0.25", "1e400", "inf", "-inf", "nan", "", " ", "a", "b",
        "*", "k*", "[", "(1", "[a", "-", "+", "(inf", "EX", "PX", "EXAT", "PXAT", "NX", "XX", "GT", "LT", "CH", "INCR",
        "KEEPTTL", "PERSIST", "GET", "MATCH", "COUNT", "TYPE", "LIMIT", "BY", "STORE", "ALPHA", "ASC", "DESC", "WITHSCORES",
        "WITHVALUES", "WEIGHTS", "AGGREGATE", "SUM", "MIN", "MAX", "LEFT", "RIGHT", "BEFORE", "AFTER", "AND", "OR", "XOR",
        "NOT", "BIT", "BYTE", "u8", "i64", "u63", "u64", "#1", "SET", "INCRBY", "OVERFLOW", "WRAP", "SAT", "FAIL", "REV",
        "BYSCORE", "BYLEX", "RANK", "MAXLEN", "REPLACE", "DB", "ABSTTL", "FREQ", "IDLETIME", "LEN", "IDX", "MINMATCHLEN",
        "WITHMATCHLEN", "FIELDS", "FNX", "FXX", "ASYNC", "SYNC", "HELP", "1000000", "65536", "4294967296", "\0\r\n\u00ff",
    ];

    private readonly CommandRunner _runner = new(CommandRunner.SmallKeyspace with { MemoryBytesMax = 64L << 20 });
    private readonly ReplyScanner _scanner = new(ReplyLimits.Usual);

    [Fact]
    public void Any_words_get_exactly_one_reply()
    {
        var random = new Prng(Fuzz.Seed);
        var commands = _runner.Server.Commands.ById.Where(IsFuzzed).ToList();
        foreach (var round in Fuzz.Rounds(15))
        {
            var session = _runner.Open(isResp3: random.Chance(0.5));
            for (var i = 0; i < CommandsPerRound; i++) RunOne(random, session, random.Pick(commands), round);
            _runner.Dispatcher.EndTransaction(session);
            _runner.Run("FLUSHALL");
        }
    }

    public void Dispose() => _runner.Dispose();

    private static bool IsFuzzed(CommandInfo info) =>
        !info.IsContainer && !LeftOut.Contains(info.FullName) && info.Parent is not { Name: "DEBUG" }
        && (info.Flags & CommandFlags.Blocking) == 0;

    private void RunOne(Prng random, Session session, CommandInfo info, int round)
    {
        var words = new List<string>();
        if (info.Parent is { } parent) words.Add(parent.Name);
        words.Add(info.Name);
        var least = Math.Abs(info.Arity);
        var count = info.Arity > 0 && random.Chance(0.9) ? least : Math.Max(1, least + random.Below(6) - 1);
        while (words.Count < count) words.Add(random.Pick(Words));
        if (random.Chance(0.3)) _runner.Advance(random.Below(50));
        var told = $"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}: {string.Join(' ', words)}";
        byte[] reply;
        try
        {
            reply = _runner.Run(session, [.. words.Select(Encoding.Latin1.GetBytes)]);
        }
        catch (Exception e)
        {
            Assert.Fail($"{told}\n{e}");
            return;
        }

        var status = _scanner.Scan(reply, out var length);
        Assert.True(status == ReadStatus.Command && length == reply.Length,
            $"{told}\nreplied {reply.Length} bytes, {status} of {length}: {Encoding.Latin1.GetString(reply)}");
    }
}
