// Unsafe: one heap block of Capacity data bytes behind this header; entries lie in 0..Used without gaps and are walked
// by the lengths in them. A score is read as eight bytes that end where it ends, which never starts before the header.
using System.Numerics;
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>A small sorted set: its members in order, packed into one block.</summary>
/// <remarks>
/// Shape of an entry: <c>length 1 | width 1 | score width | member length | entry's bytes 1</c>. A score without a
/// fraction is an integer of 0 to 7 bytes, any other the 8 bytes of the double; the last byte leads back to the entry's
/// start.
/// </remarks>
internal unsafe struct PackedScores
{
    /// <summary>Most members of a small set. Source: Redis' <c>zset-max-listpack-entries</c>.</summary>
    public const int CountMax = 128;

    /// <summary>Longest member of a small set. Units: bytes. Source: Redis' <c>zset-max-listpack-value</c>.</summary>
    public const int MemberBytesMax = 64;

    private const int HeaderBytes = 8;
    /// <summary>Bytes of an entry beside its member, at most. Units: bytes.</summary>
    public const int EntryBytesMax = FixedBytes + 8;

    private const int FixedBytes = 3;

    public ushort Capacity;
    public ushort Used;
    public ushort Count;
    public ushort Spare;

    public static byte* First(PackedScores* set) => (byte*)set + HeaderBytes;

    public static byte* Limit(PackedScores* set) => First(set) + set->Used;

    public static int BlockBytes(PackedScores* set) => set->Capacity + HeaderBytes;

    public static PackedScores* Create(NodeHeap heap, int dataBytes)
    {
        var blockBytes = NodeHeap.UsableBytes(dataBytes + HeaderBytes);
        var set = (PackedScores*)heap.Allocate(blockBytes);
        *set = new PackedScores { Capacity = (ushort)(blockBytes - HeaderBytes) };
        return set;
    }

    public static void Free(NodeHeap heap, PackedScores* set) => heap.Free((byte*)set, BlockBytes(set));

    public static int EntryBytes(byte* entry) => FixedBytes + entry[0] + entry[1];

    public static byte* Previous(byte* entry) => entry - entry[-1];

    public static ReadOnlySpan<byte> Text(byte* entry) => new(entry + 2 + entry[1], entry[0]);

    public static double Score(byte* entry)
    {
        var width = entry[1];
        if (width == 0) return 0;
        var bits = Unsafe.ReadUnaligned<long>(entry + 2 + width - 8);
        return width == 8 ? BitConverter.Int64BitsToDouble(bits) : bits >> (64 - 8 * width);
    }

    /// <summary>The entry of a member and its rank; null when it is not in the set.</summary>
    public static byte* Find(PackedScores* set, in Needle needle, out int rank)
    {
        rank = 0;
        var limit = Limit(set);
        for (var entry = First(set); entry < limit; entry += EntryBytes(entry), rank++)
            if (entry[0] == needle.Length && needle.Matches(entry + 2 + entry[1])) return entry;
        return null;
    }

    /// <summary>The entry of a member, or null; and the place that a score and the member have, found on the same
    /// walk.</summary>
    public static byte* Find(PackedScores* set, in Needle needle, in ScoreBound bound, out byte* place)
    {
        var limit = Limit(set);
        var found = (byte*)null;
        place = null;
        // Scores often rise with time: then the place is the end, and the walk only compares members.
        var last = Previous(limit);
        if (bound.IsAfter(Score(last), Text(last))) place = limit;
        for (var entry = First(set); entry < limit; entry += EntryBytes(entry))
        {
            if (entry[0] == needle.Length && needle.Matches(entry + 2 + entry[1]))
            {
                found = entry;
                if (place != null) return found;
            }
            else if (place == null && !bound.IsAfter(Score(entry), Text(entry)))
            {
                place = entry;
                if (found != null) return found;
            }
        }

        if (place == null) place = limit;
        return found;
    }

    /// <summary>The first entry that is not in front of a place, or the limit; and how many are.</summary>
    public static byte* Seek(PackedScores* set, in ScoreBound bound, out int rank)
    {
        rank = 0;
        var limit = Limit(set);
        var entry = First(set);
        for (; entry < limit && bound.IsAfter(Score(entry), Text(entry)); entry += EntryBytes(entry)) rank++;
        return entry;
    }

