// Unsafe: blocks of the C library's allocator; pages are kept until Dispose, so a stale read of one never faults.
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>Pages and blocks from the C library's allocator, for systems without our own way.</summary>
internal sealed unsafe class PortableAddressSpace(int pageBytes) : AddressSpace
{
    private readonly int _pageBytes = pageBytes;
    private readonly AddressStack _pages = new();

    public override byte* NewPage()
    {
        var page = (byte*)NativeMemory.AlignedAlloc((nuint)_pageBytes, (nuint)_pageBytes);
        Invariant.Holds((ulong)page + (ulong)_pageBytes <= AddressEnd);
        _pages.Push(page);
        return page;
    }

    public override bool TryRelease(byte* page) => false;

    public override byte* NewLarge(long bytes)
    {
        var block = (byte*)NativeMemory.AlignedAlloc((nuint)RoundUp(bytes), (nuint)_pageBytes);
        Invariant.Holds((ulong)block + (ulong)bytes <= AddressEnd);
        NativeMemory.Clear(block, (nuint)RoundUp(bytes));
        return block;
    }

    public override void DropLarge(byte* block, long bytes)
    {
    }

    public override void FreeLarge(byte* block, long bytes) => NativeMemory.AlignedFree(block);

    public override bool TryResizeLarge(byte* block, long bytes, long newBytes) => false;

    public override void Dispose()
    {
        while (_pages.TryPop(out var page)) NativeMemory.AlignedFree(page);
        _pages.Free();
    }
}
