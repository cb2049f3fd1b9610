using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Writes the primitive forms of RDB into a growing buffer.</summary>
/// <remarks>Thread: one. Errors: <see cref="InsufficientMemoryException"/> past 2 GiB, which no entry within
/// <see cref="EngineLimits"/> alone can need except a very large collection.</remarks>
internal sealed class RdbOutput : IDisposable
{
    private const int FirstBytes = 64 * 1024;
    private const int NumberTextMax = 11;

    // Shorter strings do not become smaller. Source: rdbSaveRawString of redis/src/rdb.c.
    private const int PackedBytesMin = 21;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _count;

    private int[] _heads = [];

    public int Count => _count;

    /// <summary>Whether long strings are compressed (<c>rdbcompression</c>).</summary>
    public bool Compresses { get; init; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    public void Clear() => _count = 0;

    public void Truncate(int count) => _count = count;

    public void Byte(byte value)
    {
        Room(1);
        _bytes[_count++] = value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    public void Length(ulong length)
    {
        Room(9);
        var target = _bytes.AsSpan(_count);
        switch (length)
        {
            case < 1 << 6:
                target[0] = (byte)length;
                _count += 1;
                break;
            case < 1 << 14:
                BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(length | 1 << 14));
                _count += 2;
                break;
            case <= uint.MaxValue:
                target[0] = 0x80;
                BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)length);
                _count += 5;
                break;
            default:
                target[0] = 0x81;
                BinaryPrimitives.WriteUInt64BigEndian(target[1..], length);
                _count += 9;
                break;
        }
    }

    /// <summary>A string; what is the text of a number of up to 32 bits takes at most five bytes.</summary>
    public void String(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is > 0 and <= NumberTextMax && RespNumber.TryInteger(bytes, out var number)
            && TryNumber(number))
            return;
        if (Compresses && bytes.Length >= PackedBytesMin && TryPacked(bytes)) return;
        Length((ulong)bytes.Length);
        Bytes(bytes);
    }

    public void UInt32(uint value)
    {
        Room(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_count), value);
        _count += 4;
    }

    public void UInt64(ulong value)
    {
        Room(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_count), value);
        _count += 8;
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Room for a count that is not known yet, to be set with <see cref="SetCount"/>.</summary>
    public int BeginCount()
    {
        Byte(0x80);
        UInt32(0);
        return _count - 4;
    }

    public void SetCount(int mark, uint count) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(mark), count);

    public void SetUInt32(int mark, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(mark), value);

    /// <summary>Moves what was written from <paramref name="second"/> on in front of what begins at
    /// <paramref name="first"/>.</summary>
    public void MoveForward(int first, int second)
    {
        var tail = _bytes.AsSpan(second, _count - second).ToArray();
        _bytes.AsSpan(first, second - first).CopyTo(_bytes.AsSpan(first + tail.Length));
        tail.CopyTo(_bytes.AsSpan(first));
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _count = 0;
    }

    private bool TryPacked(ReadOnlySpan<byte> bytes)
    {
        if (_heads.Length == 0) _heads = new int[Lzf.HeadCount];
        var packed = ArrayPool<byte>.Shared.Rent(bytes.Length);
        // What saves less than four bytes is not worth the time to unpack it.
        var count = Lzf.Pack(bytes, packed.AsSpan(0, bytes.Length - 4), _heads);
        if (count > 0)
        {
            Byte(0xC0 | RdbFormat.EncodedLzf);
            Length((ulong)count);
            Length((ulong)bytes.Length);
            Bytes(packed.AsSpan(0, count));
        }

        ArrayPool<byte>.Shared.Return(packed);
        return count > 0;
    }

    private bool TryNumber(long number)
    {
        Room(5);
        var target = _bytes.AsSpan(_count);
        const byte Encoded = 0xC0;
        if (number == (sbyte)number)
        {
            target[0] = Encoded | RdbFormat.EncodedInt8;
            target[1] = (byte)number;
            _count += 2;
        }
        else if (number == (short)number)
        {
            target[0] = Encoded | RdbFormat.EncodedInt16;
            BinaryPrimitives.WriteInt16LittleEndian(target[1..], (short)number);
            _count += 3;
        }
        else if (number == (int)number)
        {
            target[0] = Encoded | RdbFormat.EncodedInt32;
            BinaryPrimitives.WriteInt32LittleEndian(target[1..], (int)number);
            _count += 5;
        }
        else
        {
            return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Room(int bytes)
    {
        if (bytes > _bytes.Length - _count) Grow(bytes);
    }

    private void Grow(int bytes)
    {
        var wanted = Math.Max(_count + (long)bytes, Math.Min(_bytes.Length * 2L, Array.MaxLength));
        if (wanted > Array.MaxLength)
            throw new InsufficientMemoryException("one entry takes more than 2 GiB in a snapshot");
        var grown = ArrayPool<byte>.Shared.Rent((int)wanted);
        Written.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
