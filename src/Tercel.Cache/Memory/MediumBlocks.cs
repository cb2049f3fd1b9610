// Unsafe: blocks lie one behind the other in a page, each with its size and that of the one before; a block of size 0
// ends the page, and the first has a size before of 0, so no walk leaves the page.
using System.Numerics;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>Blocks of more than 512 bytes and up to a quarter page: cut to size from pages, joined again when freed.
/// </summary>
/// <remarks>Shape: a header of 8 bytes before each block. Free blocks are kept in bins, eight per doubling; a block
/// that is asked for has the size where a bin begins, so that the first of any bin from there on serves it. Cost:
/// constant. Source: TLSF, Masmano et al., 2004.</remarks>
internal sealed unsafe class MediumBlocks(HeapPages pages)
{
    private const int PageHeaderBytes = 64;
    private const int BinsPerLog = 8;
    private const int LogMin = 4;
    private const int BinCount = 128;

    /// <summary>Smallest free block: header and two links.</summary>
    private const int BlockBytesMin = 24;

    /// <summary>By bin: the first free block, as a pointer.</summary>
    private readonly nint[] _bins = new nint[BinCount];

    /// <summary>A bit per bin that has a block.</summary>
    private UInt128 _used;

    private Page* _pages;

    /// <summary>A block of that size, which is a size class.</summary>
    public byte* Allocate(int size)
    {
        var total = size + SizeClasses.HeaderBytes;
        var bins = _used >> BinOf(total);
        var block = bins == 0 ? AddPage() : (Block*)_bins[BinOf(total) + (int)UInt128.TrailingZeroCount(bins)];
        Take(block);
        var rest = block->Bytes - total;
        if (rest >= BlockBytesMin)
        {
            block->Bytes = total;
            var behind = Behind(block);
            behind->Start(rest, total);
            Behind(behind)->BytesBefore = rest;
            Put(behind);
        }

        return (byte*)block + SizeClasses.HeaderBytes;
    }

    public void Free(byte* memory, int size)
    {
        var block = (Block*)(memory - SizeClasses.HeaderBytes);
        Invariant.Holds(!block->IsFree && block->Bytes - size is >= SizeClasses.HeaderBytes
            and < SizeClasses.HeaderBytes + BlockBytesMin);
        var next = Behind(block);
        if (next->IsFree)
        {
            Take(next);
            block->Bytes += next->Bytes;
        }

        if (block->BytesBefore > 0 && Before(block)->IsFree)
        {
            var before = Before(block);
            Take(before);
            before->Bytes += block->Bytes;
            block = before;
        }

        if (block->Bytes == FreePageBytes)
        {
            DropPage((Page*)((byte*)block - PageHeaderBytes));
            return;
        }

        Behind(block)->BytesBefore = block->Bytes;
        Put(block);
    }

    public void Clear()
    {
        while (_pages != null) DropPage(_pages);
        Array.Clear(_bins);
        _used = 0;
    }

    /// <summary>Walks everything, and returns the bytes of blocks in use without headers and what was too little to cut
    /// off.</summary>
    public long IntegrityCheck()
    {
        long bytes = 0;
        var free = 0;
        for (var page = _pages; page != null; page = page->Next)
        {
            var before = 0;
            var wasFree = false;
            var block = First(page);
            for (; block->Bytes > 0; block = Behind(block))
            {
                Invariant.Holds(block->BytesBefore == before && !(wasFree && block->IsFree));
                if (block->IsFree) free++;
                else bytes += ClassOf(block->Bytes);
                before = block->Bytes;
                wasFree = block->IsFree;
            }

            Invariant.Holds((byte*)block == (byte*)page + pages.PageBytes - SizeClasses.HeaderBytes);
            Invariant.Holds(block->BytesBefore == before);
        }

        for (var bin = 0; bin < BinCount; bin++)
        {
            Invariant.Holds((_bins[bin] != 0) == ((_used >> bin & 1) != 0));
            for (var block = (Block*)_bins[bin]; block != null; block = block->Next, free--)
                Invariant.Holds(block->IsFree && BinOf(block->Bytes) == bin);
        }

        Invariant.Holds(free == 0);
        return bytes;
    }

    /// <summary>The largest class that fits a block: what it was asked for.</summary>
    private static int ClassOf(int total) =>
        (total & -(1 << (BitOperations.Log2((uint)total) - 3))) - SizeClasses.HeaderBytes;

    /// <summary>Size of the one block of an empty page.</summary>
    private int FreePageBytes => pages.PageBytes - PageHeaderBytes - SizeClasses.HeaderBytes;

    private static int BinOf(int bytes)
    {
        var log = BitOperations.Log2((uint)bytes);
        return (log - LogMin) * BinsPerLog + (bytes >> (log - 3)) - BinsPerLog;
    }

    private static Block* First(Page* page) => (Block*)((byte*)page + PageHeaderBytes);

    private static Block* Behind(Block* block) => (Block*)((byte*)block + block->Bytes);

    private static Block* Before(Block* block) => (Block*)((byte*)block - block->BytesBefore);

    private Block* AddPage()
    {
        var page = (Page*)pages.Take();
        *page = new Page { Next = _pages };
        if (_pages != null) _pages->Previous = page;
        _pages = page;
        var block = First(page);
        block->Start(FreePageBytes, bytesBefore: 0);
        // The end has a header only: there is no room for links.
        Behind(block)->Start(bytes: 0, FreePageBytes);
        Put(block);
        return block;
    }

    private void DropPage(Page* page)
    {
        if (page->Previous != null) page->Previous->Next = page->Next;
        else _pages = page->Next;
        if (page->Next != null) page->Next->Previous = page->Previous;
        pages.Return((byte*)page);
    }

    private void Put(Block* block)
    {
        var bin = BinOf(block->Bytes);
        block->IsFree = true;
        block->Previous = null;
        block->Next = (Block*)_bins[bin];
        if (block->Next != null) block->Next->Previous = block;
        _bins[bin] = (nint)block;
        _used |= UInt128.One << bin;
    }

    private void Take(Block* block)
    {
        var bin = BinOf(block->Bytes);
        block->IsFree = false;
        if (block->Previous != null) block->Previous->Next = block->Next;
        else _bins[bin] = (nint)block->Next;
        if (block->Next != null) block->Next->Previous = block->Previous;
        if (_bins[bin] == 0) _used &= ~(UInt128.One << bin);
    }

    private struct Page
    {
        public Page* Next;
        public Page* Previous;
    }

    /// <summary>A block: eight bytes of header, then its memory, which holds the links while it is free.</summary>
    private struct Block
    {
        private const uint FreeBit = 1U << 31;

        private int _bytes;
        private uint _bytesBefore;

        public Block* Next;
        public Block* Previous;

        /// <summary>Writes the header of a block that is not free yet.</summary>
        public void Start(int bytes, int bytesBefore)
        {
            _bytes = bytes;
            _bytesBefore = (uint)bytesBefore;
        }

        /// <summary>Size with the header.</summary>
        public int Bytes
        {
            readonly get => _bytes;
            set => _bytes = value;
        }

        /// <summary>Size of the block that ends where this one begins; 0 = this is the first.</summary>
        public int BytesBefore
        {
            readonly get => (int)(_bytesBefore & ~FreeBit);
            set => _bytesBefore = (_bytesBefore & FreeBit) | (uint)value;
        }

        public bool IsFree
        {
            readonly get => (_bytesBefore & FreeBit) != 0;
            set => _bytesBefore = value ? _bytesBefore | FreeBit : _bytesBefore & ~FreeBit;
        }
    }
}
