// Unsafe: numbers are read and moved inside one block of the node heap; Count times Width never exceeds Capacity.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Packed;

/// <summary>A small set of integers: sorted numbers, all as wide as the widest needs.</summary>
/// <remarks>Shape: this header of 8 bytes, then numbers of 2, 4 or 8 bytes.</remarks>
[StructLayout(LayoutKind.Sequential, Size = HeaderBytes)]
internal unsafe struct IntegerSet
{
    public const int HeaderBytes = 8;

    /// <summary>More numbers than this become a table. Source: Redis' default <c>set-max-intset-entries</c>.</summary>
    public const int CountMax = 512;

    /// <summary>Size of the block. Units: bytes.</summary>
    public ushort Capacity;

    public ushort Count;

    /// <summary>Size of a number: 2, 4 or 8. Units: bytes.</summary>
    public byte Width;

    /// <summary>A set of one number.</summary>
    public static IntegerSet* Create(NodeHeap heap, long value)
    {
        var width = WidthOf(value);
        var set = Take(heap, 1, width);
        set->Count = 1;
        Write(set, 0, value);
        return set;
    }

    public static void Free(NodeHeap heap, IntegerSet* set) => heap.Free((byte*)set, set->Capacity);

    public static long Read(IntegerSet* set, int index)
    {
        var at = (byte*)set + HeaderBytes + index * set->Width;
        return set->Width switch
        {
            2 => Unsafe.ReadUnaligned<short>(at),
            4 => Unsafe.ReadUnaligned<int>(at),
            _ => Unsafe.ReadUnaligned<long>(at),
        };
    }

    /// <summary>Whether the number is there, and its place or the place it would take.</summary>
    public static bool Contains(IntegerSet* set, long value, out int index)
    {
        var (low, high) = (0, (int)set->Count);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (Read(set, middle) < value) low = middle + 1;
            else high = middle;
        }

        index = low;
        return low < set->Count && Read(set, low) == value;
    }

    /// <summary>Puts a number at the place that <see cref="Contains"/> told; the block may move.</summary>
    public static IntegerSet* Insert(NodeHeap heap, IntegerSet* set, int index, long value)
    {
        var width = Math.Max(WidthOf(value), (int)set->Width);
        var count = set->Count + 1;
        if (width == set->Width && HeaderBytes + count * width <= set->Capacity)
        {
            var at = (byte*)set + HeaderBytes + index * width;
            var behind = (set->Count - index) * width;
            Buffer.MemoryCopy(at, at + width, behind, behind);
        }
        else
        {
            var wider = Take(heap, count, width);
            for (var i = 0; i < set->Count; i++) Write(wider, i < index ? i : i + 1, Read(set, i));
            Free(heap, set);
            set = wider;
        }

        set->Count = (ushort)count;
        Write(set, index, value);
        return set;
    }

    /// <summary>Removes the number at a place; the block may move.</summary>
    public static IntegerSet* RemoveAt(NodeHeap heap, IntegerSet* set, int index)
    {
        Invariant.Holds(index < set->Count);
        var at = (byte*)set + HeaderBytes + index * set->Width;
        var behind = (set->Count - index - 1) * set->Width;
        Buffer.MemoryCopy(at + set->Width, at, behind, behind);
        set->Count--;
        return HeaderBytes + set->Count * set->Width * 2 < set->Capacity ? Shrunk(heap, set) : set;
    }

    public static IntegerSet* Clone(IntegerSet* set, NodeHeap to)
    {
        var copy = Take(to, set->Count, set->Width);
        copy->Count = set->Count;
        var bytes = set->Count * set->Width;
        Buffer.MemoryCopy((byte*)set + HeaderBytes, (byte*)copy + HeaderBytes, bytes, bytes);
        return copy;
    }

    public static void IntegrityCheck(IntegerSet* set)
    {
        Invariant.Holds(set->Count is > 0 and <= CountMax);
        Invariant.Holds(HeaderBytes + set->Count * set->Width <= set->Capacity);
        Invariant.Holds(NodeHeap.UsableBytes(set->Capacity) == set->Capacity);
        for (var i = 1; i < set->Count; i++) Invariant.Holds(Read(set, i - 1) < Read(set, i));
    }

    private static IntegerSet* Shrunk(NodeHeap heap, IntegerSet* set)
    {
        if (NodeHeap.UsableBytes(HeaderBytes + set->Count * set->Width) >= set->Capacity) return set;
        var smaller = Clone(set, heap);
        Free(heap, set);
        return smaller;
    }

    private static IntegerSet* Take(NodeHeap heap, int count, int width)
    {
        var capacity = NodeHeap.UsableBytes(HeaderBytes + count * width);
        var set = (IntegerSet*)heap.Allocate(capacity);
        *set = new IntegerSet { Capacity = (ushort)capacity, Width = (byte)width };
        return set;
    }

    private static void Write(IntegerSet* set, int index, long value)
    {
        var at = (byte*)set + HeaderBytes + index * set->Width;
        switch (set->Width)
        {
            case 2: Unsafe.WriteUnaligned(at, (short)value); break;
            case 4: Unsafe.WriteUnaligned(at, (int)value); break;
            default: Unsafe.WriteUnaligned(at, value); break;
        }
    }

    private static int WidthOf(long value) => value == (short)value ? 2 : value == (int)value ? 4 : 8;
}
