using System.Buffers.Text;

namespace Tercel.Bench.Cache.Load;

/// <summary>Appends bytes and numbers to a buffer.</summary>
internal ref struct ByteWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    public int Length { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[Length..]);
        Length += bytes.Length;
    }

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, _target[Length..], out var written);
        Length += written;
    }

    /// <summary>A key of 16 bytes: four letters and twelve digits.</summary>
    public void AddKey(ReadOnlySpan<byte> prefix, int number)
    {
        Add(prefix);
        Utf8Formatter.TryFormat(number, _target[Length..], out var written, new('D', 12));
        Length += written;
    }
}
