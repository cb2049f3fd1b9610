using Tercel.Primitives;

namespace Tercel.Bench.Cache.Load;

/// <summary>Which key each request asks for: drawn before the run, so that drawing costs nothing in it.</summary>
internal sealed class KeyStream
{
    private const int DrawnCount = 1 << 21;
    private readonly int[] _drawn = new int[DrawnCount];

    /// <param name="keyCount">Keys are 0 to this less one.</param>
    /// <param name="zipf">Exponent of the Zipf law; 0 = all keys alike.</param>
    /// <param name="seed">The same seed draws the same keys.</param>
    public KeyStream(int keyCount, double zipf, ulong seed)
    {
        KeyCount = keyCount;
        var random = new Prng(seed);
        // Popularity must not follow the key's number, or neighbours in memory would be popular together.
        var names = Enumerable.Range(0, keyCount).ToArray();
        for (var i = keyCount - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (names[i], names[j]) = (names[j], names[i]);
        }

        var sums = Sums(keyCount, zipf);
        for (var i = 0; i < DrawnCount; i++)
        {
            var point = (random.Next() >> 11) * (1.0 / (1UL << 53)) * sums[^1];
            var rank = Array.BinarySearch(sums, point);
            _drawn[i] = names[Math.Min(rank < 0 ? ~rank : rank, keyCount - 1)];
        }
    }

    public int KeyCount { get; }

    public int this[int position] => _drawn[position & (DrawnCount - 1)];

    /// <summary>A place to start, different for every connection.</summary>
    public static int Start(int connection) => connection * 40_503;

    private static double[] Sums(int keyCount, double zipf)
    {
        var sums = new double[keyCount];
        var sum = 0.0;
        for (var i = 0; i < keyCount; i++) sums[i] = sum += Math.Pow(i + 1, -zipf);
        return sums;
    }
}
