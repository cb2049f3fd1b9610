// Unsafe: walks slots of entered shards.
using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>Removes entries whose space no database has any more.</summary>
internal static unsafe class KeyspaceSweep
{
    /// <summary>Empties a database (or all with -1) before it returns; all shards are entered.</summary>
    public static void FlushNow(Keyspace keyspace, int database)
    {
        for (var i = 0; i < keyspace.ShardCount; i++)
        {
            var shard = keyspace.ShardAt(i);
            if (database < 0) shard.Clear();
            else RemoveAll(shard, keyspace.Spaces.Of(database));
        }
    }

    private static void RemoveAll(Shard shard, byte space)
    {
        for (ulong unit = 0; unit < shard.Index.UnitCount; unit++)
        {
            foreach (var slot in shard.Index.Collect(unit))
            {
                var entry = Slot.Address(slot);
                if (entry[1] != space) continue;
                var hash = shard.HashOf(entry);
                shard.Remove(hash, shard.Index.SlotOf(hash, entry));
            }
        }
    }
}
