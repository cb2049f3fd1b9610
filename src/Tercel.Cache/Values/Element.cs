// Unsafe: looks at bytes of a block that the collection owns; ends with the next change to the collection.
using System.Buffers.Binary;

namespace Tercel.Cache.Values;

/// <summary>One field of a hash with its value, or one member of a set.</summary>
/// <remarks>Lifetime: until the next change to the collection, or until the shard is left. <c>default</c> is an empty
/// field without a value.</remarks>
public readonly unsafe ref struct Element
{
    private readonly byte* _field;
    private readonly byte* _expiry;
    private readonly int _fieldBytes;
    private readonly int _valueBytes;

    internal Element(byte* field, int fieldBytes, int valueBytes, byte* expiry)
    {
        _field = field;
        _fieldBytes = fieldBytes;
        _valueBytes = valueBytes;
        _expiry = expiry;
    }

    /// <summary>The field's name, or the member.</summary>
    public ReadOnlySpan<byte> Field => new(_field, _fieldBytes);

    /// <summary>The field's value; empty in a set.</summary>
    public ReadOnlySpan<byte> Value => new(_field + _fieldBytes, _valueBytes);

    /// <summary>When the field expires. Units: Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs => _expiry == null ? 0 : ReadExpiry(_expiry);

    /// <summary>Whether its time is up.</summary>
    public bool IsExpired(long nowMs) => _expiry != null && ReadExpiry(_expiry) is var at && at != 0 && at < nowMs;

    internal byte* FieldStart => _field;

    internal int FieldBytes => _fieldBytes;

    internal int ValueBytes => _valueBytes;

    /// <summary>The first byte behind the value.</summary>
    internal byte* End => _field + _fieldBytes + _valueBytes;

    /// <summary>Where the six bytes of its expiry are; null = it has no room for one.</summary>
    internal byte* Expiry => _expiry;

    /// <summary>Size of a stored expiry: 48 bits reach the year 10889. Units: bytes.</summary>
    internal const int ExpiryBytes = 6;

    internal const long ExpiryMsMax = (1L << 48) - 1;

    internal static long ReadExpiry(byte* at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(at, 4)) | (long)(at[4] | at[5] << 8) << 32;

    internal static void WriteExpiry(byte* at, long expireAtMs)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(at, 4), (uint)expireAtMs);
        at[4] = (byte)(expireAtMs >> 32);
        at[5] = (byte)(expireAtMs >> 40);
    }
}

/// <summary>Sees the elements of a collection one by one; must not change it.</summary>
public interface IElementVisitor
{
    /// <summary>Sees one element.</summary>
    void Visit(in Element element);
}
