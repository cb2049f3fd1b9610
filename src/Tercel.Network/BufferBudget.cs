using System.Runtime.InteropServices;

namespace Tercel.Network;

// Memory outside the managed heap for input and output that connections keep, under one maximum for all loops.
// A pointer given out is its taker's alone until it is given back with the size it was taken with.
internal sealed unsafe class BufferBudget(NetworkOptions options)
{
    private readonly NetworkOptions _options = options;
    private long _bytes;

    /// <summary>Bytes taken now. Any thread.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Null when the maximum would be passed.</summary>
    public byte* TryTake(int bytes)
    {
        if (!TryCharge(bytes)) return null;
        return (byte*)NativeMemory.Alloc((nuint)bytes);
    }

    /// <summary>Null when the maximum would be passed; the old block is then still the caller's.</summary>
    public byte* TryGrow(byte* block, int oldBytes, int newBytes)
    {
        if (!TryCharge(newBytes - oldBytes)) return null;
        return (byte*)NativeMemory.Realloc(block, (nuint)newBytes);
    }

    public void Return(byte* block, int bytes)
    {
        if (block is null) return;
        NativeMemory.Free(block);
        Interlocked.Add(ref _bytes, -bytes);
    }

    private bool TryCharge(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= _options.BufferBytesMax) return true;
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }
}
