// Unsafe: looks at entries of one entered shard at a time.
using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>Goes through all keys, a few at a time.</summary>
internal static unsafe class KeyspaceScan
{
    /// <summary>Units looked at per key asked for, so that a sparse or foreign database does not cost a whole
    /// walk.</summary>
    private const int UnitsPerKey = 2;

    private const int TriesInShard = 64;

    /// <summary>The cursor is <c>shard | position in it</c>; see <see cref="IndexScan"/>.</summary>
    public static ulong Scan<TVisitor>(
        Keyspace keyspace, ulong cursor, int database, int count, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct
    {
        var shardNumber = cursor >> IndexScan.PositionBits;
        var position = cursor & (IndexScan.End - 1);
        var units = (long)Math.Max(count, 1) * UnitsPerKey;
        var keys = Math.Max(count, 1);
        while (shardNumber < (ulong)keyspace.ShardCount)
        {
            keyspace.Enter((int)shardNumber);
            try
            {
                var shard = keyspace.ShardAt((int)shardNumber);
                var space = keyspace.Spaces.Of(database);
                if (shard.Count(space) == 0) position = IndexScan.End;
                for (; position < IndexScan.End && keys > 0 && units > 0; units--)
                {
                    var unit = IndexScan.UnitAt(shard.Index, position, out position);
                    keys -= VisitUnit(shard, unit, space, database, nowMs, ref visitor);
                }
            }
            finally
            {
                keyspace.Exit((int)shardNumber);
            }

            if (position < IndexScan.End) return (shardNumber << IndexScan.PositionBits) | position;
            shardNumber++;
            position = 0;
        }

        return 0;
    }

    public static bool VisitRandom<TVisitor>(
        Keyspace keyspace, int database, ulong random, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct
    {
        var first = keyspace.ShardOf(random);
        for (var i = 0; i < keyspace.ShardCount; i++)
        {
            var number = (first + i) & (keyspace.ShardCount - 1);
            keyspace.Enter(number);
            try
            {
                var shard = keyspace.ShardAt(number);
                if (VisitRandomIn(shard, keyspace, database, random, nowMs, ref visitor)) return true;
            }
            finally
            {
                keyspace.Exit(number);
            }
        }

        return false;
    }

    private static bool VisitRandomIn<TVisitor>(
        Shard shard, Keyspace keyspace, int database, ulong random, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct
    {
        var space = keyspace.Spaces.Of(database);
        if (shard.Count(space) == 0) return false;
        var units = shard.Index.UnitCount;
        var start = Math.BigMul(random * 0x9E3779B97F4A7C15, units, out _);
        for (ulong i = 0; i < units; i++)
        {
            var slots = shard.Index.Collect((start + i) % units);
            var offset = (int)(random % TriesInShard);
            for (var j = 0; j < slots.Length; j++)
            {
                var slot = slots[(j + offset) % slots.Length];
                if (!IsVisible(shard, slot, space, nowMs)) continue;
                visitor.Visit(Entry.Key(Slot.Address(slot)), database, new ValueView(slot));
                return true;
            }
        }

        return false;
    }

    private static int VisitUnit<TVisitor>(
        Shard shard, ulong unit, byte space, int database, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct
    {
        var visited = 0;
        foreach (var slot in shard.Index.Collect(unit))
        {
            if (!IsVisible(shard, slot, space, nowMs)) continue;
            visitor.Visit(Entry.Key(Slot.Address(slot)), database, new ValueView(slot));
            visited++;
        }

        return visited;
    }

    private static bool IsVisible(Shard shard, ulong slot, byte space, long nowMs)
    {
        var entry = Slot.Address(slot);
        var expireAtMs = Entry.ExpireAt(entry);
        return entry[1] == space && (expireAtMs == 0 || nowMs <= expireAtMs) && !shard.IsStale(entry);
    }
}
