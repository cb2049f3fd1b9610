// Unsafe: follows the pointers of a live list under its shard's lock; offsets come from walking whole elements.
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Lists;

/// <summary>What changes a list in its middle, and what walks all of it.</summary>
internal static unsafe class ListEdit
{
    /// <summary>Inserts into the node of a slot; a node that would get too large is cut in two there.</summary>
    /// <param name="heap">Where nodes come from.</param>
    /// <param name="directory">The list.</param>
    /// <param name="slot">The slot to insert in.</param>
    /// <param name="offset">In front of which byte of the node's elements.</param>
    /// <param name="element">What to insert.</param>
    /// <param name="isNew">False when the directory counts it already (it replaces one).</param>
    public static void InsertAt(
        NodeHeap heap, ListDirectory* directory, int slot, int offset, in PackedElement element, bool isNew)
    {
        ref var node = ref directory->Slots[slot].Node;
        var before = node->BlockBytes;
        if (ListNode.TryInsert(heap, ref node, offset, element))
        {
            ListNode.Shrink(heap, ref node);
            directory->NodeBytes += node->BlockBytes - before;
            if (isNew) ListDirectory.CountInserted(directory, slot);
            return;
        }

        var place = slot - directory->Start + (offset > 0 ? 1 : 0);
        if (offset > 0 && offset < node->Used) Cut(heap, directory, slot, offset);
        var added = ListNode.Create(heap, element.Bytes, roomAtHead: false);
        ListNode.Add(added, head: false, element);
        ListDirectory.Insert(heap, directory, directory->Start + place, added);
        ListDirectory.Rebuild(heap, directory);
    }

    /// <summary>Removes elements equal to one from a node, which may be empty afterwards.</summary>
    /// <param name="node">The node.</param>
    /// <param name="element">What to look for.</param>
    /// <param name="left">How many may still be removed; lowered by the result.</param>
    /// <param name="fromTail">Which ones, when there are more.</param>
    public static int RemoveEqual(ListNode* node, in PackedElement element, ref long left, bool fromTail)
    {
        var skip = fromTail ? Math.Max(0, CountEqual(node, element) - left) : 0;
        var to = ListNode.First(node);
        var limit = ListNode.Limit(node);
        var removed = 0;
        for (var from = to; from < limit;)
        {
            var bytes = PackedElement.BytesAt(from);
            if (left > 0 && element.Matches(from) && skip-- <= 0)
            {
                (removed, left) = (removed + 1, left - 1);
            }
            else
            {
                if (from != to) Buffer.MemoryCopy(from, to, bytes, bytes);
                to += bytes;
            }

            from += bytes;
        }

        node->End = (int)(to - ListNode.Data(node));
        node->Count -= removed;
        return removed;
    }

    /// <summary>Bytes of all blocks of a list.</summary>
    public static long BytesUsed(ulong root)
    {
        if (root == 0) return 0;
        if (!ListValue.IsLarge(root)) return ListValue.Node(root)->BlockBytes;
        var directory = ListValue.Directory(root);
        return directory->NodeBytes + NodeHeap.UsableBytes(sizeof(ListDirectory))
            + NodeHeap.UsableBytes(directory->Capacity * sizeof(NodeSlot));
    }

    /// <summary>Copies a list into a heap, without the room for growth that its nodes have.</summary>
    public static ulong Clone(ulong root, NodeHeap to)
    {
        if (root == 0) return 0;
        if (!ListValue.IsLarge(root)) return (ulong)Clone(ListValue.Node(root), to);
        var directory = ListValue.Directory(root);
        var copy = ListDirectory.Create(to, Clone(directory->Slots[directory->Start].Node, to));
        for (var i = directory->Start + 1; i < directory->End; i++)
        {
            var node = Clone(directory->Slots[i].Node, to);
            ListDirectory.Insert(to, copy, copy->End, node);
            copy->Count += node->Count;
        }

        return (ulong)copy + 1;
    }

    /// <summary>Walks the whole list; throws when something does not fit.</summary>
    public static void IntegrityCheck(ulong root)
    {
        if (root == 0) return;
        if (!ListValue.IsLarge(root))
        {
            Check(ListValue.Node(root));
            return;
        }

        var directory = ListValue.Directory(root);
        Invariant.Holds(directory->Start >= 0 && directory->End <= directory->Capacity);
        Invariant.Holds(directory->NodeCount > 1);
        var (position, bytes) = (directory->Origin, 0L);
        for (var i = directory->Start; i < directory->End; i++)
        {
            var slot = directory->Slots[i];
            Invariant.Holds(slot.First == position);
            Check(slot.Node);
            position += slot.Node->Count;
            bytes += slot.Node->BlockBytes;
        }

        Invariant.Holds(position - directory->Origin == directory->Count);
        Invariant.Holds(bytes == directory->NodeBytes);
    }

    private static void Cut(NodeHeap heap, ListDirectory* directory, int slot, int offset)
    {
        var left = directory->Slots[slot].Node;
        var right = ListNode.Create(heap, left->Used - offset, roomAtHead: false);
        var first = ListNode.First(left) + offset;
        var count = 0;
        for (var at = first; at < ListNode.Limit(left); at += PackedElement.BytesAt(at)) count++;
        ListNode.Append(right, first, left->Used - offset, count);
        left->End = left->Start + offset;
        left->Count -= count;
        ListDirectory.Insert(heap, directory, slot + 1, right);
    }

    private static int CountEqual(ListNode* node, in PackedElement element)
    {
        var count = 0;
        var limit = ListNode.Limit(node);
        for (var at = ListNode.First(node); at < limit; at += PackedElement.BytesAt(at))
            if (element.Matches(at)) count++;
        return count;
    }

    private static ListNode* Clone(ListNode* node, NodeHeap to)
    {
        var copy = ListNode.Create(to, node->Used, roomAtHead: false);
        ListNode.Append(copy, ListNode.First(node), node->Used, node->Count);
        return copy;
    }

    private static void Check(ListNode* node)
    {
        Invariant.Holds(node->Start >= 0 && node->Start < node->End && node->End <= node->Capacity);
        Invariant.Holds(node->Count > 0);
        Invariant.Holds(node->Count == 1 || node->Used <= node->Capacity);
        var count = 0;
        var at = ListNode.First(node);
        for (; at < ListNode.Limit(node); count++)
        {
            var next = at + PackedElement.BytesAt(at);
            Invariant.Holds(PackedElement.Previous(next) == at);
            at = next;
        }

        Invariant.Holds(at == ListNode.Limit(node));
        Invariant.Holds(count == node->Count);
    }
}
