using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tercel.Client;

/// <summary>A key, field or value on its way to the server: text (sent as UTF-8), bytes or a number.</summary>
/// <remarks><c>default</c> is the empty string. Bytes are not copied: they must not change until the call is
/// done.</remarks>
[SuppressMessage("Usage", "CA2225", Justification = "The conversions exist so that calls read naturally.")]
public readonly struct CacheValue
{
    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    private CacheValue(string? text, ReadOnlyMemory<byte> bytes)
    {
        _text = text;
        _bytes = bytes;
    }

    /// <summary>Text, sent as UTF-8.</summary>
    public static implicit operator CacheValue(string text) => new(text, default);

    /// <summary>Bytes.</summary>
    public static implicit operator CacheValue(byte[] bytes) => new(null, bytes);

    /// <summary>Bytes.</summary>
    public static implicit operator CacheValue(ReadOnlyMemory<byte> bytes) => new(null, bytes);

    /// <summary>An integer, sent as decimal text.</summary>
    public static implicit operator CacheValue(long number) =>
        new(number.ToString(CultureInfo.InvariantCulture), default);

    /// <summary>A floating point number, sent so that it reads back to the same.</summary>
    public static implicit operator CacheValue(double number) =>
        new(number.ToString("R", CultureInfo.InvariantCulture), default);

    /// <summary>Upper bound of the bytes it is sent as.</summary>
    internal int BytesMax => _text is null ? _bytes.Length : Encoding.UTF8.GetMaxByteCount(_text.Length);

    /// <summary>The bytes it is sent as.</summary>
    public byte[] ToArray() => _text is null ? _bytes.ToArray() : Encoding.UTF8.GetBytes(_text);

    internal int CopyTo(Span<byte> target)
    {
        if (_text is not null) return Encoding.UTF8.GetBytes(_text, target);
        _bytes.Span.CopyTo(target);
        return _bytes.Length;
    }

    internal int Length => _text is null ? _bytes.Length : Encoding.UTF8.GetByteCount(_text);
}
