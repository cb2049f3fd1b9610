// Unsafe: a block's span is found by clearing the low bits of its address, which is right because spans are aligned to
// their size, which follows from the block's; a span's page is named in its header.
using System.Numerics;
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>Blocks of up to 512 bytes: spans of equal blocks, cut from pages of 64 units.</summary>
/// <remarks>Shape: a span is 1, 2 or 4 units of 4 KiB (more in pages over 256 KiB), with a header of 64 bytes, so that
/// blocks of a multiple of 64 bytes are aligned to it. Cost: constant. Empty spans and pages go back at once.</remarks>
internal sealed unsafe class SmallBlocks(HeapPages pages)
{
    private const int UnitsMax = 64;
    private const int UnitBytesMin = 4096;

    /// <summary>Pages looked at for a place of a span, before a new one is taken.</summary>
    private const int PagesTriedMax = 4;

    /// <summary>Units of a page.</summary>
    private readonly int _units = Math.Min(UnitsMax, pages.PageBytes / UnitBytesMin);
    private readonly int _unitBytes = Math.Max(UnitBytesMin, pages.PageBytes / UnitsMax);

    /// <summary>By class: the first span that has a free block, as a pointer.</summary>
    private readonly nint[] _open = new nint[SizeClasses.SmallCount];

    private Page* _pages;

    public byte* Allocate(int size)
    {
        var span = (Span*)_open[SizeClasses.SmallIndexOf(size)];
        if (span == null) span = OpenSpan(size);
        span->Used++;
        var block = span->Free;
        if (block != null)
        {
            span->Free = *(byte**)block;
        }
        else
        {
            block = (byte*)span + span->Fresh;
            span->Fresh += size;
        }

        if (!IsOpen(span)) Unlink(span);
        return block;
    }

    public void Free(byte* block, int size)
    {
        var span = (Span*)((nuint)block & ~((nuint)SpanBytes(size) - 1));
        Invariant.Holds(span->BlockBytes == size);
        Invariant.Holds(span->Used > 0);
        var wasOpen = IsOpen(span);
        *(byte**)block = span->Free;
        span->Free = block;
        if (--span->Used == 0) CloseSpan(span, wasOpen);
        else if (!wasOpen) Link(span);
    }

    public void Clear()
    {
        while (_pages != null)
        {
            pages.Return(_pages->Memory);
            Drop(_pages);
        }

        Array.Clear(_open);
    }

    /// <summary>Walks everything, and returns the bytes of blocks in use.</summary>
    public long IntegrityCheck()
    {
        long bytes = 0;
        var open = 0;
        for (var page = _pages; page != null; page = page->Next)
        {
            Invariant.Holds(page->FreeUnits != AllUnits && (page->FreeUnits & ~AllUnits) == 0);
            for (var taken = AllUnits & ~page->FreeUnits; taken != 0;)
            {
                var span = (Span*)(page->Memory + BitOperations.TrailingZeroCount(taken) * (long)_unitBytes);
                var units = Mask(page, span);
                Invariant.Holds((units & taken) == units && span->Page == page);
                taken &= ~units;
                bytes += CheckSpan(span);
                if (IsOpen(span)) open++;
            }
        }

        for (var i = 0; i < _open.Length; i++)
            for (var span = (Span*)_open[i]; span != null; span = span->Next, open--)
                Invariant.Holds(SizeClasses.SmallIndexOf(span->BlockBytes) == i && IsOpen(span));
        Invariant.Holds(open == 0);
        return bytes;
    }

    private static long CheckSpan(Span* span)
    {
        var cut = (span->Fresh - Span.HeaderBytes) / span->BlockBytes;
        var free = 0;
        for (var block = span->Free; block != null; block = *(byte**)block)
        {
            var offset = (int)(block - (byte*)span) - Span.HeaderBytes;
            Invariant.Holds(offset >= 0 && offset % span->BlockBytes == 0 && offset / span->BlockBytes < cut);
            Invariant.Holds(++free <= cut);
        }

        Invariant.Holds(span->Used > 0 && span->Used + free == cut);
        return (long)span->Used * span->BlockBytes;
    }

    private ulong AllUnits => ulong.MaxValue >> (UnitsMax - _units);

