// Unsafe: pointers to pages and blocks that the same heap took from the pool; nothing else writes these headers.
using System.Runtime.InteropServices;

namespace Tercel.Cache.Memory;

/// <summary>The header of a page of a <see cref="NodeHeap"/>, and of a block too large for a page.</summary>
/// <remarks>Shape: 64 bytes at the start of the page, blocks behind it. <c>default</c> is never valid.</remarks>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct HeapPage
{
    /// <summary>Size of the header; blocks begin behind it.</summary>
    public const int Bytes = 64;

    /// <summary>Neighbours among the pages of the same class that have a free block.</summary>
    public HeapPage* Next;
    public HeapPage* Previous;

    /// <summary>Neighbours among all pages, or all large blocks, of the heap.</summary>
    public HeapPage* AllNext;
    public HeapPage* AllPrevious;

    /// <summary>First free block; each holds the address of the next.</summary>
    public byte* Free;

    /// <summary>Size of every block. Units: bytes.</summary>
    public int BlockBytes;

    /// <summary>Blocks in use.</summary>
    public int Used;

    /// <summary>Where the part begins that was never cut into blocks yet. Units: bytes from the page's start.</summary>
    public int Fresh;

    /// <summary>Whether a block is left.</summary>
    public readonly bool IsOpen(int pageBytes) => Free != null || Fresh + BlockBytes <= pageBytes;
}
