namespace Tercel.Primitives;

/// <summary>Identifiers that sort by the time they were made: UUID version 7 (RFC 9562) and short request
/// ids.</summary>
public static class SortableId
{
    // Crockford's Base32: no I, L, O, U, so that ids survive being read aloud.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new UUID version 7 for the given time.</summary>
    public static Guid NewUuid(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>A new 26-character id (the ULID form of a UUID version 7), such as <c>01K3ZJ8Y6M...</c>.</summary>
    public static string NewText(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var value = new UInt128(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return string.Create(26, value, static (text, bits) =>
        {
            for (var i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(uint)bits & 31];
                bits >>= 5;
            }
        });
    }
}
