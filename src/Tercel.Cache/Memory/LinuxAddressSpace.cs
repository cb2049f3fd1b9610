// Unsafe: all addresses lie in two mappings that exist until Dispose, so a stale read sees garbage but never faults.
using System.Numerics;
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>Two reserved ranges of addresses: one for pages, one for large blocks.</summary>
/// <remarks>
/// Shape: a reservation costs nothing until touched. Pages are cut from the front of their range. A large block gets a
/// place of the next power of two, but only its own bytes are ever touched: growing within the place is free, and no
/// mapping is made or split per block (a process may have only some 65,000).
/// </remarks>
internal sealed unsafe class LinuxAddressSpace : AddressSpace
{
    // A process has 2^47 bytes of addresses, so this leaves room for hundreds of keyspaces.
    private const long ReservedBytesMin = 1L << 37;
    private const long HugePagesFromBytes = 256L << 20;
    private const int Places = 48;
    private const int HugePageBytes = 2 << 20;

    private readonly byte* _range;
    private readonly nuint _rangeBytes;
    private readonly int _pageBytes;
    private readonly byte* _pagesEnd;
    private readonly byte* _largeEnd;
    private readonly AddressStack[] _freePlaces = new AddressStack[Places];
    private byte* _nextPage;
    private byte* _nextLarge;

    private LinuxAddressSpace(byte* range, long bytesEach, int pageBytes)
    {
        _range = range;
        _rangeBytes = (nuint)(bytesEach * 2);
        _pageBytes = pageBytes;
        _nextPage = (byte*)(((ulong)range + HugePageBytes - 1) & ~(ulong)(HugePageBytes - 1));
        _nextLarge = _nextPage + bytesEach - HugePageBytes;
        _pagesEnd = _nextLarge;
        _largeEnd = range + _rangeBytes;
        for (var i = 0; i < Places; i++) _freePlaces[i] = new AddressStack();
    }

    /// <summary>Null when the system refuses, as with a limit on address space.</summary>
    public static LinuxAddressSpace? TryReserve(long bytesMax, int pageBytes)
    {
        // Room to raise the maximum later; halved where a limit on address space asks for it.
        for (var each = Math.Max(ReservedBytesMin, bytesMax * 8); each >= bytesMax * 2; each /= 2)
        {
            var range = LinuxMemory.Map((byte*)0x1000_0000_0000, (nuint)(each * 2), LinuxMemory.ReadWrite,
                LinuxMemory.PrivateAnonymousNoReserve, -1, 0);
            if (range == LinuxMemory.Failed) continue;
            if ((ulong)range + (ulong)(each * 2) > AddressEnd)
            {
                _ = LinuxMemory.Unmap(range, (nuint)(each * 2));
                return null;
            }

            if (bytesMax >= HugePagesFromBytes)
                _ = LinuxMemory.Advise(range, (nuint)each, LinuxMemory.AdviseHugePage);
            return new LinuxAddressSpace(range, each, pageBytes);
        }

        return null;
    }

    public override byte* NewPage()
    {
        var page = _nextPage;
        if (page + _pageBytes > _pagesEnd)
            throw new InsufficientMemoryException("the address space for pages is used up");
        _nextPage += _pageBytes;
        return page;
    }

    public override bool TryRelease(byte* page) =>
        LinuxMemory.Advise(page, (nuint)_pageBytes, LinuxMemory.AdviseDontNeed) == 0;

    public override byte* NewLarge(long bytes)
    {
        var place = PlaceOf(bytes);
        if (_freePlaces[place].TryPop(out var block)) return block;
        var size = 1L << place;
        block = (byte*)(((ulong)_nextLarge + (ulong)size - 1) & ~((ulong)size - 1));
        if (block + size > _largeEnd)
            throw new InsufficientMemoryException("the address space for large values is used up");
        KeepGap(_nextLarge, block);
        _nextLarge = block + size;
        return block;
    }

    public override void DropLarge(byte* block, long bytes) =>
        Invariant.Holds(LinuxMemory.Advise(block, (nuint)RoundUp(bytes), LinuxMemory.AdviseDontNeed) == 0);

    public override void FreeLarge(byte* block, long bytes) => _freePlaces[PlaceOf(bytes)].Push(block);

    public override bool TryResizeLarge(byte* block, long bytes, long newBytes)
    {
        if (PlaceOf(bytes) != PlaceOf(newBytes)) return false;
        var (kept, had) = (RoundUp(Math.Min(bytes, newBytes)), RoundUp(bytes));
        if (had > kept)
            Invariant.Holds(LinuxMemory.Advise(block + kept, (nuint)(had - kept), LinuxMemory.AdviseDontNeed) == 0);
        NativeMemory.Clear(block + Math.Min(bytes, newBytes), (nuint)(kept - Math.Min(bytes, newBytes)));
        return true;
    }

    public override void Dispose()
    {
        foreach (var places in _freePlaces) places.Free();
        _ = LinuxMemory.Unmap(_range, _rangeBytes);
    }

    private int PlaceOf(long bytes) =>
        Math.Max(BitOperations.Log2((ulong)bytes - 1) + 1, BitOperations.Log2((uint)_pageBytes));

    /// <summary>The space skipped for alignment serves smaller blocks later.</summary>
    private void KeepGap(byte* from, byte* to)
    {
        while (from + _pageBytes <= to)
        {
            var place = BitOperations.TrailingZeroCount((ulong)from);
            while (from + (1L << place) > to) place--;
            if ((1L << place) >= _pageBytes) _freePlaces[place].Push(from);
            from += Math.Max(1L << place, _pageBytes);
        }
    }
}
