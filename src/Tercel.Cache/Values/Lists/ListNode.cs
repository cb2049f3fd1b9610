// Unsafe: a node is one heap block of Capacity data bytes behind this header; every write is preceded by a check that
// Start and End stay inside 0..Capacity. Elements lie between them without gaps.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Lists;

/// <summary>A packed run of elements that can grow at both ends. A small list is one node.</summary>
/// <remarks>Shape: 16 bytes of header, then <see cref="Capacity"/> bytes, of which those from <see cref="Start"/> to
/// <see cref="End"/> are elements (<see cref="PackedElement"/>).</remarks>
internal unsafe struct ListNode
{
    /// <summary>Size of the header. Units: bytes.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Most data in a node of more than one element: the block is then a size class near 2 KiB.</summary>
    public const int DataBytesMax = 2032 - HeaderBytes;

    private const int DataBytesMin = 32 - HeaderBytes;
    private const int ShrinkBytesMin = 256;

    public int Capacity;
    public int Start;
    public int End;
    public int Count;

    /// <summary>Bytes of elements.</summary>
    public readonly int Used => End - Start;

    /// <summary>Bytes of the block.</summary>
    public readonly int BlockBytes => Capacity + HeaderBytes;

    public static byte* Data(ListNode* node) => (byte*)node + HeaderBytes;

    public static byte* First(ListNode* node) => Data(node) + node->Start;

    public static byte* Limit(ListNode* node) => Data(node) + node->End;

    /// <summary>An empty node for at least so much data, with all its room at one end.</summary>
    public static ListNode* Create(NodeHeap heap, int dataBytes, bool roomAtHead)
    {
        var blockBytes = NodeHeap.UsableBytes(Math.Max(dataBytes, DataBytesMin) + HeaderBytes);
        var node = (ListNode*)heap.Allocate(blockBytes);
        node->Capacity = blockBytes - HeaderBytes;
        node->Start = node->End = roomAtHead ? node->Capacity : 0;
        node->Count = 0;
        return node;
    }

    public static void Free(NodeHeap heap, ListNode* node) => heap.Free((byte*)node, node->BlockBytes);

    /// <summary>Makes room for so many bytes at one end: by what is free there, by sliding the elements, or by a
    /// larger block. False when the node would get larger than a node may be.</summary>
    public static bool TryMakeRoom(NodeHeap heap, ref ListNode* node, bool head, int bytes)
    {
        if ((head ? node->Start : node->Capacity - node->End) >= bytes) return true;
        var (used, capacity) = (node->Used, node->Capacity);
        if (capacity - used >= bytes && capacity - used >= capacity / 4)
        {
            Slide(node, head ? capacity - used : 0);
            return true;
        }

        if (used + bytes > DataBytesMax) return false;
        var target = Math.Max(used + bytes, Math.Min(DataBytesMax, used + bytes + used / 4));
        Move(heap, ref node, target, head);
        return true;
    }

    /// <summary>Adds an element at one end, where room was made.</summary>
    public static void Add(ListNode* node, bool head, in PackedElement element)
    {
        if (head) node->Start -= element.Bytes;
        element.Write(head ? First(node) : Limit(node));
        if (!head) node->End += element.Bytes;
        node->Count++;
    }

    /// <summary>Inserts an element in front of <paramref name="offset"/> (from the first element); false when the node
    /// would get too large.</summary>
    public static bool TryInsert(NodeHeap heap, ref ListNode* node, int offset, in PackedElement element)
    {
        var bytes = element.Bytes;
        var head = offset < node->Used / 2;
        if (node->Capacity - node->Used >= bytes)
        {
            if ((head ? node->Start : node->Capacity - node->End) < bytes)
                Slide(node, head ? node->Capacity - node->Used : 0);
        }
        else if (!TryMakeRoom(heap, ref node, head, bytes))
        {
            return false;
        }

        var first = First(node);
        if (head)
        {
            Buffer.MemoryCopy(first, first - bytes, offset, offset);
            node->Start -= bytes;
        }
        else
        {
            var behind = node->Used - offset;
            Buffer.MemoryCopy(first + offset, first + offset + bytes, behind, behind);
            node->End += bytes;
        }

        element.Write(First(node) + offset);
        node->Count++;
        return true;
    }

    /// <summary>Takes the element at an offset out; its place is closed from the shorter side.</summary>
    public static void RemoveAt(ListNode* node, int offset)
    {
        var first = First(node);
        var bytes = PackedElement.BytesAt(first + offset);
        var behind = node->Used - offset - bytes;
        if (offset < behind)
        {
            Buffer.MemoryCopy(first, first + bytes, offset, offset);
            node->Start += bytes;
        }
        else
        {
            Buffer.MemoryCopy(first + offset + bytes, first + offset, behind, behind);
            node->End -= bytes;
        }

        node->Count--;
    }

    /// <summary>Takes so many elements off one end; fewer than there are.</summary>
    public static void Drop(ListNode* node, bool head, int count)
    {
        var at = Seek(node, head ? count : node->Count - count);
        if (head) node->Start = (int)(at - Data(node));
        else node->End = (int)(at - Data(node));
        node->Count -= count;
    }

    /// <summary>The place of the element with that index, from the nearer end; the count gives the limit.</summary>
    public static byte* Seek(ListNode* node, int index)
    {
        if (index <= node->Count / 2)
        {
            var at = First(node);
            for (; index > 0; index--) at += PackedElement.BytesAt(at);
            return at;
        }

        var limit = Limit(node);
        for (var behind = node->Count - index; behind > 0; behind--) limit = PackedElement.Previous(limit);
        return limit;
    }

    /// <summary>Adds a run of whole elements behind the last one, where room was made.</summary>
    public static void Append(ListNode* node, byte* elements, int bytes, int count)
    {
        Buffer.MemoryCopy(elements, Limit(node), node->Capacity - node->End, bytes);
        node->End += bytes;
        node->Count += count;
    }

    /// <summary>Gives memory back when most of the block is unused.</summary>
    public static void Shrink(NodeHeap heap, ref ListNode* node)
    {
        if (node->Capacity > ShrinkBytesMin && node->Used < node->Capacity / 4)
            Move(heap, ref node, node->Used + node->Used / 2, head: false);
    }

    private static void Slide(ListNode* node, int start)
    {
        var used = node->Used;
        Buffer.MemoryCopy(First(node), Data(node) + start, node->Capacity - start, used);
        node->Start = start;
        node->End = start + used;
    }

    private static void Move(NodeHeap heap, ref ListNode* node, int dataBytes, bool head)
    {
        var old = node;
        node = Create(heap, dataBytes, head);
        if (head) node->Start -= old->Used;
        else node->End += old->Used;
        Unsafe.CopyBlockUnaligned(First(node), First(old), (uint)old->Used);
        node->Count = old->Count;
        Free(heap, old);
    }
}
