// Unsafe: a bucket is 64 bytes of the node heap, aligned to 64; slots hold addresses of nodes of the same heap.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tercel.Cache.Values.Tables;

/// <summary>The slots of a <see cref="FieldTable"/>'s bucket.</summary>
/// <remarks>Shape: eight slots in one cache line: <code>tag 19 | link 1 | address in units of eight bytes 44</code>
/// 0 is an empty slot; a bucket has no empty slot before a used one. The last slot may be a link to a further bucket,
/// which then has two entries or more.</remarks>
internal static unsafe class TableBucket
{
    public const int Bytes = 64;
    public const int Slots = 8;
    public const int TagBits = 19;
    public const ulong TagMask = (1UL << TagBits) - 1;

    private const int TagShift = 64 - TagBits;
    private const ulong LinkBit = 1UL << (TagShift - 1);
    private const ulong AddressMask = LinkBit - 1;

    public static ulong Slot(ulong tag, byte* node) => tag << TagShift | (ulong)node >> 3;

    public static ulong Link(ulong* bucket) => LinkBit | (ulong)bucket >> 3;

    public static ulong Tag(ulong slot) => slot >> TagShift;

    public static byte* Node(ulong slot) => (byte*)((slot & AddressMask) << 3);

    public static bool IsLink(ulong slot) => (slot & LinkBit) != 0;

    public static bool IsEntry(ulong slot) => slot != 0 && (slot & LinkBit) == 0;

    /// <summary>The bucket behind this one; null = it is the last of its chain.</summary>
    public static ulong* Next(ulong* bucket) =>
        IsLink(bucket[Slots - 1]) ? (ulong*)Node(bucket[Slots - 1]) : null;

    /// <summary>A bit per slot that has the tag; an empty slot may be among them when the tag is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(ulong* bucket, ulong tag)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var tags = Vector512.ShiftRightLogical(Vector512.Load(bucket), TagShift - 1);
            return (uint)Vector512.Equals(tags, Vector512.Create(tag << 1)).ExtractMostSignificantBits();
        }

        var wanted = Vector256.Create(tag << 1);
        var low = Vector256.ShiftRightLogical(Vector256.Load(bucket), TagShift - 1);
        var high = Vector256.ShiftRightLogical(Vector256.Load(bucket + 4), TagShift - 1);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 4;
    }
}
