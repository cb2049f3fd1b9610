using System.Buffers;
using System.Buffers.Binary;
using Tercel.Cache.Server.Persistence.Files;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Checks the checksum at the end of a whole RDB file before anything of it is loaded.</summary>
internal static class RdbChecksum
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Reads the file once.</summary>
    /// <remarks>Errors: <see cref="RdbException"/> when content and checksum differ. A checksum of zero says that the
    /// writer made none.</remarks>
    public static void Verify(IStoredFile file)
    {
        var length = file.Length;
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            if (length < RdbFormat.HeaderBytes + 1 + RdbFormat.ChecksumBytes || !HasChecksum(file, chunk)) return;
            var end = length - RdbFormat.ChecksumBytes;
            ulong crc = 0;
            for (long at = 0; at < end;)
            {
                var count = file.Read(at, chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - at)));
                if (count == 0) RdbException.Throw("the file became shorter while it was read", at);
                crc = Crc64.Update(crc, chunk.AsSpan(0, count));
                at += count;
            }

            ReadFully(file, end, chunk.AsSpan(0, RdbFormat.ChecksumBytes));
            var stored = BinaryPrimitives.ReadUInt64LittleEndian(chunk);
            if (stored != 0 && stored != crc)
                RdbException.Throw(
                    $"the checksum is {crc:x16}, but the file was written with {stored:x16}: some bytes have changed",
                    end);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    // Other damage in the header is the reader's to tell.
    private static bool HasChecksum(IStoredFile file, byte[] chunk)
    {
        ReadFully(file, 0, chunk.AsSpan(0, RdbFormat.HeaderBytes));
        return !"REDIS0004"u8.StartsWith(chunk.AsSpan(0, RdbFormat.HeaderBytes - 1))
            || chunk[RdbFormat.HeaderBytes - 1] > (byte)'4';
    }

    private static void ReadFully(IStoredFile file, long at, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var count = file.Read(at, target);
            if (count == 0) RdbException.Throw("the file became shorter while it was read", at);
            target = target[count..];
            at += count;
        }
    }
}
