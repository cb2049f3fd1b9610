using Tercel.Primitives;

namespace Tercel.Cache.Tags;

/// <summary>Gives byte strings small numbers from 1 on, at most so many at a time.</summary>
/// <remarks>Thread: adding and forgetting under its owner's lock; <see cref="ItemOf"/> and <see cref="Keep"/> from any,
/// for numbers that are in use. Cost: one array per item, made when it is first seen.</remarks>
internal sealed class InternTable(int itemsMax)
{
    private readonly int _itemsMax = itemsMax;
    private readonly Dictionary<Bytes, uint> _numbers = new(BytesComparer.Instance);
    private readonly Stack<uint> _free = new();
    private byte[][] _items = [[], []];

    /// <summary>By number: the last round of forgetting in which it was in use.</summary>
    private int[] _keptIn = new int[2];

    public int Count => _numbers.Count;

    /// <summary>Items that were new, those included that found no place, since the start.</summary>
    public long Wanted { get; private set; }

    /// <summary>The highest number given out.</summary>
    public uint Last { get; private set; }

    public bool IsNearlyFull => Count > _itemsMax / 4 * 3;

    /// <summary>Its number, old or new; 0 = the table is full.</summary>
    public uint Add(ReadOnlySpan<byte> item, int round)
    {
        var number = Find(item);
        if (number == 0)
        {
            Wanted++;
            if (_numbers.Count >= _itemsMax) return 0;
            number = _free.TryPop(out var free) ? free : ++Last;
            Place(number, item.ToArray());
        }

        Keep(number, round);
        return number;
    }

    public uint Find(ReadOnlySpan<byte> item) =>
        _numbers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(item, out var number) ? number : 0;

    /// <summary>What has this number; empty when nothing has.</summary>
    public byte[] ItemOf(uint number) => Volatile.Read(ref _items)[number];

    public void Keep(uint number, int round)
    {
        var keptIn = Volatile.Read(ref _keptIn);
        Volatile.Write(ref keptIn[number], round);
    }

    /// <summary>Forgets what was kept neither in this round nor in the last; clears its places in
    /// <paramref name="byNumber"/> too.</summary>
    public void Forget(int round, ulong[]? byNumber = null)
    {
        for (uint number = 1; number <= Last; number++)
        {
            if (_items[number].Length == 0 || _keptIn[number] >= round - 2) continue;
            Invariant.Holds(_numbers.Remove(new Bytes(_items[number])));
            _items[number] = [];
            if (byNumber is not null) byNumber[number] = 0;
            _free.Push(number);
        }
    }

    private void Place(uint number, byte[] item)
    {
        if (number >= _items.Length)
        {
            var keptIn = _keptIn;
            var items = _items;
            Array.Resize(ref keptIn, keptIn.Length * 2);
            Array.Resize(ref items, items.Length * 2);
            Volatile.Write(ref _keptIn, keptIn);
            Volatile.Write(ref _items, items);
        }

        Volatile.Write(ref _items[number], item);
        _numbers.Add(new Bytes(item), number);
    }

    private readonly record struct Bytes(byte[] Array);

    /// <summary>Lets a span be looked up without making an array of it.</summary>
    private sealed class BytesComparer : IEqualityComparer<Bytes>, IAlternateEqualityComparer<ReadOnlySpan<byte>, Bytes>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(Bytes x, Bytes y) => x.Array.AsSpan().SequenceEqual(y.Array);

        public int GetHashCode(Bytes bytes) => (int)Hash64.Of(bytes.Array);

        public Bytes Create(ReadOnlySpan<byte> alternate) => new(alternate.ToArray());

        public bool Equals(ReadOnlySpan<byte> alternate, Bytes other) => alternate.SequenceEqual(other.Array);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)Hash64.Of(alternate);
    }
}
