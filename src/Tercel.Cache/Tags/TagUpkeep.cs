// Unsafe: walks the slots of an entered shard.
using Tercel.Cache.Table;

namespace Tercel.Cache.Tags;

/// <summary>Lets a nearly full <see cref="TagTable"/> forget the sets that no key has.</summary>
internal static unsafe class TagUpkeep
{
    /// <summary>Names all sets of one shard when a round is under way; false when there is nothing to do.</summary>
    public static bool Step(Keyspace keyspace, Shard shard)
    {
        var round = keyspace.Tags.RoundUnderWay();
        if (round == 0 || shard.TagRound == round) return false;
        for (ulong unit = 0; unit < shard.Index.UnitCount; unit++)
        {
            foreach (var slot in shard.Index.Collect(unit))
            {
                var tags = Entry.Tags(Slot.Address(slot));
                if (tags != 0) keyspace.Tags.Keep(TagStamp.SetOf(tags));
            }
        }

        shard.TagRound = round;
        foreach (var other in keyspace.Shards)
            if (other.TagRound != round) return true;
        keyspace.Tags.EndRound(round);
        return true;
    }
}
