namespace Tercel.Cache.Table;

/// <summary>What happened in one shard since the start.</summary>
internal struct ShardCounters
{
    public long Hits;
    public long Misses;
    public long Expired;
    public long Evicted;
    public long Invalidated;

    public void Removed(RemovalCause cause)
    {
        switch (cause)
        {
            case RemovalCause.Expired: Expired++; break;
            case RemovalCause.Evicted: Evicted++; break;
            default: Invalidated++; break;
        }
    }
}
