// Unsafe: a slot holds an address handed out by the pool, which is below 2^47 and even.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tercel.Cache.Table;

/// <summary>Eight bytes of the index: <c>tag 16 | frequency 2 | address / 2 in 46</c>.</summary>
/// <remarks>0 is an empty slot. A tag is never 0; a slot with tag 0 and an address links to an overflow
/// bucket.</remarks>
internal static unsafe class Slot
{
    public const int PerBucket = 8;
    public const int FrequencyMax = 3;

    private const int TagShift = 48;
    private const int FrequencyShift = 46;
    private const ulong AddressMask = (1UL << FrequencyShift) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TagOf(ulong hash) => (hash >> TagShift) | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Make(ulong hash, byte* entry, int frequency) =>
        (TagOf(hash) << TagShift) | ((ulong)frequency << FrequencyShift) | ((ulong)entry >> 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MakeLink(ulong* bucket) => (ulong)bucket >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Address(ulong slot) => (byte*)((slot & AddressMask) << 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Frequency(ulong slot) => (int)(slot >> FrequencyShift) & FrequencyMax;

    public static ulong WithFrequency(ulong slot, int frequency) =>
        (slot & ~((ulong)FrequencyMax << FrequencyShift)) | ((ulong)frequency << FrequencyShift);

    public static ulong WithAddress(ulong slot, byte* entry) => (slot & ~AddressMask) | ((ulong)entry >> 1);

    /// <summary>Counts one access; saturates, so that a hot slot is only read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Touch(ulong* slot)
    {
        var value = *slot;
        if (Frequency(value) < FrequencyMax) *slot = value + (1UL << FrequencyShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLink(ulong slot) => slot >> TagShift == 0 && slot != 0;

    /// <summary>Bit i is set when slot i of the bucket has the tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(ulong* bucket, ulong tag)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var tags = Vector512.Load(bucket) >>> TagShift;
            return (uint)Vector512.Equals(tags, Vector512.Create(tag)).ExtractMostSignificantBits();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            var wanted = Vector256.Create(tag);
            var low = Vector256.Equals(Vector256.Load(bucket) >>> TagShift, wanted).ExtractMostSignificantBits();
            var high = Vector256.Equals(Vector256.Load(bucket + 4) >>> TagShift, wanted).ExtractMostSignificantBits();
            return low | (high << 4);
        }

        return MatchScalar(bucket, tag);
    }

    /// <summary>Bit i is set when slot i is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MatchEmpty(ulong* bucket)
    {
        if (Vector512.IsHardwareAccelerated)
            return (uint)Vector512.Equals(Vector512.Load(bucket), Vector512<ulong>.Zero).ExtractMostSignificantBits();
        uint mask = 0;
        for (var i = 0; i < PerBucket; i++) mask |= bucket[i] == 0 ? 1u << i : 0;
        return mask;
    }

    /// <summary>What <see cref="Match"/> answers, one slot after the other.</summary>
    internal static uint MatchScalar(ulong* bucket, ulong tag)
    {
        uint mask = 0;
        for (var i = 0; i < PerBucket; i++) mask |= bucket[i] >> TagShift == tag ? 1u << i : 0;
        return mask;
    }
}
