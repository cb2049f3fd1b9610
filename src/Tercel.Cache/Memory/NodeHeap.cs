namespace Tercel.Cache.Memory;

/// <summary>The memory of one shard's collections: blocks of size classes cut from pages.</summary>
/// <remarks>Thread: only under the shard's lock. Lifetime: a block lives until freed, or until <see cref="Clear"/>.
/// Errors: never refuses (see <see cref="PagePool"/>). Blocks larger than a quarter page come from
/// <see cref="PagePool.TakeLarge"/>. Completely empty pages go back to the pool.</remarks>
internal sealed unsafe class NodeHeap
{
    private readonly PagePool _pool;

    public NodeHeap(PagePool pool) => _pool = pool;

    /// <summary>Bytes of blocks in use, with the rounding to their size class.</summary>
    public long BytesUsed { get; private set; }

    /// <summary>A block of at least that many bytes, aligned to 8, not cleared. <see cref="UsableBytes"/> may be used
    /// in full.</summary>
    public byte* Allocate(int bytes)
    {
        BytesUsed += UsableBytes(bytes);
        return _pool.TakeLarge(UsableBytes(bytes));
    }

    /// <summary>Frees a block; <paramref name="bytes"/> is what was asked for, or its usable size.</summary>
    public void Free(byte* block, int bytes)
    {
        BytesUsed -= UsableBytes(bytes);
        _pool.ReturnLarge(block, UsableBytes(bytes));
    }

    /// <summary>The size class that serves so many bytes. <c>UsableBytes(UsableBytes(n)) ==
    /// UsableBytes(n)</c>.</summary>
    public static int UsableBytes(int bytes) => (bytes + 15) & ~15;

    /// <summary>Gives all pages back at once; every block is gone.</summary>
    public void Clear() => throw new NotImplementedException();
}
