// Why this is correct: the only pointer is the buffer's own, every write goes through Reserve, which makes the room it
// promises, and nobody keeps the pointer across a call that may move it.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Resp;

/// <summary>Bytes outside the managed heap that grow by doubling: what writers of messages share.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Capacity that stays over a <see cref="Clear"/>; a larger one is given back. Units: bytes.</summary>
    private const int KeptBytesMax = 1 << 20;

    private byte* _start;
    private int _capacity;

    public NativeBuffer(int capacity)
    {
        _start = (byte*)NativeMemory.Alloc((nuint)capacity);
        _capacity = capacity;
    }

    ~NativeBuffer() => Free();

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => new(_start, Length);

    /// <summary>Where the next byte goes, with room for so many. Lifetime: until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Reserve(int bytes)
    {
        if (_capacity - Length < bytes) Grow(bytes);
        return _start + Length;
    }

    /// <summary>Says how many of the reserved bytes were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int bytes) => Length += bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(Reserve(bytes.Length), bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Puts bytes in at a place before the end; what is behind moves.</summary>
    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        Invariant.Holds((uint)at <= (uint)Length);
        Reserve(bytes.Length);
        var moved = new Span<byte>(_start + at, Length - at);
        moved.CopyTo(new Span<byte>(_start + at + bytes.Length, moved.Length));
        bytes.CopyTo(new Span<byte>(_start + at, bytes.Length));
        Length += bytes.Length;
    }

    public void Truncate(int length)
    {
        Invariant.Holds((uint)length <= (uint)Length);
        Length = length;
    }

    public void Clear()
    {
        Length = 0;
        if (_capacity > KeptBytesMax) Resize(KeptBytesMax);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        var needed = (long)Length + bytes;
        if (needed > int.MaxValue) throw new InvalidOperationException("a message of more than 2 GiB");
        Resize((int)Math.Min(int.MaxValue, Math.Max(needed, _capacity * 2L)));
    }

    private void Resize(int capacity)
    {
        _start = (byte*)NativeMemory.Realloc(_start, (nuint)capacity);
        _capacity = capacity;
    }

    private void Free()
    {
        NativeMemory.Free(_start);
        _start = null;
        _capacity = 0;
        Length = 0;
    }
}
