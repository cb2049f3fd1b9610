// Unsafe: blocks are raw memory of the pool. A block's page is found by clearing the low bits of its address, which is
// right because pages are aligned to their size; blocks too large for a page are freed by a size that tells them apart.
using System.Runtime.CompilerServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>The memory of one shard's collections: blocks of size classes cut from pages.</summary>
/// <remarks>Thread: only under the shard's lock. Lifetime: a block lives until freed, or until <see cref="Clear"/>.
/// Errors: never refuses (see <see cref="PagePool"/>). Blocks larger than a quarter page come from
/// <see cref="PagePool.TakeLarge"/>. Completely empty pages go back to the pool, but for one spare while the heap is in
/// use. Cost: constant; a page serves one class, from a free list and from the part never used yet.</remarks>
internal sealed unsafe class NodeHeap
{
    private readonly PagePool _pool;
    private readonly nuint _pageMask;

    /// <summary>Largest block that a page serves; four of them and the header fill a page.</summary>
    private readonly int _pagedBytesMax;

    /// <summary>By class: the first page that has a free block, as a pointer.</summary>
    private readonly nint[] _open = new nint[SizeClasses.Count];

    private HeapPage* _pages;
    private HeapPage* _large;
    private byte* _spare;

    public NodeHeap(PagePool pool, ulong hashSeed = 0)
    {
        _pool = pool;
        _pageMask = ~((nuint)pool.PageBytes - 1);
        _pagedBytesMax = pool.PageBytes / 4 - sizeof(HeapPage) / 4;
        HashSeed = hashSeed;
        Invariant.Holds(sizeof(HeapPage) == HeapPage.Bytes);
        Invariant.Holds(SizeClasses.IndexOf(_pagedBytesMax) < SizeClasses.Count);
    }

    /// <summary>Bytes of blocks in use, with the rounding to their size class.</summary>
    public long BytesUsed { get; private set; }

    /// <summary>Seed for the hash tables inside collections.</summary>
    public ulong HashSeed { get; }

    /// <summary>Hashes that have room for the expiry of fields: while there is none, nobody looks for expired
    /// fields.</summary>
    public int TimedHashes { get; set; }

    /// <summary>A block of at least that many bytes, aligned to 8 (to 64 when its usable size is a multiple of 64 up to
    /// 512), not cleared. <see cref="UsableBytes"/> may be used in full.</summary>
    public byte* Allocate(int bytes)
    {
        var size = UsableBytes(bytes);
        BytesUsed += size;
        if (size > _pagedBytesMax) return TakeLarge(size);

        var page = (HeapPage*)_open[SizeClasses.IndexOf(size)];
        if (page == null) page = OpenPage(size);
        page->Used++;
        var block = page->Free;
        if (block != null)
        {
            page->Free = *(byte**)block;
        }
        else
        {
            block = (byte*)page + page->Fresh;
            page->Fresh += size;
        }

        if (page->Free == null && page->Fresh + size > _pool.PageBytes) Unlink(page);
        return block;
    }

    /// <summary>Frees a block; <paramref name="bytes"/> is what was asked for, or its usable size.</summary>
    public void Free(byte* block, int bytes)
    {
        var size = UsableBytes(bytes);
        BytesUsed -= size;
        if (size > _pagedBytesMax)
        {
            ReturnLarge(block, size);
            return;
        }

        var page = (HeapPage*)((nuint)block & _pageMask);
        Invariant.Holds(page->BlockBytes == size);
        Invariant.Holds(page->Used > 0);
        var wasFull = page->Free == null && page->Fresh + size > _pool.PageBytes;
        *(byte**)block = page->Free;
        page->Free = block;
        if (--page->Used == 0) ClosePage(page, wasFull);
        else if (wasFull) Link(page);
    }

    /// <summary>The size class that serves so many bytes. <c>UsableBytes(UsableBytes(n)) ==
    /// UsableBytes(n)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UsableBytes(int bytes) => SizeClasses.RoundUp(bytes);

    /// <summary>Gives all pages back at once; every block is gone.</summary>
    public void Clear()
    {
        while (_pages != null)
        {
            var page = _pages;
            _pages = page->AllNext;
            _pool.Return((byte*)page);
        }

        while (_large != null)
        {
            var block = _large;
            _large = block->AllNext;
            _pool.ReturnLarge((byte*)block, block->BlockBytes + HeapPage.Bytes);
        }

        Array.Clear(_open);
        TimedHashes = 0;
        BytesUsed = 0;
        DropSpare();
    }

