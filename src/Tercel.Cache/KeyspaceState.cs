using System.Security.Cryptography;
using Tercel.Cache.Expiry;
using Tercel.Cache.Memory;
using Tercel.Cache.Statistics;
using Tercel.Cache.Table;
using Tercel.Cache.Tags;

namespace Tercel.Cache;

/// <summary>What all shards of a keyspace share.</summary>
internal sealed class KeyspaceState
{
    private ulong _lastCas;

    public static KeyspaceState For(KeyspaceOptions options, in KeyspaceLayout layout)
    {
        var seed = options.HashSeed != 0 ? options.HashSeed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        return new KeyspaceState
        {
            Pool = new PagePool(options.MemoryBytesMax, layout.PageBytes),
            Hash = new KeyHash(seed),
            Seed = seed,
            TtlClasses = new TtlClasses(layout.TtlClassMergeLog),
        };
    }

    public required PagePool Pool { get; init; }

    public required KeyHash Hash { get; init; }

    public required ulong Seed { get; init; }

    public required TtlClasses TtlClasses { get; init; }

    public Spaces Spaces { get; } = new();

    public SegmentSequence Sequence { get; } = new();

    public TagTable Tags { get; } = new();

    public MissRatioCurve Curve { get; } = new();

    public IKeyspaceObserver? Observer { get; set; }

    /// <summary>The next unique number of a value.</summary>
    public ulong NextCas() => Interlocked.Increment(ref _lastCas);
}
