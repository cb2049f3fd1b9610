using System.Numerics;

namespace Tercel.Cache.Expiry;

/// <summary>Groups entries by the order of magnitude of their time to live, so that those in one segment end at about
/// the same time and the segment goes as a whole.</summary>
/// <remarks>Shape: class 0 = never; then a class per doubling from 2 s to 9 hours; a small shard merges neighbours,
/// since every class in use has an open segment.</remarks>
internal readonly struct TtlClasses(int mergeLog)
{
    public const int Count = 16;
    private const int FirstLog = 11;

    public byte Of(long ttlMs)
    {
        var log = BitOperations.Log2((ulong)Math.Max(ttlMs, 1) | (1UL << (FirstLog - 1))) - (FirstLog - 1);
        return (byte)(1 + (Math.Min(log, Count - 2) >> mergeLog));
    }
}
