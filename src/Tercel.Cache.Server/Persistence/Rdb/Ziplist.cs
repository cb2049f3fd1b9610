using System.Buffers.Binary;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Walks a ziplist, the packed form of Redis before 7.0.</summary>
/// <remarks>Shape: total bytes (4), offset of the tail (4), number of elements (2, 65535 = unknown), elements, 255.
/// An element is the length of the one before (1 or 5 bytes), an encoding and data. Errors: false and
/// <see cref="IsDamaged"/>. Source: redis/src/ziplist.c.</remarks>
internal ref struct Ziplist
{
    private const int HeaderBytes = 10;

    private ReadOnlySpan<byte> _left;
    private readonly int _announced;
    private int _seen;

    public Ziplist(ReadOnlySpan<byte> bytes)
    {
        IsDamaged = bytes.Length < HeaderBytes + 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length;
        _left = IsDamaged ? default : bytes[HeaderBytes..];
        _announced = IsDamaged ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
    }

    public bool IsDamaged { get; private set; }

    /// <summary>The next element; false at the end or at damage.</summary>
    public bool TryNext(ref PackedElement element)
    {
        if (IsDamaged || _left.Length == 0 || _left[0] == 255)
        {
            if (_left.Length != 1 || (_announced != 65535 && _announced != _seen)) IsDamaged = true;
            return false;
        }

        var previous = _left[0] == 254 ? 5 : 1;
        var size = previous < _left.Length ? Decode(_left[previous..], ref element) : -1;
        if (size < 0 || previous + size >= _left.Length)
        {
            IsDamaged = true;
            return false;
        }

        _left = _left[(previous + size)..];
        _seen++;
        return true;
    }

    // Bytes of encoding and data; negative when they do not fit.
    private static int Decode(ReadOnlySpan<byte> bytes, ref PackedElement element)
    {
        var first = bytes[0];
        var data = bytes[1..];
        element.IsNumber = first >= 0xC0;
        switch (first >> 6)
        {
            case 0: return Text(bytes, ref element, 1, (uint)(first & 0x3F));
            case 1: return data.Length < 1 ? -1 : Text(bytes, ref element, 2, (uint)((first & 0x3F) << 8 | data[0]));
            case 2:
                if (first != 0x80 || data.Length < 4) return -1;
                return Text(bytes, ref element, 5, BinaryPrimitives.ReadUInt32BigEndian(data));
        }

        if (first is >= 0xF1 and <= 0xFD)
        {
            element.Number = (first & 0x0F) - 1;
            return 1;
        }

        var size = first switch { 0xC0 => 2, 0xD0 => 4, 0xE0 => 8, 0xF0 => 3, 0xFE => 1, _ => int.MaxValue };
        if (size > data.Length) return -1;
        element.Number = first switch
        {
            0xC0 => BinaryPrimitives.ReadInt16LittleEndian(data),
            0xD0 => BinaryPrimitives.ReadInt32LittleEndian(data),
            0xE0 => BinaryPrimitives.ReadInt64LittleEndian(data),
            0xF0 => (data[0] | data[1] << 8 | data[2] << 16) << 8 >> 8,
            _ => (sbyte)data[0],
        };
        return 1 + size;
    }

    private static int Text(ReadOnlySpan<byte> bytes, ref PackedElement element, int start, uint length)
    {
        if (length > (uint)(bytes.Length - start)) return -1;
        element.Bytes = bytes.Slice(start, (int)length);
        return start + (int)length;
    }
}

/// <summary>Walks a zipmap, the small hash of Redis before 2.6.</summary>
/// <remarks>Shape: a count (254 and up = unknown), then fields and values in turn, then 255. A length is one byte, or
/// 254 and four more; behind a value's length stands a byte of unused room. Source: redis/src/zipmap.c.</remarks>
internal ref struct Zipmap
{
    private ReadOnlySpan<byte> _left;

    public Zipmap(ReadOnlySpan<byte> bytes)
    {
        IsDamaged = bytes.Length < 2;
        _left = IsDamaged ? default : bytes[1..];
    }

    public bool IsDamaged { get; private set; }

    public bool TryNext(out ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        field = value = default;
        if (IsDamaged || _left is [255])
            return false;
        IsDamaged = !TryText(0, out field) || !TryText(1, out value);
        return !IsDamaged;
    }

    private bool TryText(int roomBytes, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_left.Length == 0 || _left[0] == 255) return false;
        var start = _left[0] == 254 ? 5 : 1;
        if (start + roomBytes > _left.Length) return false;
        long length = start == 1 ? _left[0] : BinaryPrimitives.ReadUInt32LittleEndian(_left[1..]);
        var unused = roomBytes == 0 ? 0 : _left[start];
        start += roomBytes;
        // The end mark comes behind, so something is always left.
        if (length + unused >= _left.Length - start) return false;
        text = _left.Slice(start, (int)length);
        _left = _left[(start + (int)length + unused)..];
        return true;
    }
}

/// <summary>Looks into an intset: width of a number (4), count (4), numbers in rising order.</summary>
internal readonly ref struct Intset
{
    private readonly ReadOnlySpan<byte> _numbers;
    private readonly int _width;

    public Intset(ReadOnlySpan<byte> bytes)
    {
        IsDamaged = true;
        if (bytes.Length < 8) return;
        var width = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (width is not (2 or 4 or 8)) return;
        _width = (int)width;
        _numbers = bytes[8..];
        IsDamaged = (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) * _width != _numbers.Length;
    }

    public bool IsDamaged { get; }

    public int Count => IsDamaged ? 0 : _numbers.Length / _width;

    public long this[int index]
    {
        get
        {
            var number = _numbers[(index * _width)..];
            return _width switch
            {
                2 => BinaryPrimitives.ReadInt16LittleEndian(number),
                4 => BinaryPrimitives.ReadInt32LittleEndian(number),
                _ => BinaryPrimitives.ReadInt64LittleEndian(number),
            };
        }
    }
}
