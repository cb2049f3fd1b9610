using System.Runtime.InteropServices;

namespace Tercel.Cache.Memory;

/// <summary>All memory of a keyspace: equal pages and a few large blocks, counted against one maximum.</summary>
/// <remarks>Thread: any; pages are handed out under a short lock, which is rare next to the work done in a page.
/// Lifetime: a page belongs to its taker until returned. Errors: never refuses; the keyspace makes room before a
/// command runs, and a command may overdraw by what it stores.</remarks>
internal sealed unsafe class PagePool
{
    public PagePool(long bytesMax, int pageBytes)
    {
        BytesMax = bytesMax;
        PageBytes = pageBytes;
    }

    /// <summary>The maximum. Units: bytes. May change while running.</summary>
    public long BytesMax { get; set; }

    /// <summary>Size of a page. Units: bytes; a power of two, and pages are aligned to it.</summary>
    public int PageBytes { get; }

    /// <summary>Pages and blocks in use. Units: bytes.</summary>
    public long BytesUsed { get; private set; }

    /// <summary>Takes one page; its bytes are not cleared.</summary>
    public byte* Take()
    {
        BytesUsed += PageBytes;
        return (byte*)NativeMemory.AlignedAlloc((nuint)PageBytes, (nuint)PageBytes);
    }

    /// <summary>Returns a page taken before.</summary>
    public void Return(byte* page)
    {
        BytesUsed -= PageBytes;
        NativeMemory.AlignedFree(page);
    }

    /// <summary>Takes a block larger than a page can serve; cleared, aligned to 4 KiB.</summary>
    public byte* TakeLarge(long bytes)
    {
        BytesUsed += bytes;
        return (byte*)NativeMemory.AllocZeroed((nuint)bytes);
    }

    /// <summary>Returns a large block with the size it was taken or last resized with.</summary>
    public void ReturnLarge(byte* block, long bytes)
    {
        BytesUsed -= bytes;
        NativeMemory.Free(block);
    }

    /// <summary>Grows or shrinks a large block; new bytes are zero, the address may change.</summary>
    public byte* ResizeLarge(byte* block, long bytes, long newBytes)
    {
        BytesUsed += newBytes - bytes;
        var moved = (byte*)NativeMemory.Realloc(block, (nuint)newBytes);
        if (newBytes > bytes) NativeMemory.Clear(moved + bytes, (nuint)(newBytes - bytes));
        return moved;
    }
}
