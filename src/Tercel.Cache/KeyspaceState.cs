using Tercel.Cache.Expiry;
using Tercel.Cache.Memory;
using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>What all shards of a keyspace share.</summary>
internal sealed class KeyspaceState
{
    private ulong _lastCas;

    public required PagePool Pool { get; init; }

    public required KeyHash Hash { get; init; }

    public required ulong Seed { get; init; }

    public required TtlClasses TtlClasses { get; init; }

    public Spaces Spaces { get; } = new();

    public SegmentSequence Sequence { get; } = new();

    public IKeyspaceObserver? Observer { get; set; }

    /// <summary>The next unique number of a value.</summary>
    public ulong NextCas() => Interlocked.Increment(ref _lastCas);
}