    /// <summary>The entry with that rank; the count gives the limit.</summary>
    public static byte* Seek(PackedScores* set, long rank)
    {
        var entry = First(set);
        if (rank <= set->Count / 2)
        {
            for (; rank > 0; rank--) entry += EntryBytes(entry);
            return entry;
        }

        entry = Limit(set);
        for (var behind = set->Count - rank; behind > 0; behind--) entry = Previous(entry);
        return entry;
    }

    /// <summary>Adds a member that is not in the set and for which it is not too large, in front of an entry or at the
    /// limit.</summary>
    public static void Insert(
        NodeHeap heap, ref PackedScores* set, byte* place, ReadOnlySpan<byte> text, double score)
    {
        Invariant.Holds(set->Count < CountMax);
        Invariant.Holds(text.Length <= MemberBytesMax);
        var width = Width(score);
        var bytes = FixedBytes + width + text.Length;
        var offset = (int)(place - First(set));
        if (set->Used + bytes > set->Capacity) Grow(heap, ref set, bytes);
        var entry = First(set) + offset;
        var behind = set->Used - offset;
        Buffer.MemoryCopy(entry, entry + bytes, behind, behind);
        entry[0] = (byte)text.Length;
        entry[1] = (byte)width;
        WriteScore(entry + 2, score, width);
        text.CopyTo(new Span<byte>(entry + 2 + width, text.Length));
        entry[bytes - 1] = (byte)bytes;
        set->Used += (ushort)bytes;
        set->Count++;
    }

    /// <summary>Takes <paramref name="count"/> entries out, the first of which is <paramref name="entry"/>.</summary>
    public static void Remove(PackedScores* set, byte* entry, int count)
    {
        var end = entry;
        for (var i = 0; i < count; i++) end += EntryBytes(end);
        var behind = Limit(set) - end;
        Buffer.MemoryCopy(end, entry, behind, behind);
        set->Used -= (ushort)(end - entry);
        set->Count -= (ushort)count;
    }

    /// <summary>Changes the score of an entry without moving it, when it keeps its place and size.</summary>
    public static bool TrySetScore(PackedScores* set, byte* entry, double score)
    {
        var text = Text(entry);
        var next = entry + EntryBytes(entry);
        if (Width(score) != entry[1]) return false;
        if (entry > First(set))
        {
            var previous = Previous(entry);
            if (!ScoreBound.Of(score, text).IsAfter(Score(previous), Text(previous))) return false;
        }

        if (next < Limit(set) && ScoreBound.Of(score, text).IsAfter(Score(next), Text(next))) return false;
        WriteScore(entry + 2, score, entry[1]);
        return true;
    }

    public static PackedScores* Clone(PackedScores* set, NodeHeap to)
    {
        var copy = Create(to, set->Used);
        Unsafe.CopyBlockUnaligned(First(copy), First(set), set->Used);
        copy->Used = set->Used;
        copy->Count = set->Count;
        return copy;
    }

    /// <summary>Gives memory back when most of the block is unused.</summary>
    public static void Shrink(NodeHeap heap, ref PackedScores* set)
    {
        if (set->Capacity <= 256 || set->Used >= set->Capacity / 4) return;
        var old = set;
        set = Clone(old, heap);
        Free(heap, old);
    }

    private static void Grow(NodeHeap heap, ref PackedScores* set, int bytes)
    {
        var old = set;
        set = Create(heap, old->Used + bytes + old->Used / 8);
        Unsafe.CopyBlockUnaligned(First(set), First(old), old->Used);
        set->Used = old->Used;
        set->Count = old->Count;
        Free(heap, old);
    }

    private static int Width(double score)
    {
        var whole = (long)score;
        if (whole != score || Math.Abs(score) >= 1L << 53 || whole == 0 && double.IsNegative(score)) return 8;
        return whole == 0 ? 0 : (72 - BitOperations.LeadingZeroCount((ulong)(whole ^ (whole >> 63)))) / 8;
    }

    private static void WriteScore(byte* at, double score, int width)
    {
        var bits = width == 8 ? BitConverter.DoubleToInt64Bits(score) : (long)score;
        Unsafe.CopyBlockUnaligned(at, (byte*)&bits, (uint)width);
    }
}
