// Unsafe: Slots is a heap block of Capacity slots, of which those from Start to End are in use; every index is taken
// from that range, and a slot's node is a live block that only this directory refers to.
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Lists;

/// <summary>One node of a large list and where it begins.</summary>
internal unsafe struct NodeSlot
{
    public ListNode* Node;

    /// <summary>Position of its first element. Positions rise by one from element to element; the list's first one has
    /// any number, so that both ends can grow without renumbering.</summary>
    public long First;
}

/// <summary>A large list: nodes in order, found by binary search over the positions they begin at.</summary>
/// <remarks>Cost: both ends constant; by index O(log nodes); an insert in the middle renumbers the slots of the shorter
/// side, 16 bytes for every 2 KB of list.</remarks>
internal unsafe struct ListDirectory
{
    private const int SlotCountMin = 8;

    public NodeSlot* Slots;
    public int Capacity;
    public int Start;
    public int End;

    /// <summary>Number of elements.</summary>
    public long Count;

    /// <summary>Bytes of all nodes' blocks.</summary>
    public long NodeBytes;

    /// <summary>See <see cref="ListFreeing"/>.</summary>
    public ListDirectory* NextDying;

    public readonly int NodeCount => End - Start;

    /// <summary>Position of the first element.</summary>
    public readonly long Origin => Slots[Start].First;

    /// <summary>Makes a directory of one node.</summary>
    public static ListDirectory* Create(NodeHeap heap, ListNode* node)
    {
        var directory = (ListDirectory*)heap.Allocate(sizeof(ListDirectory));
        *directory = new ListDirectory
        {
            Slots = (NodeSlot*)heap.Allocate(SlotCountMin * sizeof(NodeSlot)),
            Capacity = SlotCountMin,
            Start = SlotCountMin / 2,
            End = SlotCountMin / 2 + 1,
            Count = node->Count,
            NodeBytes = node->BlockBytes,
        };
        directory->Slots[directory->Start] = new NodeSlot { Node = node, First = 0 };
        return directory;
    }

    /// <summary>Frees the directory, but not its nodes.</summary>
    public static void Free(NodeHeap heap, ListDirectory* directory)
    {
        heap.Free((byte*)directory->Slots, directory->Capacity * sizeof(NodeSlot));
        heap.Free((byte*)directory, sizeof(ListDirectory));
    }