    /// <summary>So large that at most a thirtieth of a span is lost at its end.</summary>
    private int SpanBytes(int size) => size <= 128 ? _unitBytes : size <= 256 ? _unitBytes * 2 : _unitBytes * 4;

    private bool IsOpen(Span* span) =>
        span->Free != null || span->Fresh + span->BlockBytes <= SpanBytes(span->BlockBytes);

    private ulong Mask(Page* page, Span* span) =>
        (1UL << (SpanBytes(span->BlockBytes) / _unitBytes)) - 1 << (int)(((byte*)span - page->Memory) / _unitBytes);

    private Span* OpenSpan(int size)
    {
        var units = SpanBytes(size) / _unitBytes;
        var page = _pages;
        var place = page == null ? 0 : Places(page, units);
        for (var tries = 1; place == 0 && page != null && tries < PagesTriedMax; tries++)
        {
            page = page->Next;
            if (page != null) place = Places(page, units);
        }

        if (place == 0)
        {
            page = AddPage();
            place = Places(page, units);
        }

        var span = (Span*)(page->Memory + BitOperations.TrailingZeroCount(place) * (long)_unitBytes);
        *span = new Span { Page = page, BlockBytes = size, Fresh = Span.HeaderBytes };
        page->FreeUnits &= ~Mask(page, span);
        Link(span);
        return span;
    }

    /// <summary>A bit per unit that so many free units begin at, aligned to their number.</summary>
    private static ulong Places(Page* page, int units)
    {
        var free = page->FreeUnits;
        if (units == 1) return free;
        free &= free >> 1;
        return units == 2 ? free & 0x5555555555555555 : free & (free >> 2) & 0x1111111111111111;
    }

    private void CloseSpan(Span* span, bool wasOpen)
    {
        if (wasOpen) Unlink(span);
        var page = span->Page;
        var wasFull = page->FreeUnits == 0;
        page->FreeUnits |= Mask(page, span);
        if (page->FreeUnits == AllUnits)
        {
            pages.Return(page->Memory);
            Drop(page);
        }
        else if (wasFull)
        {
            // To the front, where it is looked for.
            Detach(page);
            Attach(page);
        }
    }

    private Page* AddPage()
    {
        var page = (Page*)NativeMemory.Alloc((nuint)sizeof(Page));
        *page = new Page { Memory = pages.Take(), FreeUnits = AllUnits };
        Attach(page);
        return page;
    }

    private void Drop(Page* page)
    {
        Detach(page);
        NativeMemory.Free(page);
    }

    private void Attach(Page* page)
    {
        page->Previous = null;
        page->Next = _pages;
        if (_pages != null) _pages->Previous = page;
        _pages = page;
    }

    private void Detach(Page* page)
    {
        if (page->Previous != null) page->Previous->Next = page->Next;
        else _pages = page->Next;
        if (page->Next != null) page->Next->Previous = page->Previous;
    }

    private void Link(Span* span)
    {
        ref var first = ref _open[SizeClasses.SmallIndexOf(span->BlockBytes)];
        span->Previous = null;
        span->Next = (Span*)first;
        if (first != 0) span->Next->Previous = span;
        first = (nint)span;
    }

    private void Unlink(Span* span)
    {
        if (span->Previous != null) span->Previous->Next = span->Next;
        else _open[SizeClasses.SmallIndexOf(span->BlockBytes)] = (nint)span->Next;
        if (span->Next != null) span->Next->Previous = span->Previous;
    }

    /// <summary>What is known of a page; not inside it, so that it divides evenly.</summary>
    private struct Page
    {
        public Page* Next;
        public Page* Previous;
        public byte* Memory;

        /// <summary>A bit per unit that belongs to no span.</summary>
        public ulong FreeUnits;
    }

    /// <summary>The header of a span.</summary>
    private struct Span
    {
        public const int HeaderBytes = 64;

        /// <summary>Neighbours among the spans of the class that have a free block.</summary>
        public Span* Next;
        public Span* Previous;
        public Page* Page;

        /// <summary>First free block; each holds the address of the next.</summary>
        public byte* Free;

        public int BlockBytes;

        /// <summary>Blocks in use.</summary>
        public int Used;

        /// <summary>Where the part begins that was never cut into blocks yet. Units: bytes from the span's
        /// start.</summary>
        public int Fresh;
    }
}
