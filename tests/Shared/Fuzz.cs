using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tercel.Primitives;
using Xunit;

namespace Tercel.TestSupport;

/// <summary>
/// Feeds a check with mutated texts: a fixed number from a fixed seed in the tests, and under <c>./dev fuzz
/// SECONDS</c> for that long from a new seed. A failure prints the seed, and <c>TERCEL_FUZZ_SEED</c> replays it.
/// </summary>
internal static class Fuzz
{
    private const ulong UsualSeed = 20_261_120;
    private const int EditsMax = 6;
    private const string Alphabet = "abz019 .,;:=&?%+-*/()[]{}<>!'\"$@#|\\_~^`\n\0\u00e9\u540d\ud83d\ude00";

    private static readonly ulong? Seconds = Variable("TERCEL_FUZZ_SECONDS");

    /// <summary>The seed of this run.</summary>
    public static ulong Seed { get; } = Variable("TERCEL_FUZZ_SEED")
        ?? (Seconds is null ? UsualSeed : (ulong)Stopwatch.GetTimestamp());

    /// <summary>Numbers of the rounds to run: so many, or for the time that was asked for.</summary>
    public static IEnumerable<int> Rounds(int rounds)
    {
        var clock = Stopwatch.StartNew();
        for (var round = 0; Seconds is { } limit ? clock.Elapsed.TotalSeconds < limit : round < rounds; round++)
            yield return round;
    }

    /// <summary>The same for a check that waits for nothing.</summary>
    public static void Run(IReadOnlyList<string> corpus, int rounds, Action<string> check) =>
        Run(corpus, rounds, text =>
        {
            check(text);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    /// <summary>Runs the check on texts made from the corpus; whatever it throws fails with text and seed.</summary>
    public static async Task Run(IReadOnlyList<string> corpus, int rounds, Func<string, Task> check)
    {
        var random = new Prng(Seed);
        foreach (var round in Rounds(rounds))
        {
            var text = Mutate(random, random.Pick(corpus), corpus);
            try
            {
                await check(text);
            }
            catch (Exception e)
            {
                Assert.Fail($"TERCEL_FUZZ_SEED={Seed}, round {round}, text:\n{text}\n{e}");
            }
        }
    }

    /// <summary>One to six small edits: change, insert, remove, repeat, or splice in a piece of another text.</summary>
    private static string Mutate(Prng random, string text, IReadOnlyList<string> corpus)
    {
        var result = new StringBuilder(text);
        for (var edits = random.Between(1, EditsMax); edits > 0 && result.Length > 0; edits--)
        {
            var at = random.Below(result.Length);
            switch (random.Below(5))
            {
                case 0: result[at] = Alphabet[random.Below(Alphabet.Length)]; break;
                case 1: result.Insert(at, Alphabet[random.Below(Alphabet.Length)]); break;
                case 2: result.Remove(at, random.Between(1, Math.Min(8, result.Length - at))); break;
                case 3: result.Insert(at, result.ToString(at, Length(random, result.Length - at))); break;
                default:
                    var other = random.Pick(corpus);
                    var from = random.Below(other.Length);
                    result.Insert(at, other.AsSpan(from, Length(random, other.Length - from)));
                    break;
            }
        }

        return result.ToString();
    }

    private static int Length(Prng random, int max) => Math.Min(random.Between(1, 20), max);

    private static ulong? Variable(string name) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture,
            out var value)
            ? value
            : null;
}