    /// <summary>The slot that holds a position inside the list.</summary>
    public static int SlotOf(ListDirectory* directory, long position)
    {
        var (low, high) = (directory->Start, directory->End - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (directory->Slots[middle].First <= position) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    /// <summary>Adds an element at one end.</summary>
    public static void Push(NodeHeap heap, ListDirectory* directory, bool head, in PackedElement element)
    {
        var slot = &directory->Slots[head ? directory->Start : directory->End - 1];
        var before = slot->Node->BlockBytes;
        if (ListNode.TryMakeRoom(heap, ref slot->Node, head, element.Bytes))
        {
            directory->NodeBytes += slot->Node->BlockBytes - before;
        }
        else
        {
            // The first nodes start small, so that a list a little larger than one node does not take two.
            var dataBytes = directory->NodeCount >= 4 ? ListNode.DataBytesMax : ListNode.DataBytesMax / 4;
            var node = ListNode.Create(heap, Math.Max(dataBytes, element.Bytes), head);
            slot = Insert(heap, directory, head ? directory->Start : directory->End, node);
        }

        ListNode.Add(slot->Node, head, element);
        if (head) slot->First--;
        directory->Count++;
    }

    /// <summary>Puts an empty node in front of slot <paramref name="at"/>, which may be the end.</summary>
    /// <returns>Its slot.</returns>
    public static NodeSlot* Insert(NodeHeap heap, ListDirectory* directory, int at, ListNode* node)
    {
        var first = at < directory->End ? directory->Slots[at].First : directory->Origin + directory->Count;
        var head = at == directory->Start;
        at -= directory->Start;
        MakeSlotRoom(heap, directory, head);
        at += directory->Start;
        directory->NodeBytes += node->BlockBytes;
        if (head)
        {
            at = --directory->Start;
        }
        else
        {
            var bytes = (long)(directory->End - at) * sizeof(NodeSlot);
            Buffer.MemoryCopy(directory->Slots + at, directory->Slots + at + 1, bytes, bytes);
            directory->End++;
        }

        directory->Slots[at] = new NodeSlot { Node = node, First = first };
        return directory->Slots + at;
    }

    /// <summary>Counts one element more in a slot that is not at an end, and renumbers the shorter side.</summary>
    public static void CountInserted(ListDirectory* directory, int at)
    {
        directory->Count++;
        var slots = directory->Slots;
        if (at - directory->Start < directory->End - at)
            for (var i = directory->Start; i <= at; i++) slots[i].First--;
        else
            for (var i = at + 1; i < directory->End; i++) slots[i].First++;
    }

    /// <summary>Takes elements off one end; fewer than there are.</summary>
    public static void Drop(NodeHeap heap, ListDirectory* directory, bool head, long count)
    {
        Invariant.Holds(count < directory->Count);
        directory->Count -= count;
        while (count > 0)
        {
            var slot = &directory->Slots[head ? directory->Start : directory->End - 1];
            if (count < slot->Node->Count)
            {
                ListNode.Drop(slot->Node, head, (int)count);
                if (head) slot->First += count;
                break;
            }

            count -= slot->Node->Count;
            directory->NodeBytes -= slot->Node->BlockBytes;
            ListNode.Free(heap, slot->Node);
            if (head) directory->Start++;
            else directory->End--;
        }

        if (directory->Capacity > 64 && directory->NodeCount < directory->Capacity / 8)
            Resize(heap, directory, directory->Capacity / 4);
    }

    /// <summary>After elements were removed anywhere: drops empty nodes, joins small neighbours, renumbers.</summary>
    public static void Rebuild(NodeHeap heap, ListDirectory* directory)
    {
        var kept = directory->Start - 1;
        var position = 0L;
        directory->NodeBytes = 0;
        for (var i = directory->Start; i < directory->End; i++)
        {
            var node = directory->Slots[i].Node;
            if (node->Count == 0 || kept >= directory->Start && TryJoin(heap, ref directory->Slots[kept].Node, node))
            {
                position += node->Count;
                ListNode.Free(heap, node);
                continue;
            }

            directory->Slots[++kept] = new NodeSlot { Node = node, First = position };
            position += node->Count;
        }

        directory->End = kept + 1;
        directory->Count = position;
        for (var i = directory->Start; i < directory->End; i++)
            directory->NodeBytes += directory->Slots[i].Node->BlockBytes;
    }

    private static bool TryJoin(NodeHeap heap, ref ListNode* left, ListNode* right)
    {
        if (left->Used + right->Used > ListNode.DataBytesMax * 3 / 4) return false;
        if (!ListNode.TryMakeRoom(heap, ref left, head: false, right->Used)) return false;
        ListNode.Append(left, ListNode.First(right), right->Used, right->Count);
        return true;
    }

    private static void MakeSlotRoom(NodeHeap heap, ListDirectory* directory, bool head)
    {
        if (head ? directory->Start > 0 : directory->End < directory->Capacity) return;
        Resize(heap, directory, directory->NodeCount <= directory->Capacity / 2
            ? directory->Capacity
            : checked(directory->Capacity * 2));
    }

    /// <summary>Moves the slots into the middle of the same or another block.</summary>
    private static void Resize(NodeHeap heap, ListDirectory* directory, int capacity)
    {
        var old = directory->Slots + directory->Start;
        var count = directory->NodeCount;
        var start = (capacity - count) / 2;
        var target = directory->Slots;
        if (capacity != directory->Capacity) target = (NodeSlot*)heap.Allocate(capacity * sizeof(NodeSlot));
        Buffer.MemoryCopy(old, target + start, (long)count * sizeof(NodeSlot), (long)count * sizeof(NodeSlot));
        if (target != directory->Slots) heap.Free((byte*)directory->Slots, directory->Capacity * sizeof(NodeSlot));
        directory->Slots = target;
        directory->Capacity = capacity;
        directory->Start = start;
        directory->End = start + count;
    }
}
