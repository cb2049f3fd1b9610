using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[b-a]llo", "hallo", true)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("a[", "a", false)]
    [InlineData("a[b", "ab", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("*a*b", "xaxbxab", true)]
    [InlineData("*a*b", "xaxbxac", false)]
    public void A_pattern_fits_as_in_Redis(string pattern, string text, bool fits) =>
        Assert.Equal(fits, Glob.Matches(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Case_counts_unless_told_otherwise()
    {
        Assert.False(Glob.Matches("MAX*"u8, "maxmemory"u8));
        Assert.True(Glob.Matches("MAX*[A-Z]"u8, "maxmemory"u8, ignoreCase: true));
    }

    [Fact]
    public void Random_patterns_fit_what_plain_backtracking_says()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(50_000))
        {
            var pattern = Random(random, "ab*?[]^-\\c", 8);
            var text = Random(random, "abc]-", 8);
            Assert.True(
                Backtrack(pattern, text) == Glob.Matches(pattern, text),
                $"seed {Fuzz.Seed}, round {round}: {Encoding.ASCII.GetString(pattern)} on "
                + Encoding.ASCII.GetString(text));
        }
    }

    [Fact]
    public void Many_stars_do_not_take_exponential_time()
    {
        var pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 60)) + "b");
        Assert.False(Glob.Matches(pattern, Encoding.ASCII.GetBytes(new string('a', 5000))));
    }

    private static byte[] Random(Prng random, string letters, int charsMax)
    {
        var text = new byte[random.Below(charsMax + 1)];
        for (var i = 0; i < text.Length; i++) text[i] = (byte)letters[random.Below(letters.Length)];
        return text;
    }

    [Fact]
    public void A_match_that_takes_too_many_steps_is_given_up()
    {
        var text = Encoding.ASCII.GetBytes(new string('a', 60_000));
        var pattern = Encoding.ASCII.GetBytes("*" + new string('a', 30_000) + "b");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.False(Glob.Matches(pattern, text));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.True(Glob.Matches("*a*a*a*a*a*a*"u8, text));
    }

    // The obvious way: stars try every length. One element is left to the code under test, by itself.
    private static bool Backtrack(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        if (pattern.Length == 0) return text.Length == 0;
        if (pattern[0] == '*')
        {
            for (var taken = 0; taken <= text.Length; taken++)
                if (Backtrack(pattern[1..], text[taken..])) return true;
            return false;
        }

        var element = pattern[..ElementLength(pattern)];
        return text.Length > 0 && Glob.Matches(element, text[..1]) && Backtrack(pattern[element.Length..], text[1..]);
    }

    private static int ElementLength(ReadOnlySpan<byte> pattern)
    {
        if (pattern[0] == '\\' && pattern.Length > 1) return 2;
        if (pattern[0] != '[') return 1;
        var i = pattern.Length > 1 && pattern[1] == '^' ? 2 : 1;
        while (i < pattern.Length && pattern[i] != ']')
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length) i += 2;
            else if (i + 2 < pattern.Length && pattern[i + 1] == '-') i += 3;
            else i++;
        }

        return Math.Min(i + 1, pattern.Length);
    }
}
