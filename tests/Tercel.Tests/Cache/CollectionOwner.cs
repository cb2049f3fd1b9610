using Tercel.Cache;
using Tercel.Cache.Memory;
using Tercel.Cache.Values;
using Xunit;

namespace Tercel.Tests.Cache;

/// <summary>A collection without a keyspace: a heap and the eight bytes of a root, as an entry has them.</summary>
internal sealed unsafe class CollectionOwner : IDisposable
{
    private const int PageBytes = 64 * 1024;

    private readonly PagePool _pool = new(1L << 32, PageBytes);
    private readonly ValueKind _kind;
    private readonly ulong* _slot;

    public CollectionOwner(ValueKind kind, ulong hashSeed = 12345)
    {
        _kind = kind;
        Heap = new NodeHeap(_pool, hashSeed);
        // Entries give no alignment.
        _slot = (ulong*)((byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(16) + 1);
    }

    public NodeHeap Heap { get; }

    public ulong Root => *_slot;

    public CollectionHandle Handle => new(Heap, _slot);

    public string Encoding => System.Text.Encoding.ASCII.GetString(Collections.EncodingName(_kind, Root));

    /// <summary>Walks everything, and sees that the heap holds nothing but this collection.</summary>
    public void Check()
    {
        Heap.IntegrityCheck();
        Collections.IntegrityCheck(_kind, Root);
        Assert.Equal(Heap.BytesUsed, Collections.BytesUsed(_kind, Root));
    }

    /// <summary>A copy in a heap of its own.</summary>
    public CollectionOwner Clone()
    {
        var copy = new CollectionOwner(_kind, hashSeed: 999);
        *copy._slot = Collections.Clone(_kind, Root, copy.Heap);
        return copy;
    }

    /// <summary>Frees the collection; fails when a block stays behind.</summary>
    public void Dispose()
    {
        Collections.Free(Heap, _kind, Root);
        while (Collections.FreeDying(Heap, segments: 3)) Heap.IntegrityCheck();
        Assert.Equal(0, Heap.BytesUsed);
        Assert.Equal(0, Heap.TimedHashes);
        Assert.Equal(0, _pool.BytesUsed);
        System.Runtime.InteropServices.NativeMemory.Free((byte*)_slot - 1);
    }
}