    /// <summary>Walks all pages and free lists; throws when something does not fit. For tests; slow.</summary>
    public void IntegrityCheck()
    {
        long bytes = 0;
        var open = 0;
        for (var page = _pages; page != null; page = page->AllNext)
        {
            bytes += CheckPage(page);
            if (page->IsOpen(_pool.PageBytes)) open++;
        }

        for (var block = _large; block != null; block = block->AllNext) bytes += block->BlockBytes;
        Invariant.Holds(bytes == BytesUsed);
        Invariant.Holds(BytesUsed > 0 || _spare == null);
        for (var i = 0; i < _open.Length; i++)
            for (var page = (HeapPage*)_open[i]; page != null; page = page->Next, open--)
                Invariant.Holds(SizeClasses.IndexOf(page->BlockBytes) == i && page->IsOpen(_pool.PageBytes));
        Invariant.Holds(open == 0);
    }

    private static long CheckPage(HeapPage* page)
    {
        var cut = (page->Fresh - HeapPage.Bytes) / page->BlockBytes;
        var free = 0;
        for (var block = page->Free; block != null; block = *(byte**)block)
        {
            var offset = (int)(block - (byte*)page) - HeapPage.Bytes;
            Invariant.Holds(offset >= 0 && offset % page->BlockBytes == 0 && offset / page->BlockBytes < cut);
            Invariant.Holds(++free <= cut);
        }

        Invariant.Holds(page->Used > 0 && page->Used + free == cut);
        return (long)page->Used * page->BlockBytes;
    }

    private HeapPage* OpenPage(int size)
    {
        var page = (HeapPage*)(_spare != null ? _spare : _pool.Take());
        _spare = null;
        *page = new HeapPage { BlockBytes = size, Fresh = HeapPage.Bytes };
        AddTo(ref _pages, page);
        Link(page);
        return page;
    }

    private void ClosePage(HeapPage* page, bool wasFull)
    {
        if (!wasFull) Unlink(page);
        RemoveFrom(ref _pages, page);
        if (_spare == null) _spare = (byte*)page;
        else _pool.Return((byte*)page);
        if (BytesUsed == 0) DropSpare();
    }

    private void DropSpare()
    {
        if (_spare != null) _pool.Return(_spare);
        _spare = null;
    }

    private byte* TakeLarge(int size)
    {
        var header = (HeapPage*)_pool.TakeLarge((long)size + HeapPage.Bytes);
        *header = new HeapPage { BlockBytes = size, Used = 1 };
        AddTo(ref _large, header);
        return (byte*)header + HeapPage.Bytes;
    }

    private void ReturnLarge(byte* block, int size)
    {
        var header = (HeapPage*)(block - HeapPage.Bytes);
        Invariant.Holds(header->BlockBytes == size);
        RemoveFrom(ref _large, header);
        _pool.ReturnLarge((byte*)header, (long)size + HeapPage.Bytes);
        if (BytesUsed == 0) DropSpare();
    }

    private void Link(HeapPage* page)
    {
        ref var first = ref _open[SizeClasses.IndexOf(page->BlockBytes)];
        page->Previous = null;
        page->Next = (HeapPage*)first;
        if (first != 0) page->Next->Previous = page;
        first = (nint)page;
    }

    private void Unlink(HeapPage* page)
    {
        if (page->Previous != null) page->Previous->Next = page->Next;
        else _open[SizeClasses.IndexOf(page->BlockBytes)] = (nint)page->Next;
        if (page->Next != null) page->Next->Previous = page->Previous;
    }

    private static void AddTo(ref HeapPage* first, HeapPage* page)
    {
        page->AllPrevious = null;
        page->AllNext = first;
        if (first != null) first->AllPrevious = page;
        first = page;
    }

    private static void RemoveFrom(ref HeapPage* first, HeapPage* page)
    {
        if (page->AllPrevious != null) page->AllPrevious->AllNext = page->AllNext;
        else first = page->AllNext;
        if (page->AllNext != null) page->AllNext->AllPrevious = page->AllPrevious;
    }
}
