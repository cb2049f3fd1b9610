using System.Buffers.Binary;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>One element of a packed form: bytes or a number.</summary>
internal ref struct PackedElement
{
    public ReadOnlySpan<byte> Bytes;
    public long Number;
    public bool IsNumber;

    /// <summary>The element as bytes; a number is written into <paramref name="scratch"/> first.</summary>
    public readonly ReadOnlySpan<byte> Text(Span<byte> scratch) =>
        IsNumber ? scratch[..Resp.RespNumber.Format(Number, scratch)] : Bytes;
}

/// <summary>Walks a listpack.</summary>
/// <remarks>Shape: total bytes (4), number of elements (2, 65535 = unknown), elements, 255. An element is an encoding
/// byte, its data and its own length for walking backwards. Errors: false and <see cref="IsDamaged"/>.
/// Source: redis/src/listpack.c.</remarks>
internal ref struct Listpack
{
    private const int HeaderBytes = 6;

    private ReadOnlySpan<byte> _left;
    private readonly int _announced;
    private int _seen;

    public Listpack(ReadOnlySpan<byte> bytes)
    {
        IsDamaged = bytes.Length < HeaderBytes + 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length;
        _left = IsDamaged ? default : bytes[HeaderBytes..];
        _announced = IsDamaged ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
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

        var size = Decode(ref element);
        if (size < 0 || size + BackBytes(size) >= _left.Length)
        {
            IsDamaged = true;
            return false;
        }

        _left = _left[(size + BackBytes(size))..];
        _seen++;
        return true;
    }

    // Bytes of encoding and data; negative when they do not fit.
    private readonly int Decode(ref PackedElement element)
    {
        var first = _left[0];
        element.IsNumber = true;
        if (first < 0x80) return Number(ref element, first, 1);
        if (first < 0xC0) return Text(ref element, 1, (uint)(first & 0x3F));
        if (_left.Length < 2) return -1;
        if (first < 0xE0) return Number(ref element, ((first & 0x1F) << 8 | _left[1]) << 19 >> 19, 2);
        if (first < 0xF0) return Text(ref element, 2, (uint)((first & 0x0F) << 8 | _left[1]));
        if (first > 0xF4 || _left.Length < 1 + DataBytes(first)) return -1;
        var data = _left[1..];
        return first switch
        {
            0xF0 => Text(ref element, 5, BinaryPrimitives.ReadUInt32LittleEndian(data)),
            0xF1 => Number(ref element, BinaryPrimitives.ReadInt16LittleEndian(data), 3),
            0xF2 => Number(ref element, (data[0] | data[1] << 8 | data[2] << 16) << 8 >> 8, 4),
            0xF3 => Number(ref element, BinaryPrimitives.ReadInt32LittleEndian(data), 5),
            _ => Number(ref element, BinaryPrimitives.ReadInt64LittleEndian(data), 9),
        };
    }

    private static int DataBytes(byte encoding) => encoding switch { 0xF1 => 2, 0xF2 => 3, 0xF4 => 8, _ => 4 };

    private static int Number(ref PackedElement element, long number, int size)
    {
        element.Number = number;
        return size;
    }

    private readonly int Text(ref PackedElement element, int start, uint length)
    {
        if (length > (uint)(_left.Length - start)) return -1;
        element.IsNumber = false;
        element.Bytes = _left.Slice(start, (int)length);
        return start + (int)length;
    }

    private static int BackBytes(int size) =>
        size switch { <= 127 => 1, < 16383 => 2, < 2097151 => 3, < 268435455 => 4, _ => 5 };
}
