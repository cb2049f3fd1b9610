using System.Numerics;
using Tercel.Primitives;

namespace Tercel.Cache;

/// <summary>How memory is cut: shards, pages and classes of time to live.</summary>
internal readonly record struct KeyspaceLayout(int ShardCount, int PageBytes, int TtlClassMergeLog)
{
    private const int ShardsMax = 256;
    private const int PageBytesMin = 16 * 1024;
    private const int PageBytesMax = 1024 * 1024;
    private const int PagesPerShardWanted = 64;

    /// <summary>A shard has 2 MiB or more, and some 64 pages or more.</summary>
    public static KeyspaceLayout For(KeyspaceOptions options)
    {
        Invariant.Holds(options.MemoryBytesMax >= 1 << 20);
        var shards = options.ShardCount != 0 ? options.ShardCount : ShardsFor(options.MemoryBytesMax);
        Invariant.Holds(BitOperations.IsPow2(shards) && shards <= ShardsMax);
        var shardBytes = options.MemoryBytesMax / shards;
        var page = options.PageBytes != 0 ? options.PageBytes : PageFor(shardBytes);
        Invariant.Holds(BitOperations.IsPow2(page) && page >= PageBytesMin && page <= PageBytesMax);
        var pages = shardBytes / page;
        return new KeyspaceLayout(shards, page, pages >= 512 ? 0 : pages >= 128 ? 1 : 2);
    }

    private static int ShardsFor(long bytes)
    {
        var perCore = (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) * 16;
        var most = Math.Clamp(perCore, 64, ShardsMax);
        return (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)bytes + 1) >> 22, 1, most);
    }

    private static int PageFor(long shardBytes)
    {
        var page = (long)BitOperations.RoundUpToPowerOf2((ulong)(shardBytes / PagesPerShardWanted) + 1) >> 1;
        // Small pages keep the last, half-filled ones of index and segments cheap; larger ones only where a shard
        // has tens of thousands.
        if (page > 32 * 1024) page = Math.Max(32 * 1024, page >> 9);
        return (int)Math.Clamp(page, PageBytesMin, PageBytesMax);
    }
}
