// Unsafe: walks the entries of one segment of an entered shard, from its start to where the next entry goes.
using Tercel.Cache.Table;

namespace Tercel.Cache.Expiry;

/// <summary>Removes what has expired, a segment at a time.</summary>
internal static unsafe class SegmentExpiry
{
    /// <summary>Looks through one segment whose time has come; false when there is none.</summary>
    public static bool Step(Shard shard, long nowMs)
    {
        var segment = shard.Log.TakeDue(nowMs);
        if (segment == null) return false;
        var first = long.MaxValue;
        var end = (byte*)segment + segment->Used;
        var left = segment->LiveCount;
        var kept = shard.Log.IsOpen(segment) ? 1 : 0;
        for (var entry = Segment.Entries(segment); left > 0 && entry < end;)
        {
            if (Entry.IsGap(entry))
            {
                entry += Entry.GapBytes(entry);
                continue;
            }

            var next = entry + Entry.Size(entry);
            if (!Entry.IsDead(entry))
            {
                left--;
                var expireAtMs = Entry.ExpireAt(entry);
                if (expireAtMs != 0 && expireAtMs < nowMs)
                {
                    Remove(shard, entry);
                }
                else
                {
                    kept++;
                    if (expireAtMs != 0) first = Math.Min(first, expireAtMs);
                }
            }

            entry = next;
        }

        // With its last entry the segment has gone too, unless it is open.
        if (kept > 0) shard.Log.Reschedule(segment, first, nowMs);
        return true;
    }

    private static void Remove(Shard shard, byte* entry)
    {
        var hash = shard.HashOf(entry);
        shard.RemoveBecause(hash, shard.Index.SlotOf(hash, entry), RemovalCause.Expired);
    }
}
