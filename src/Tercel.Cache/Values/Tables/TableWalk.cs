// Unsafe: as in FieldTable; nothing is changed here.
namespace Tercel.Cache.Values.Tables;

/// <summary>Walks all elements of a <see cref="FieldTable"/>; the table must not change meanwhile.</summary>
/// <remarks><c>default</c> walks nothing.</remarks>
internal unsafe struct TableWalk(FieldTable* table)
{
    private readonly FieldTable* _table = table;
    private ulong* _bucket = FieldTable.Bucket(table, 0);
    private int _index;
    private int _slot = -1;

    /// <summary>The node that <see cref="MoveNext"/> has come to.</summary>
    public readonly byte* Node => TableBucket.Node(_bucket[_slot]);

    public bool MoveNext()
    {
        if (_table == null) return false;
        _slot++;
        while (_slot == TableBucket.Slots || !TableBucket.IsEntry(_bucket[_slot]))
        {
            _slot = 0;
            _bucket = TableBucket.Next(_bucket);
            if (_bucket != null) continue;
            if (++_index >= _table->Buckets) return Stay();
            _bucket = FieldTable.Bucket(_table, _index);
        }

        return true;
    }

    /// <summary>Stays behind the end, so that a further call says the same.</summary>
    private bool Stay()
    {
        _index = _table->Buckets - 1;
        _bucket = FieldTable.Bucket(_table, _index);
        while (TableBucket.Next(_bucket) != null) _bucket = TableBucket.Next(_bucket);
        _slot = TableBucket.Slots - 1;
        return false;
    }

    /// <summary>Visits the elements of some buckets and gives the cursor to go on with; 0 = done.</summary>
    /// <remarks>The cursor counts with its bits reversed, so buckets that split or merge between two calls are neither
    /// left out nor begun anew. Source: Redis' <c>dictScan</c>.</remarks>
    public static ulong Scan<TVisitor>(FieldTable* table, ulong cursor, int count, long nowMs, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        // Bounded by buckets too, so that a call ends soon in a table that has become nearly empty.
        var left = count;
        var bucketsLeft = count * 10L;
        do
        {
            var index = FieldTable.BucketOf(table, cursor);
            for (var bucket = FieldTable.Bucket(table, index); bucket != null; bucket = TableBucket.Next(bucket))
            {
                for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(bucket[i]); i++)
                {
                    var element = TableNode.Read(TableBucket.Node(bucket[i]));
                    left--;
                    if (!element.IsExpired(nowMs)) visitor.Visit(element);
                }
            }

            bucketsLeft--;
            cursor |= ulong.MaxValue << FieldTable.Level(table, index);
            cursor = Reversed(Reversed(cursor) + 1);
        }
        while (cursor != 0 && left > 0 && bucketsLeft > 0);
        return cursor;
    }

    /// <summary>The element that a random number picks; every one with the same probability. Null: try another
    /// number.</summary>
    /// <remarks>Cost: five numbers are needed on average.</remarks>
    public static byte* Pick(FieldTable* table, ulong random)
    {
        var places = TableBucket.Slots * (table->Overflows == 0 ? 1 : table->ChainMax);
        var index = (int)Math.BigMul(random, (ulong)table->Buckets, out var rest);
        var place = (int)Math.BigMul(rest, (ulong)places, out _);
        var bucket = FieldTable.Bucket(table, index);
        for (; place >= TableBucket.Slots && bucket != null; place -= TableBucket.Slots)
            bucket = TableBucket.Next(bucket);
        return bucket != null && TableBucket.IsEntry(bucket[place]) ? TableBucket.Node(bucket[place]) : null;
    }

    private static ulong Reversed(ulong bits)
    {
        bits = (bits >> 1 & 0x5555555555555555) | (bits & 0x5555555555555555) << 1;
        bits = (bits >> 2 & 0x3333333333333333) | (bits & 0x3333333333333333) << 2;
        bits = (bits >> 4 & 0x0F0F0F0F0F0F0F0F) | (bits & 0x0F0F0F0F0F0F0F0F) << 4;
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
    }
}
