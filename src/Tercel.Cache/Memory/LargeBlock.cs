// Unsafe: the header lies before the block that the heap gave out; only the heap writes it.
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>The header of a block that has memory of its own, in a list of all such blocks of a heap.</summary>
[StructLayout(LayoutKind.Sequential, Size = HeaderBytes)]
internal unsafe struct LargeBlock
{
    /// <summary>A cache line, so that the block is aligned as its memory is.</summary>
    public const int HeaderBytes = 64;

    public LargeBlock* Next;
    public LargeBlock* Previous;

    /// <summary>Size of the block without this header.</summary>
    public int Bytes;

    public static byte* Take(PagePool pool, ref LargeBlock* first, int bytes)
    {
        var block = (LargeBlock*)pool.TakeLarge((long)bytes + HeaderBytes);
        *block = new LargeBlock { Bytes = bytes, Next = first };
        if (first != null) first->Previous = block;
        first = block;
        return (byte*)block + HeaderBytes;
    }

    public static void Return(PagePool pool, ref LargeBlock* first, byte* memory, int bytes)
    {
        var block = (LargeBlock*)(memory - HeaderBytes);
        Invariant.Holds(block->Bytes == bytes);
        if (block->Previous != null) block->Previous->Next = block->Next;
        else first = block->Next;
        if (block->Next != null) block->Next->Previous = block->Previous;
        pool.ReturnLarge((byte*)block, (long)bytes + HeaderBytes);
    }
}
