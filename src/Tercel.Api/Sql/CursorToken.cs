using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>A place in a list as clients carry it: opaque, signed, and bound to the list's rows and order.</summary>
/// <remarks>
/// Shape: Base64Url of <c>version, flags, then either an offset or the sort values, then 16 bytes of HMAC-SHA256</c>.
/// The HMAC also covers the list's fingerprint and its values, so that a cursor of another list does not verify.
/// </remarks>
internal sealed record CursorToken(bool IsBackward, SqlValue[] Values, int? Offset)
{
    private const byte Version = 1;
    private const byte Backward = 1;
    private const byte HasOffset = 2;
    private const int MacBytes = 16;
    private const int TokenCharsMax = 6000;

    // A token, its fingerprint, and the values of the longest query string, two bytes for each character.
    private const int SignedBytesMax = 4 * 1024 * 1024;

    /// <summary>Which statement continues from here.</summary>
    public CursorForm Form
    {
        get
        {
            var mask = 0;
            for (var i = 0; i < Values.Length; i++)
                if (Values[i].IsNull) mask |= 1 << i;
            return new CursorForm(IsBackward, mask);
        }
    }

    /// <summary>The text for URLs; null when the sort values are too long to travel in one.</summary>
    public string? Write(ReadOnlySpan<byte> secret, CompiledList list, ReadInputs inputs)
    {
        using var bytes = Utf8Buffer.Rent(SignedBytesMax);
        bytes.WriteByte(Version);
        bytes.WriteByte((byte)((IsBackward ? Backward : 0) | (Offset is null ? 0 : HasOffset)));
        if (Offset is { } offset) WriteLong(bytes, offset);
        foreach (var value in Values) WriteValue(bytes, value);
        var count = bytes.Count;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TrySign(bytes, secret, list, inputs, mac)) return null;
        bytes.Truncate(count);
        bytes.Write(mac[..MacBytes]);
        var isShort = Base64Url.GetEncodedLength(bytes.Count) <= TokenCharsMax;
        return isShort ? Base64Url.EncodeToString(bytes.Written) : null;
    }

    /// <summary>Reads a token back; null when it is damaged or belongs to another list.</summary>
    public static CursorToken? Read(string text, ReadOnlySpan<byte> secret, CompiledList list, ReadInputs inputs)
    {
        if (text.Length > TokenCharsMax || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < 2 + MacBytes || bytes[0] != Version) return null;
        var payload = bytes.AsSpan(0, bytes.Length - MacBytes);
        using var signed = Utf8Buffer.Rent(SignedBytesMax);
        signed.Write(payload);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TrySign(signed, secret, list, inputs, mac)) return null;
        if (!CryptographicOperations.FixedTimeEquals(mac[..MacBytes], bytes.AsSpan(payload.Length))) return null;
        var rest = (ReadOnlySpan<byte>)payload[2..];
        int? offset = null;
        if ((bytes[1] & HasOffset) != 0)
        {
            offset = (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            rest = rest[8..];
        }

        var values = new List<SqlValue>();
        while (!rest.IsEmpty) values.Add(TakeValue(ref rest));
        var token = new CursorToken((bytes[1] & Backward) != 0, [.. values], offset);
        return offset is not null || values.Count == list.Plan.Sort.Length ? token : null;
    }

    // The signature covers the payload that is in the buffer, and what the cursor belongs to.
    private static bool TrySign(
        Utf8Buffer bytes, ReadOnlySpan<byte> secret, CompiledList list, ReadInputs inputs, Span<byte> mac)
    {
        list.WriteFingerprint(bytes, inputs);
        if (bytes.Overflowed) return false;
        HMACSHA256.HashData(secret, bytes.Written, mac);
        return true;
    }

    private static void WriteValue(Utf8Buffer bytes, SqlValue value)
    {
        bytes.WriteByte((byte)value.Kind);
        switch (value.Kind)
        {
            case SqlKind.Null: break;
            case SqlKind.Integer: WriteLong(bytes, value.Integer); break;
            case SqlKind.Real: WriteLong(bytes, BitConverter.DoubleToInt64Bits(value.Real)); break;
            default:
                WriteLong(bytes, value.Bytes.Length);
                bytes.Write(value.Bytes.Span);
                break;
        }
    }

    private static void WriteLong(Utf8Buffer bytes, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(8), value);
        bytes.Advance(8);
    }

    // The signature was checked: the bytes are our own.
    private static SqlValue TakeValue(ref ReadOnlySpan<byte> rest)
    {
        var kind = (SqlKind)rest[0];
        rest = rest[1..];
        if (kind == SqlKind.Null) return SqlValue.Null;
        var number = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[8..];
        switch (kind)
        {
            case SqlKind.Integer: return SqlValue.Of(number);
            case SqlKind.Real: return SqlValue.Of(BitConverter.Int64BitsToDouble(number));
            case SqlKind.Text or SqlKind.Blob:
                var bytes = rest[..(int)number].ToArray();
                rest = rest[(int)number..];
                return kind == SqlKind.Text ? SqlValue.OfUtf8(bytes) : SqlValue.OfBlob(bytes);
            default: throw new UnreachableException();
        }
    }
}
