// Unsafe: reads the header of an entry in an entered shard.
using Tercel.Cache.Table;

namespace Tercel.Cache.Eviction;

/// <summary>Which entries stay when their segment's turn comes: S3-FIFO with a thought for size.</summary>
/// <remarks>Source: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023.</remarks>
internal readonly unsafe struct EvictionRules(EvictionPolicy policy, long meanEntryBytes)
{
    /// <summary>The part of all segments that newcomers have. Of 100.</summary>
    public const int SmallPercent = 7;

    private readonly EvictionPolicy _policy = policy;
    private readonly long _meanEntryBytes = meanEntryBytes;

    public bool MayEvict(byte* entry) => _policy switch
    {
        EvictionPolicy.AllKeys => true,
        EvictionPolicy.Volatile => Entry.ExpireAt(entry) != 0,
        _ => false,
    };

    /// <summary>How often an entry must have been read to stay.</summary>
    public int FrequencyToKeep(Segment* segment, byte* entry)
    {
        if (segment->Pool == SegmentPool.Main) return 1;
        long size = segment->IsBig ? segment->Used : Entry.Size(entry);
        if (size <= _meanEntryBytes * 2) return 1;
        return size <= _meanEntryBytes * 8 ? 2 : 3;
    }
}
