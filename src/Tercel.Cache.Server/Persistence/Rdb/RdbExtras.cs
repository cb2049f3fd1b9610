using System.Buffers.Binary;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>What our entries have and RDB has no place for, in an AUX field in front of the entry: any Redis skips
/// it.</summary>
/// <remarks>Shape: parts, each a byte that names it: 1 = client flags (4 bytes); 2 = number of a set of tags (4); 3 =
/// times of fields: count (4), then index of the field in the hash (4, rising) and Unix milliseconds (8) for each.
/// Numbers are little endian. Names of tags: count (4), then length (4) and bytes of each.</remarks>
internal ref struct RdbExtras
{
    public const byte ClientFlagsPart = 1;
    public const byte TagSetPart = 2;
    public const byte FieldTimesPart = 3;

    /// <summary>Bytes of one field's index and time.</summary>
    public const int FieldTimeBytes = 12;

    /// <summary>Latest time an entry can hold: 48 bits.</summary>
    public const ulong TimeMsMax = (1UL << 48) - 1;

    public uint ClientFlags;
    public uint TagSet;
    public Range FieldTimes;

    /// <summary>Takes the parts apart; false when they do not fit their own lengths.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RdbExtras extras)
    {
        extras = default;
        for (var at = 0; at < bytes.Length;)
        {
            var part = bytes[at++];
            if (bytes.Length - at < 4) return false;
            var number = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            at += 4;
            if (part == ClientFlagsPart) extras.ClientFlags = number;
            else if (part == TagSetPart) extras.TagSet = number;
            else if (part != FieldTimesPart || (long)number * FieldTimeBytes > bytes.Length - at) return false;
            else at = (extras.FieldTimes = at..(at + (int)number * FieldTimeBytes)).End.Value;
        }

        return true;
    }
}

/// <summary>Tells the time to live of each field of a hash, asked for in rising order.</summary>
internal ref struct FieldTimes(ReadOnlySpan<byte> times)
{
    private ReadOnlySpan<byte> _left = times;

    /// <summary>Unix milliseconds; 0 = the field lives as long as its key.</summary>
    public long Next(long index)
    {
        if (_left.Length == 0 || BinaryPrimitives.ReadUInt32LittleEndian(_left) != index) return 0;
        var time = BinaryPrimitives.ReadInt64LittleEndian(_left[4..]);
        _left = _left[RdbExtras.FieldTimeBytes..];
        return Math.Max(0, time);
    }
}
