// Unsafe: the root is a pointer to a node, or to a directory when its lowest bit is set (blocks are aligned to 8), of
// the handle's heap; both live until this type frees them, under the shard's lock.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Lists;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>A list in shard memory: byte strings in an order of their own, quick at both ends.</summary>
/// <remarks>
/// Shape: one packed node while small, then nodes of 2 KB with a directory. Elements that read as integers are kept as
/// integers. Indexes count from 0; where it says so, negative ones count from the end.
/// Lifetime: that of its handle; text handed out ends with the next change to the list.
/// Thread: under the shard's lock. Cost: ends constant, index logarithmic, middle and by value linear; no managed
/// allocation. An emptied list has root 0: the caller then removes the key.
/// </remarks>
public readonly unsafe ref struct ListValue
{
    /// <summary>Room that an element kept as an integer needs to be shown. Units: bytes.</summary>
    public const int ScratchBytes = PackedElement.ScratchBytes;

    private readonly NodeHeap _heap;
    private readonly ulong* _root;

    /// <summary>Opens the list behind a handle of <see cref="ValueKind.List"/>.</summary>
    public ListValue(scoped in CollectionHandle handle)
    {
        _heap = handle.Heap;
        _root = handle.Root;
    }

    /// <summary>Number of elements.</summary>
    public long Count => CountOf(Root);

    /// <summary>All elements of a list to read only, from <see cref="ValueView.Root"/>, head first.</summary>
    public static ListRange All(ulong root) => new(root, 0, CountOf(root), reverse: false);

    private ulong Root
    {
        get => Unsafe.ReadUnaligned<ulong>(_root);
        set => Unsafe.WriteUnaligned(_root, value);
    }

    /// <summary>Adds an element at the head or the tail.</summary>
    public void Push(scoped ReadOnlySpan<byte> text, bool head) => Push(new PackedElement(text), head);

    /// <summary>The element at the head or the tail of a list that is not empty.</summary>
    /// <remarks>May return bytes of <paramref name="scratch"/>, which has <see cref="ScratchBytes"/>.</remarks>
    public ReadOnlySpan<byte> Peek(bool head, Span<byte> scratch)
    {
        var node = EndNode(Root, head);
        var at = head ? ListNode.First(node) : PackedElement.Previous(ListNode.Limit(node));
        return PackedElement.Text(at, scratch);
    }

    /// <summary>Takes elements off one end; all of them when <paramref name="count"/> is larger.</summary>
    public void Drop(bool head, long count = 1)
    {
        var root = Root;
        if (count >= CountOf(root))
        {
            if (root != 0) Free(_heap, root);
            Root = 0;
        }
        else if (IsLarge(root))
        {
            ListDirectory.Drop(_heap, Directory(root), head, count);
            Simplify();
        }
        else
        {
            var node = Node(root);
            ListNode.Drop(node, head, (int)count);
            ListNode.Shrink(_heap, ref node);
            Root = (ulong)node;
        }
    }

    /// <summary>Moves the element of one end to the other.</summary>
    public void Rotate(bool fromHead)
    {
        if (Count < 2) return;
        var node = EndNode(Root, fromHead);
        var at = fromHead ? ListNode.First(node) : PackedElement.Previous(ListNode.Limit(node));
        var bytes = PackedElement.BytesAt(at);
        var copy = _heap.Allocate(bytes);
        Unsafe.CopyBlockUnaligned(copy, at, (uint)bytes);
        Drop(fromHead);
        Span<byte> scratch = stackalloc byte[PackedElement.ScratchBytes];
        Push(PackedElement.Text(copy, scratch), head: !fromHead);
        _heap.Free(copy, bytes);
    }

    /// <summary>The element at an index; negative counts from the end.</summary>
    /// <remarks>May return bytes of <paramref name="scratch"/>, which has <see cref="ScratchBytes"/>.</remarks>
    public bool TryGet(long index, Span<byte> scratch, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryLocate(index, out _, out var at, out _)) return false;
        text = PackedElement.Text(at, scratch);
        return true;
    }

    /// <summary>Replaces the element at an index; negative counts from the end. False outside the list.</summary>
    public bool TrySet(long index, ReadOnlySpan<byte> text)
    {
        if (!TryLocate(index, out var node, out var at, out var slot)) return false;
        var element = new PackedElement(text);
        if (PackedElement.BytesAt(at) == element.Bytes)
        {
            element.Write(at);
            return true;
        }

        var offset = (int)(at - ListNode.First(node));
        ListNode.RemoveAt(node, offset);
        InsertAt(slot, offset, element, isNew: false);
        return true;
    }

    /// <summary>Inserts an element beside the first one equal to <paramref name="pivot"/>; false without one.</summary>
    public bool TryInsert(scoped ReadOnlySpan<byte> pivot, scoped ReadOnlySpan<byte> text, bool before)
    {
        var matches = Find(pivot);
        if (!matches.MoveNext()) return false;
        var found = TryLocate(matches.Index, out var node, out var at, out var slot);
        Invariant.Holds(found);
        if (!before) at += PackedElement.BytesAt(at);
        InsertAt(slot, (int)(at - ListNode.First(node)), new PackedElement(text), isNew: true);
        return true;
    }

    /// <summary>Removes elements equal to <paramref name="text"/>: up to <paramref name="count"/> from the head, up to
    /// its amount from the tail when negative, all when 0.</summary>
    /// <returns>How many were removed.</returns>
    public long RemoveEqual(scoped ReadOnlySpan<byte> text, long count)
    {
        var root = Root;
        if (root == 0) return 0;
        var element = new PackedElement(text);
        var left = count == 0 || count == long.MinValue ? long.MaxValue : Math.Abs(count);
        if (!IsLarge(root))
        {
            var removed = ListEdit.RemoveEqual(Node(root), element, ref left, fromTail: count < 0);
            Simplify();
            return removed;
        }

        var total = 0L;
        var directory = Directory(root);
        for (var i = 0; i < directory->NodeCount && left > 0; i++)
        {
            var slot = count < 0 ? directory->End - 1 - i : directory->Start + i;
            total += ListEdit.RemoveEqual(directory->Slots[slot].Node, element, ref left, fromTail: count < 0);
        }

        if (total == 0) return 0;
        ListDirectory.Rebuild(_heap, directory);
        Simplify();
        return total;
    }

    /// <summary>Keeps so many elements from <paramref name="start"/> on, all inside the list.</summary>
    public void Trim(long start, long count)
    {
        var all = Count;
        Invariant.Holds(start >= 0);
        Invariant.Holds(count >= 0 && count <= all - start);
        if (all - start - count > 0) Drop(head: false, all - start - count);
        if (start > 0) Drop(head: true, start);
    }

    /// <summary>Enumerates elements from an index on: <paramref name="count"/> of them, towards the tail, or towards
    /// the head with <paramref name="reverse"/>. The range lies inside the list.</summary>
    public ListRange Range(long start, long count, bool reverse = false) => new(Root, start, count, reverse);

    /// <summary>Enumerates all elements from the head.</summary>
    public ListRange GetEnumerator() => Range(0, Count);

    /// <summary>Enumerates the indexes of elements equal to a text, from the head or from the tail.</summary>
    /// <param name="text">What to look for.</param>
    /// <param name="reverse">From the tail.</param>
    /// <param name="comparesMax">Elements to look at; 0 = all.</param>
    public ListMatches Find(ReadOnlySpan<byte> text, bool reverse = false, long comparesMax = 0) =>
        new(this, text, reverse, comparesMax);

    internal static bool IsLarge(ulong root) => (root & 1) != 0;

    internal static ListNode* Node(ulong root) => (ListNode*)root;

    internal static ListDirectory* Directory(ulong root) => (ListDirectory*)(root - 1);

    internal static void Free(NodeHeap heap, ulong root)
    {
        if (IsLarge(root)) ListFreeing.Free(heap, Directory(root));
        else if (root != 0) ListNode.Free(heap, Node(root));
    }

    /// <summary>Number of elements of a list to read only, from <see cref="ValueView.Root"/>.</summary>
    public static long CountOf(ulong root) =>
        root == 0 ? 0 : IsLarge(root) ? Directory(root)->Count : Node(root)->Count;

    internal static long BytesUsed(ulong root) => ListEdit.BytesUsed(root);

    /// <summary>Redis 7.0 has one form for lists of any size.</summary>
    internal static ReadOnlySpan<byte> EncodingName(ulong _) => "quicklist"u8;

    internal static ulong Clone(ulong root, NodeHeap to) => ListEdit.Clone(root, to);

    internal static void IntegrityCheck(ulong root) => ListEdit.IntegrityCheck(root);

    private static ListNode* EndNode(ulong root, bool head)
    {
        Invariant.Holds(root != 0);
        if (!IsLarge(root)) return Node(root);
        var directory = Directory(root);
        return directory->Slots[head ? directory->Start : directory->End - 1].Node;
    }

    private void Push(in PackedElement element, bool head)
    {
        var root = Root;
        if (!IsLarge(root))
        {
            var node = root == 0 ? ListNode.Create(_heap, element.Bytes, head) : Node(root);
            var fits = ListNode.TryMakeRoom(_heap, ref node, head, element.Bytes);
            if (fits) ListNode.Add(node, head, element);
            Root = root = fits ? (ulong)node : (ulong)ListDirectory.Create(_heap, node) + 1;
            if (fits) return;
        }

        ListDirectory.Push(_heap, Directory(root), head, element);
    }

    private bool TryLocate(long index, out ListNode* node, out byte* at, out int slot)
    {
        node = null;
        at = null;
        slot = 0;
        var root = Root;
        var count = CountOf(root);
        if (index < 0) index += count;
        if ((ulong)index >= (ulong)count) return false;
        node = Node(root);
        if (IsLarge(root))
        {
            var directory = Directory(root);
            slot = ListDirectory.SlotOf(directory, directory->Origin + index);
            node = directory->Slots[slot].Node;
            index -= directory->Slots[slot].First - directory->Origin;
        }

        at = ListNode.Seek(node, (int)index);
        return true;
    }

    /// <summary>Inserts into a node; when the node gets too large it is cut there. With <paramref name="isNew"/> false
    /// the directory counts the element already.</summary>
    private void InsertAt(int slot, int offset, in PackedElement element, bool isNew)
    {
        var root = Root;
        if (!IsLarge(root))
        {
            var node = Node(root);
            var fits = ListNode.TryInsert(_heap, ref node, offset, element);
            Root = (ulong)node;
            if (fits) return;
            var created = ListDirectory.Create(_heap, node);
            slot = created->Start;
            Root = root = (ulong)created + 1;
        }

        ListEdit.InsertAt(_heap, Directory(root), slot, offset, element, isNew);
        Simplify();
    }

    /// <summary>Brings a list that shrank back to the form of its size.</summary>
    private void Simplify()
    {
        var root = Root;
        if (IsLarge(root))
        {
            var directory = Directory(root);
            if (directory->NodeCount > 1) return;
            root = directory->NodeCount == 0 ? 0 : (ulong)directory->Slots[directory->Start].Node;
            ListDirectory.Free(_heap, directory);
        }

        var node = Node(root);
        if (root != 0 && node->Count == 0)
        {
            ListNode.Free(_heap, node);
            node = null;
        }

        if (node != null) ListNode.Shrink(_heap, ref node);
        Root = (ulong)node;
    }
}
