// Unsafe: walks nodes of a live list; the constructor checked that the range lies inside it, and each step stays
// between a node's first element and its limit.
using Tercel.Cache.Values.Lists;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>Enumerates a range of a list in either direction; use it with <c>foreach</c>.</summary>
/// <remarks>Lifetime: ends with the next change to the list. <see cref="Current"/> is valid until the next
/// step.</remarks>
public unsafe ref struct ListRange
{
    private readonly bool _reverse;
    private NodeSlot* _slot;
    private ListNode* _node;
    private byte* _next;
    private byte* _at;
    private long _left;
    private int _leftInNode;
    private fixed byte _scratch[PackedElement.ScratchBytes];

    internal ListRange(ulong root, long start, long count, bool reverse)
    {
        var all = ListValue.CountOf(root);
        Invariant.Holds(count >= 0);
        Invariant.Holds(count == 0 || start >= 0 && start < all);
        Invariant.Holds(count == 0 || count <= (reverse ? start + 1 : all - start));
        _left = count;
        _reverse = reverse;
        if (count == 0) return;
        _node = ListValue.Node(root);
        if (ListValue.IsLarge(root))
        {
            var directory = ListValue.Directory(root);
            _slot = directory->Slots + ListDirectory.SlotOf(directory, directory->Origin + start);
            _node = _slot->Node;
            start -= _slot->First - directory->Origin;
        }

        _next = ListNode.Seek(_node, (int)start);
        if (reverse) _next += PackedElement.BytesAt(_next);
        _leftInNode = reverse ? (int)start + 1 : _node->Count - (int)start;
    }

    /// <summary>The element the last step came to.</summary>
    public ReadOnlySpan<byte> Current
    {
        get
        {
            // The struct lives on the stack, so the address of its buffer does not change.
            fixed (byte* scratch = _scratch)
                return PackedElement.Text(_at, new Span<byte>(scratch, PackedElement.ScratchBytes));
        }
    }

    /// <summary>Goes to the next element; false at the end of the range.</summary>
    public bool MoveNext()
    {
        if (_left == 0) return false;
        if (_leftInNode == 0) NextNode();
        _left--;
        _leftInNode--;
        if (_reverse)
        {
            _at = _next = PackedElement.Previous(_next);
        }
        else
        {
            _at = _next;
            _next += PackedElement.BytesAt(_next);
        }

        return true;
    }

    /// <summary>The range itself, for <c>foreach</c>.</summary>
    public readonly ListRange GetEnumerator() => this;

    internal readonly bool CurrentMatches(in PackedElement element) => element.Matches(_at);

    private void NextNode()
    {
        _slot += _reverse ? -1 : 1;
        _node = _slot->Node;
        _next = _reverse ? ListNode.Limit(_node) : ListNode.First(_node);
        _leftInNode = _node->Count;
    }
}

/// <summary>Enumerates the indexes of equal elements of a list; see <see cref="ListValue.Find"/>.</summary>
/// <remarks>Lifetime: ends with the next change to the list.</remarks>
public ref struct ListMatches
{
    private readonly PackedElement _element;
    private readonly bool _reverse;
    private ListRange _range;

    internal ListMatches(ListValue list, ReadOnlySpan<byte> text, bool reverse, long comparesMax)
    {
        var count = list.Count;
        _element = new PackedElement(text);
        _reverse = reverse;
        _range = list.Range(reverse ? count - 1 : 0, comparesMax == 0 ? count : Math.Min(comparesMax, count), reverse);
        Index = reverse ? count : -1;
    }

    /// <summary>The index the last step came to, from 0 at the head.</summary>
    public long Index { get; private set; }

    /// <summary>Goes to the next equal element; false when there is none.</summary>
    public bool MoveNext()
    {
        while (_range.MoveNext())
        {
            Index += _reverse ? -1 : 1;
            if (_range.CurrentMatches(_element)) return true;
        }

        return false;
    }
}
