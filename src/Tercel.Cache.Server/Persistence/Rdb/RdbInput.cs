using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Reads the primitive forms of RDB (bytes, lengths, strings) from a file or from memory.</summary>
/// <remarks>
/// Thread: one. Every length is checked against what is left before anything is allocated for it. Lifetime of a span:
/// until the next read. Errors: <see cref="RdbException"/> with the offset; failures of the file pass through.
/// </remarks>
internal sealed class RdbInput : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly IStoredFile? _file;
    private readonly long _length;
    private byte[] _window;
    private byte[] _unpacked = [];
    private int _at;
    private int _end;
    // Offset of _window[0].
    private long _base;

    /// <summary>Reads a file from an offset to its end; the file stays the caller's.</summary>
    public RdbInput(IStoredFile file, long from = 0)
    {
        _file = file;
        _base = from;
        _length = file.Length;
        _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    }

    /// <summary>Reads a copy of <paramref name="bytes"/>.</summary>
    public RdbInput(ReadOnlySpan<byte> bytes)
    {
        _window = ArrayPool<byte>.Shared.Rent(Math.Max(1, bytes.Length));
        bytes.CopyTo(_window);
        _end = bytes.Length;
        _length = bytes.Length;
    }

    /// <summary>Where the next byte comes from. Units: bytes.</summary>
    public long Offset => _base + _at;

    /// <summary>Bytes from here to the end.</summary>
    public long Left => _length - Offset;

    public byte Byte()
    {
        if (_at == _end) Fill(1);
        return _window[_at++];
    }

    /// <summary>That many bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count > _end - _at) Fill(count);
        var bytes = new ReadOnlySpan<byte>(_window, _at, (int)count);
        _at += (int)count;
        return bytes;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8));

    /// <summary>A time as eight bytes. Units: milliseconds; negative times are damage.</summary>
    public long TimeMs()
    {
        var at = Offset;
        var time = (long)UInt64();
        if (time < 0) RdbException.Throw("a time is negative", at);
        return time;
    }

    /// <summary>An unsigned number.</summary>
    public ulong Length()
    {
        var at = Offset;
        var length = Length(out var encoded);
        if (encoded) RdbException.Throw("a string encoding stands where a length is due", at);
        return length;
    }

    /// <summary>Number of things that follow, each at least <paramref name="bytesEach"/> long.</summary>
    public long Count(int bytesEach)
    {
        var at = Offset;
        var count = Length();
        if (count > (ulong)(Left / bytesEach))
            RdbException.Throw($"{count} items are announced, but only {Left} bytes follow", at);
        return (long)count;
    }

    /// <summary>A byte string in any of its forms.</summary>
    public ReadOnlySpan<byte> String()
    {
        var at = Offset;
        var length = Length(out var encoded);
        if (encoded) return Encoded((byte)length, at);
        if (length > EngineLimits.ValueBytesMax || length > (ulong)Left) ThrowStringLength(length, at);
        return Bytes((long)length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        if (_unpacked.Length > 0) ArrayPool<byte>.Shared.Return(_unpacked);
        _window = [];
        _unpacked = [];
        _at = _end = 0;
    }

    private void ThrowStringLength(ulong length, long at)
    {
        if (length > (ulong)Left)
            RdbException.Throw($"a string of {length} bytes is announced, but only {Left} bytes follow", at);
        RdbException.Throw($"a string of {length} bytes is over the limit of {EngineLimits.ValueBytesMax}", at);
    }

    private ulong Length(out bool encoded)
    {
        var first = Byte();
        encoded = first >> 6 == 3;
        switch (first >> 6)
        {
            case 0:
            case 3: return (ulong)(first & 63);
            case 1: return (ulong)(first & 63) << 8 | Byte();
        }

        if (first == 0x80) return BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));
        if (first != 0x81) RdbException.Throw($"0x{first:x2} is no length", Offset - 1);
        return BinaryPrimitives.ReadUInt64BigEndian(Bytes(8));
    }

    private ReadOnlySpan<byte> Encoded(byte encoding, long at)
    {
        switch (encoding)
        {
            case RdbFormat.EncodedInt8: return Text((sbyte)Byte());
            case RdbFormat.EncodedInt16: return Text(BinaryPrimitives.ReadInt16LittleEndian(Bytes(2)));
            case RdbFormat.EncodedInt32: return Text(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
            case RdbFormat.EncodedLzf: return Unpack(at);
            default:
                RdbException.Throw(
                    string.Create(CultureInfo.InvariantCulture, $"string encoding {encoding} is unknown"), at);
                return default;
        }
    }

    private ReadOnlySpan<byte> Text(long number)
    {
        Room(RespNumber.TextBytesMax);
        return _unpacked.AsSpan(0, RespNumber.Format(number, _unpacked));
    }

    private ReadOnlySpan<byte> Unpack(long at)
    {
        var packed = Length();
        var full = Length();
        if (packed > (ulong)Left || full > EngineLimits.ValueBytesMax || full > packed * Lzf.ExpansionMax)
            RdbException.Throw($"a compressed string of {packed} bytes cannot give {full}", at);
        Room((int)full);
        var target = _unpacked.AsSpan(0, (int)full);
        if (!Lzf.TryUnpack(Bytes((long)packed), target))
            RdbException.Throw("a compressed string is damaged", at);
        return target;
    }

    private void Room(int bytes)
    {
        if (_unpacked.Length >= bytes) return;
        if (_unpacked.Length > 0) ArrayPool<byte>.Shared.Return(_unpacked);
        _unpacked = ArrayPool<byte>.Shared.Rent(bytes);
    }

    // Moves what is left to the front of the window and reads on, until so many bytes are there.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fill(long count)
    {
        if (count > Left || _file is null)
            RdbException.Throw($"the end comes {count - Left} bytes too early", Offset);
        var rest = _end - _at;
        var target = _window;
        if (count > _window.Length) target = ArrayPool<byte>.Shared.Rent((int)count);
        _window.AsSpan(_at, rest).CopyTo(target);
        if (target != _window) ArrayPool<byte>.Shared.Return(_window);
        _window = target;
        _base += _at;
        _at = 0;
        for (_end = rest; _end < count;)
        {
            var read = _file.Read(_base + _end, _window.AsSpan(_end));
            if (read == 0) RdbException.Throw("the file became shorter while it was read", _base + _end);
            _end += read;
        }
    }
}
