// Unsafe: looks at the queues of an entered shard.
using Tercel.Cache.Eviction;
using Tercel.Cache.Expiry;
using Tercel.Cache.Table;
using Tercel.Cache.Values;
using Tercel.Cache.Tags;

namespace Tercel.Cache;

/// <summary>The background work of one shard, in steps of some ten microseconds.</summary>
internal static unsafe class Upkeep
{
    private const int EntriesPerStep = 128;
    private const int UnitsPerStep = 16;
    private const int PagesPerStep = 64;

    /// <summary>Parts of a large collection that are freed per step, some forty elements each.</summary>
    private const int SegmentsPerStep = 2;

    /// <summary>Enters a shard and does up to that many steps; returns how many there were to do.</summary>
    public static int Run(Keyspace keyspace, int number, long nowMs, int stepsMax)
    {
        var shard = keyspace.ShardAt(number);
        keyspace.Enter(number);
        try
        {
            var steps = 0;
            while (steps < stepsMax && Step(keyspace, shard, nowMs)) steps++;
            // One shard does it for all.
            if (number == 0 && steps < stepsMax && keyspace.Pool.Trim(PagesPerStep)) steps++;
            return steps;
        }
        finally
        {
            keyspace.Exit(number);
        }
    }

    private static bool Step(Keyspace keyspace, Shard shard, long nowMs) =>
        SegmentExpiry.Step(shard, nowMs) || Compact(keyspace, shard, nowMs) || KeyspaceSweep.Step(keyspace, shard)
        || shard.Index.Adjust(UnitsPerStep) || TagUpkeep.Step(keyspace, shard) || FieldExpiry.Step(shard, nowMs)
        || Collections.FreeDying(shard.Heap, SegmentsPerStep);

    private static bool Compact(Keyspace keyspace, Shard shard, long nowMs)
    {
        if (shard.Work.Current == null)
        {
            if (shard.Log.Sparse.First == null) return false;
            shard.Work.Begin(shard, shard.Log.Sparse.First, SegmentTask.Compact);
        }

        var rules = new EvictionRules(keyspace.Eviction, shard.Log.Bytes / Math.Max(1, shard.Index.Count));
        shard.Work.Step(shard, rules, EntriesPerStep, nowMs);
        return true;
    }
}
