using System.Globalization;
using System.Text;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Strings;

public sealed class LcsTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    [Fact]
    public void The_example_of_the_reference_gives_its_matches()
    {
        _runner.Run("MSET key1 ohmytext key2 mynewtext");
        Assert.Equal("$6\r\nmytext\r\n", _runner.Run("LCS key1 key2"));
        Assert.Equal(":6\r\n", _runner.Run("LCS key1 key2 LEN"));
        Assert.Equal(
            "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n",
            _runner.Run("LCS key1 key2 IDX MINMATCHLEN 4 WITHMATCHLEN"));
    }

    [Fact]
    public void Strings_whose_table_would_be_too_large_are_refused()
    {
        _runner.Words("SET", "a", new string('a', 20_000));
        _runner.Words("SET", "b", new string('b', 20_000));
        Assert.Equal(
            "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len\r\n",
            _runner.Run("LCS a b"));
    }

    [Fact]
    public void The_result_is_a_common_subsequence_of_the_greatest_length()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(500))
        {
            var (a, b) = (Text(random), Text(random));
            _runner.Words("MSET", "a", a, "b", b);
            var reply = _runner.Run("LCS a b");
            var result = reply[(reply.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];
            Assert.True(IsSubsequence(result, a), $"round {round}: {result} of {a}");
            Assert.True(IsSubsequence(result, b), $"round {round}: {result} of {b}");
            Assert.Equal(Longest(a, b), result.Length);
            var length = string.Create(CultureInfo.InvariantCulture, $":{result.Length}\r\n");
            Assert.Equal(length, _runner.Run("LCS a b LEN"));
        }
    }

    public void Dispose() => _runner.Dispose();

    private static string Text(Prng random)
    {
        var text = new StringBuilder();
        for (var length = random.Below(40); length > 0; length--) text.Append((char)('a' + random.Below(4)));
        return text.ToString();
    }

    private static bool IsSubsequence(string part, string whole)
    {
        var found = 0;
        foreach (var c in whole)
            if (found < part.Length && part[found] == c) found++;
        return found == part.Length;
    }

    private static int Longest(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        for (var j = 1; j <= b.Length; j++)
            table[i, j] = a[i - 1] == b[j - 1]
                ? table[i - 1, j - 1] + 1
                : Math.Max(table[i - 1, j], table[i, j - 1]);
        return table[a.Length, b.Length];
    }
}
