// Unsafe: walks slots of entered shards; a unit's slots are copied before entries are removed from it.
using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>Empties databases: at once for those who look, in the background for the memory.</summary>
internal static unsafe class KeyspaceSweep
{
    private const int UnitsPerStep = 32;

    /// <summary>Empties a database, or all with -1; all shards are entered.</summary>
    public static void Flush(Keyspace keyspace, int database)
    {
        if (database < 0 && !IsUnderSnapshot(keyspace))
        {
            foreach (var shard in keyspace.Shards) shard.Clear();
            return;
        }

        for (var i = 0; i < EngineLimits.DatabaseCount; i++)
        {
            if (database >= 0 && i != database) continue;
            var space = keyspace.Spaces.Of(i);
            if (IsEmpty(keyspace, space) || keyspace.Spaces.TryRenew(i)) continue;
            foreach (var shard in keyspace.Shards)
                for (ulong unit = 0; unit < shard.Index.UnitCount; unit++) RemoveFrom(shard, unit, space);
        }
    }

    /// <summary>Removes some entries of flushed databases from an entered shard; false when there are none.</summary>
    public static bool Step(Keyspace keyspace, Shard shard)
    {
        if (keyspace.Spaces.DeadCount == 0) return false;
        for (var space = 0; space < Spaces.Count; space++)
        {
            if (!keyspace.Spaces.IsDeadAndUsed((byte)space)) continue;
            if (shard.Count((byte)space) == 0)
            {
                if (IsEmpty(keyspace, (byte)space)) keyspace.Spaces.Release((byte)space);
                continue;
            }

            for (var i = 0; i < UnitsPerStep; i++)
            {
                shard.SweepUnit = (shard.SweepUnit + 1) % shard.Index.UnitCount;
                RemoveFrom(shard, shard.SweepUnit, (byte)space);
            }

            return true;
        }

        return false;
    }

    private static bool IsUnderSnapshot(Keyspace keyspace)
    {
        foreach (var shard in keyspace.Shards)
            if (shard.Snapshot is not null) return true;
        return false;
    }

    private static bool IsEmpty(Keyspace keyspace, byte space)
    {
        foreach (var shard in keyspace.Shards)
            if (shard.Count(space) != 0) return false;
        return true;
    }

    private static void RemoveFrom(Shard shard, ulong unit, byte space)
    {
        if (unit >= shard.Index.UnitCount) return;
        // No unit may merge while its slots are walked; upkeep does that later.
        var wasFrozen = shard.Index.Frozen;
        shard.Index.Frozen = true;
        foreach (var slot in shard.Index.Collect(unit))
        {
            var entry = Slot.Address(slot);
            if (entry[1] != space) continue;
            var hash = shard.HashOf(entry);
            shard.Remove(hash, shard.Index.SlotOf(hash, entry));
        }

        shard.Index.Frozen = wasFrozen;
    }
}
