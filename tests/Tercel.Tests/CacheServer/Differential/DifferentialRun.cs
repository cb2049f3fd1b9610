using System.Globalization;
using System.Text;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Differential;

/// <summary>Runs the same random commands here and on a real redis-server: replies and final dataset are
/// equal.</summary>
/// <remarks>Times are told relative to now by both, so numbers of commands that ask for a time may differ a little.
/// A failure prints the seed and the last commands; <c>TERCEL_FUZZ_SEED</c> replays it.</remarks>
internal sealed class DifferentialRun : IDisposable
{
    private const int ShownCommands = 12;
    private const long ToleranceMs = 2_000;

    // The oracle last: a runner that does not start must not leave a server behind.
    private readonly CommandRunner _runner = new();
    private readonly RedisOracle _oracle = RedisOracle.Start();
    private readonly Queue<string> _last = new();
    private readonly string[] _keys;

    public DifferentialRun(params string[] keys) => _keys = keys;

    public Prng Random { get; } = new(Fuzz.Seed);

    /// <summary>Runs so many random commands (or for the time <c>./dev fuzz</c> asks for), then compares all
    /// keys.</summary>
    public void Run(int rounds, Func<Prng, string[]> next)
    {
        foreach (var round in Fuzz.Rounds(rounds))
        {
            Step(next(Random));
            if (round % 500 == 499) CompareKeys();
        }

        CompareKeys();
    }

    /// <summary>Runs one command on both and compares the replies.</summary>
    public void Step(params string[] words)
    {
        _last.Enqueue(string.Join(' ', words.Select(Shown)));
        if (_last.Count > ShownCommands) _last.Dequeue();
        var expected = _oracle.Run(words);
        _runner.Advance(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - _runner.NowMs);
        var actual = _runner.Words(words);
        if (Same(words, expected, actual)) return;
        Assert.Fail(
            $"TERCEL_FUZZ_SEED={Fuzz.Seed}\n{string.Join('\n', _last)}\n"
            + $"Redis:\n{Shown(expected)}\nhere:\n{Shown(actual)}");
    }

    public void Dispose()
    {
        _oracle.Dispose();
        _runner.Dispose();
    }

    private void CompareKeys()
    {
        foreach (var key in _keys)
        {
            Step("TYPE", key);
            Step("PEXPIRETIME", key);
            switch (_oracle.Run("TYPE", key).TrimEnd())
            {
                case "+string": Step("GET", key); break;
                case "+list": Step("LRANGE", key, "0", "-1"); break;
                case "+set": Step("SORT", key, "ALPHA"); break;
                case "+zset": Step("ZRANGE", key, "0", "-1", "WITHSCORES"); break;
            }
        }

        Step("DBSIZE");
    }

    private static bool Same(string[] words, string expected, string actual)
    {
        if (expected == actual) return true;
        return words[0].ToUpperInvariant() switch
        {
            "KEYS" or "SMEMBERS" or "SCAN" => Sorted(expected).SequenceEqual(Sorted(actual)),
            "TTL" or "PTTL" or "EXPIRETIME" or "PEXPIRETIME" =>
                Number(expected) > 0 && Math.Abs(Number(expected) - Number(actual)) < ToleranceMs,
            _ => false,
        };
    }

    private static long Number(string reply) =>
        long.TryParse(reply.AsSpan(1).TrimEnd(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            ? n : long.MinValue;

    private static IEnumerable<string> Sorted(string reply) => reply.Split("\r\n").Order(StringComparer.Ordinal);

    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.Take(400))
        {
            if (c is >= ' ' and <= '~' or '\n') shown.Append(c);
            else shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
        }

        return shown.ToString();
    }
}
