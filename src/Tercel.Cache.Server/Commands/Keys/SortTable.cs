// unsafe: two blocks of native memory of this table's own, freed by Dispose; items and their text are only reached by
// indexes below _count and ranges below _textBytes.
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>The elements of one SORT with what they are compared by, outside the managed heap.</summary>
/// <remarks>Lifetime: one command; spans end with the next <see cref="Add"/> or <see cref="SetWeight"/>. <c>default</c>
/// is an empty table.</remarks>
internal unsafe ref struct SortTable
{
    private const int CapacityAtStart = 64;

    private Row* _rows;
    private int _count;
    private int _capacity;
    private byte* _text;
    private long _textBytes;
    private long _textCapacity;

    public readonly int Count => _count;

    public void Add(scoped ReadOnlySpan<byte> element)
    {
        if (_count == _capacity)
        {
            _capacity = Math.Max(CapacityAtStart, _capacity * 2);
            _rows = (Row*)NativeMemory.Realloc(_rows, (nuint)_capacity * (nuint)sizeof(Row));
        }

        _rows[_count++] = new Row { Element = Keep(element) };
    }

    public readonly ReadOnlySpan<byte> this[int index] => Text(At(index).Element);

    /// <summary>What the element is compared by with ALPHA and BY; without a call it counts as missing.</summary>
    public void SetWeight(int index, scoped ReadOnlySpan<byte> text)
    {
        At(index).Weight = Keep(text);
        At(index).HasWeight = true;
    }

    /// <summary>What the element is compared by without ALPHA.</summary>
    public readonly void SetScore(int index, double score) => At(index).Score = score;

    /// <summary>Heap sort: in place, no recursion, never quadratic.</summary>
    /// <param name="isText">Compares bytes, not scores.</param>
    /// <param name="byWeight">The bytes are those of <see cref="SetWeight"/>, not the elements.</param>
    /// <param name="descending">Turns the order round, that of equal ones too, as Redis does.</param>
    public readonly void Sort(bool isText, bool byWeight, bool descending)
    {
        var order = new Order(this, isText, byWeight, descending);
        for (var i = _count / 2 - 1; i >= 0; i--) SiftDown(order, i, _count);
        for (var end = _count - 1; end > 0; end--)
        {
            (_rows[0], _rows[end]) = (_rows[end], _rows[0]);
            SiftDown(order, 0, end);
        }
    }

    /// <summary>Turns the order of the elements round.</summary>
    public readonly void Reverse() => new Span<Row>(_rows, _count).Reverse();

    public void Dispose()
    {
        NativeMemory.Free(_rows);
        NativeMemory.Free(_text);
        this = default;
    }

    private readonly void SiftDown(in Order order, int parent, int count)
    {
        while (true)
        {
            var child = parent * 2 + 1;
            if (child >= count) return;
            if (child + 1 < count && order.Compare(_rows[child], _rows[child + 1]) < 0) child++;
            if (order.Compare(_rows[parent], _rows[child]) >= 0) return;
            (_rows[parent], _rows[child]) = (_rows[child], _rows[parent]);
            parent = child;
        }
    }

    private readonly ref Row At(int index)
    {
        Invariant.Holds((uint)index < (uint)_count);
        return ref _rows[index];
    }

    private readonly ReadOnlySpan<byte> Text(Part part) => new(_text + part.Start, part.Length);

    private Part Keep(scoped ReadOnlySpan<byte> text)
    {
        if (_textBytes + text.Length > _textCapacity)
        {
            _textCapacity = Math.Max(4096, Math.Max(_textCapacity * 2, _textBytes + text.Length));
            _text = (byte*)NativeMemory.Realloc(_text, (nuint)_textCapacity);
        }

        text.CopyTo(new Span<byte>(_text + _textBytes, text.Length));
        var part = new Part(_textBytes, text.Length);
        _textBytes += text.Length;
        return part;
    }

    /// <summary>Bytes of the table's text.</summary>
    private readonly record struct Part(long Start, int Length);

    private struct Row
    {
        public Part Element;
        public Part Weight;
        public double Score;
        public bool HasWeight;
    }

    /// <summary>The order of two items. Source: Redis' <c>sortCompare</c>.</summary>
    private readonly ref struct Order(SortTable table, bool isText, bool byWeight, bool descending)
    {
        private readonly SortTable _table = table;

        public int Compare(in Row a, in Row b)
        {
            var order = isText ? CompareText(a, b) : CompareScores(a, b);
            return descending ? -order : order;
        }

        private int CompareScores(in Row a, in Row b)
        {
            if (a.Score != b.Score) return a.Score < b.Score ? -1 : 1;
            return _table.Text(a.Element).SequenceCompareTo(_table.Text(b.Element));
        }

        private int CompareText(in Row a, in Row b)
        {
            if (!byWeight) return _table.Text(a.Element).SequenceCompareTo(_table.Text(b.Element));
            if (!a.HasWeight || !b.HasWeight) return a.HasWeight.CompareTo(b.HasWeight);
            return _table.Text(a.Weight).SequenceCompareTo(_table.Text(b.Weight));
        }
    }
}
