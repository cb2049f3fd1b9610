using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>A block on its way to the journal's file, with room in front for its mark.</summary>
/// <remarks>Thread: one at a time. Pooled memory; a buffer that has grown large is given back when cleared.</remarks>
internal sealed class JournalBuffer
{
    private const int KeptBytesMax = 4 << 20;
    private const int FirstBytes = 64 * 1024;

    private byte[] _bytes = [];

    private int _count = BlockMark.Bytes;

    /// <summary>Bytes of the block, without its mark.</summary>
    public int Count => _count - BlockMark.Bytes;

    /// <summary>Sets the mark and gives the block with it.</summary>
    public ReadOnlySpan<byte> Seal(long synced)
    {
        BlockMark.Write(_bytes, _bytes.AsSpan(BlockMark.Bytes, Count), synced);
        return _bytes.AsSpan(0, _count);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - _count) Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    public void Clear()
    {
        _count = BlockMark.Bytes;
        if (_bytes.Length <= KeptBytesMax) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int bytes)
    {
        var wanted = Math.Max(
            _count + (long)bytes, Math.Min(Math.Max(FirstBytes, _bytes.Length * 2L), Array.MaxLength));
        if (wanted > Array.MaxLength)
            throw new InsufficientMemoryException("the disk takes the journal too slowly: 2 GiB wait for it");
        var grown = ArrayPool<byte>.Shared.Rent((int)wanted);
        if (_bytes.Length > 0)
        {
            _bytes.AsSpan(0, _count).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = grown;
    }

    /// <summary>Appends the second that the following commands ran in, as Redis notes it.</summary>
    public void AddTime(long second)
    {
        Span<byte> line = stackalloc byte[32];
        Add(line[..Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"#TS:{second}\r\n"), line)]);
    }

    /// <summary>Appends a SELECT of the database that the following commands work on.</summary>
    public void AddSelect(int database)
    {
        Span<byte> line = stackalloc byte[40];
        var digits = database < 10 ? 1 : 2;
        Add(line[..Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"*2\r\n$6\r\nSELECT\r\n${digits}\r\n{database}\r\n"), line)]);
    }
}
