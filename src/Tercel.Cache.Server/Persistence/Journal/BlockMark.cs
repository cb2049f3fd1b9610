using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>A line in front of every block of the journal that vouches for it.</summary>
/// <remarks>Shape: <c>#TC crc length synced</c> and CR LF, 44 bytes in all: CRC-64 of what follows in the line and of
/// the block (16 hexadecimal digits), length of the block without this line (8), and the offset up to which the file
/// was on the disk when the line was made (12). A block is what one write took to the file, so a transaction is
/// never cut by one. Redis skips lines that begin with <c>#</c>, up to 127 bytes; what it appends itself stands
/// behind the blocks without a mark.</remarks>
internal readonly record struct BlockMark(ulong Crc, int Length, long Synced)
{
    public const int Bytes = 44;

    private const int LengthAt = 21;
    private const int SyncedAt = 30;

    public static ReadOnlySpan<byte> Start => "#TC "u8;

    /// <summary>Writes the line in front of a block.</summary>
    public static void Write(Span<byte> target, ReadOnlySpan<byte> block, long synced)
    {
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"#TC {0UL:x16} {block.Length:x8} {synced:x12}\r\n"), target);
        var crc = Crc64.Update(Seed(target), block);
        Utf8Formatter.TryFormat(crc, target[Start.Length..], out _, new StandardFormat('x', 16));
    }

    /// <summary>The part of the checksum that covers the line itself.</summary>
    public static ulong Seed(ReadOnlySpan<byte> line) => Crc64.Update(0, line[LengthAt..Bytes]);

    /// <summary>Reads the line at the start of the bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlockMark mark)
    {
        mark = default;
        if (bytes.Length < Bytes || !bytes.StartsWith(Start) || !bytes[..Bytes].EndsWith("\r\n"u8)) return false;
        if (bytes[LengthAt - 1] != ' ' || bytes[SyncedAt - 1] != ' '
            || !TryHex(bytes[4..(LengthAt - 1)], out var crc)
            || !TryHex(bytes[LengthAt..(SyncedAt - 1)], out var length)
            || !TryHex(bytes[SyncedAt..(Bytes - 2)], out var synced) || length > int.MaxValue)
            return false;
        mark = new BlockMark(crc, (int)length, (long)synced);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out ulong value) =>
        Utf8Parser.TryParse(digits, out value, out var used, 'x') && used == digits.Length;
}
