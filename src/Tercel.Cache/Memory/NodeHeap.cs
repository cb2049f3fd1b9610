// Unsafe: blocks are raw memory of the pool; which allocator a block is of follows from its size, told when it is
// freed.
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Memory;

/// <summary>The memory of one shard's collections: blocks of size classes cut from pages.</summary>
/// <remarks>Thread: only under the shard's lock. Lifetime: a block lives until freed, or until <see cref="Clear"/>.
/// Errors: never refuses (see <see cref="PagePool"/>). Up to 512 bytes: <see cref="SmallBlocks"/>, without a header;
/// up to a quarter page: <see cref="MediumBlocks"/>; beyond: <see cref="PagePool.TakeLarge"/>. Completely empty pages
/// go back to the pool, but for one spare while the heap is in use. Cost: constant.</remarks>
internal sealed unsafe class NodeHeap
{
    private readonly PagePool _pool;
    private readonly HeapPages _pages;
    private readonly SmallBlocks _small;
    private readonly MediumBlocks _medium;

    /// <summary>Largest block that a page serves.</summary>
    private readonly int _pagedBytesMax;

    private LargeBlock* _large;

    public NodeHeap(PagePool pool, ulong hashSeed = 0)
    {
        _pool = pool;
        _pages = new HeapPages(pool);
        _small = new SmallBlocks(_pages);
        _medium = new MediumBlocks(_pages);
        _pagedBytesMax = pool.PageBytes / 4 - SizeClasses.HeaderBytes;
        HashSeed = hashSeed;
    }

    /// <summary>Bytes of blocks in use, with the rounding to their size class.</summary>
    public long BytesUsed { get; private set; }

    /// <summary>Seed for the hash tables inside collections.</summary>
    public ulong HashSeed { get; }

    /// <summary>Hashes that have room for the expiry of fields: while there is none, nobody looks for expired
    /// fields.</summary>
    public int TimedHashes { get; set; }

    /// <summary>The first of the large tables that are freed little by little; 0 = none.</summary>
    public nint DyingTables { get; set; }

    /// <summary>The same for large lists.</summary>
    public nint DyingLists { get; set; }

    /// <summary>The same for the trees of large sorted sets.</summary>
    public nint DyingTrees { get; set; }

    /// <summary>Whether something waits to be freed.</summary>
    public bool HasDying => (DyingTables | DyingLists | DyingTrees) != 0;

    /// <summary>A block of at least that many bytes, aligned to 8 (to 64 when its usable size is a multiple of 64 up to
    /// 512), not cleared. <see cref="UsableBytes"/> may be used in full.</summary>
    public byte* Allocate(int bytes)
    {
        var size = UsableBytes(bytes);
        BytesUsed += size;
        if (size <= SizeClasses.SmallBytesMax) return _small.Allocate(size);
        return size <= _pagedBytesMax ? _medium.Allocate(size) : LargeBlock.Take(_pool, ref _large, size);
    }

    /// <summary>Frees a block; <paramref name="bytes"/> is what was asked for, or its usable size.</summary>
    public void Free(byte* block, int bytes)
    {
        var size = UsableBytes(bytes);
        if (size <= SizeClasses.SmallBytesMax) _small.Free(block, size);
        else if (size <= _pagedBytesMax) _medium.Free(block, size);
        else LargeBlock.Return(_pool, ref _large, block, size);
        BytesUsed -= size;
        if (BytesUsed == 0) _pages.DropSpare();
    }

    /// <summary>The size class that serves so many bytes. <c>UsableBytes(UsableBytes(n)) ==
    /// UsableBytes(n)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UsableBytes(int bytes) => SizeClasses.RoundUp(bytes);

    /// <summary>Gives all pages back at once; every block is gone.</summary>
    public void Clear()
    {
        _small.Clear();
        _medium.Clear();
        while (_large != null)
            LargeBlock.Return(_pool, ref _large, (byte*)_large + LargeBlock.HeaderBytes, _large->Bytes);
        TimedHashes = 0;
        DyingTables = DyingLists = DyingTrees = 0;
        BytesUsed = 0;
        _pages.DropSpare();
    }

    /// <summary>Walks all pages and free lists; throws when something does not fit. For tests; slow.</summary>
    public void IntegrityCheck()
    {
        var bytes = _small.IntegrityCheck() + _medium.IntegrityCheck();
        for (var block = _large; block != null; block = block->Next) bytes += block->Bytes;
        Primitives.Invariant.Holds(bytes == BytesUsed);
        Primitives.Invariant.Holds(BytesUsed > 0 || !_pages.HasSpare);
    }
}
