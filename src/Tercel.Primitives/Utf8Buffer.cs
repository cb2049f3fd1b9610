using System.Buffers;
using System.Runtime.CompilerServices;

namespace Tercel.Primitives;

/// <summary>A growing byte buffer on pooled memory, for building a response before its first byte leaves.</summary>
/// <remarks>
/// Units: bytes. Lifetime: rent with <see cref="Rent"/>, return with <see cref="Dispose"/>; spans taken from it end
/// then. Thread: one at a time. Errors: <see cref="Overflowed"/> becomes true, and further writes are dropped, once the
/// content would pass <see cref="BytesMax"/>; the caller checks it once at the end or between rows.
/// </remarks>
public sealed class Utf8Buffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 8 * 1024;

    private byte[] _bytes;
    private int _count;

    // How far the content may go in these bytes: the pool gives larger arrays than it is asked for.
    private int _end;

    private Utf8Buffer(int bytesMax)
    {
        BytesMax = bytesMax;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBytes, bytesMax));
        _end = Math.Min(_bytes.Length, bytesMax);
    }

    /// <summary>The most content the buffer may hold.</summary>
    public int BytesMax { get; }

    /// <summary>True when a write did not fit under <see cref="BytesMax"/>; the content is then incomplete.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public int Count => _count;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <summary>What was written, as memory.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _count);

    /// <summary>Rents a buffer that may hold up to <paramref name="bytesMax"/> bytes.</summary>
    public static Utf8Buffer Rent(int bytesMax) => new(bytesMax);

    /// <summary>Appends bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _end - _count && !Grow(bytes.Length)) return;
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        if (_count == _end && !Grow(1)) return;
        _bytes[_count++] = value;
    }

    /// <summary>Cuts the content back to <paramref name="count"/> bytes.</summary>
    public void Truncate(int count)
    {
        Invariant.Holds(count >= 0 && count <= _count);
        _count = count;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        Invariant.Holds(count >= 0 && count <= _end - _count);
        if (!Overflowed) _count += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_count, _end - _count);
    }

    /// <summary>At least <paramref name="sizeHint"/> writable bytes (at least one).</summary>
    /// <remarks>After an overflow the space is scratch: what is written there is dropped.</remarks>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_count, _end - _count);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _count = _end = 0;
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Reserve(int sizeHint)
    {
        sizeHint = Math.Max(sizeHint, 1);
        if (sizeHint <= _end - _count || Grow(sizeHint)) return;
        // Overflowed: give scratch space so that writers need no check of their own.
        _count = 0;
        if (_bytes.Length < sizeHint)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(sizeHint);
        }

        _end = _bytes.Length;
    }

    private bool Grow(int more)
    {
        if (Overflowed || (long)_count + more > BytesMax)
        {
            Overflowed = true;
            return false;
        }

        var wanted = (int)Math.Min(Math.Max((long)_bytes.Length * 2, (long)_count + more), Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        _bytes.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
        _end = Math.Min(larger.Length, BytesMax);
        return true;
    }
}
