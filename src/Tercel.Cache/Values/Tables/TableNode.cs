// Unsafe: reads and writes one block of the node heap, whose size follows from the lengths that this file wrote first.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Tables;

/// <summary>One element of a large hash or set: a block of its own.</summary>
/// <remarks>Shape: a byte with the field's length (63 = four bytes follow), bit 6: has a value, bit 7: has an expiry;
/// then
/// <code>field length 0|4 | value length 0|1|5 | expiry 0|6 | field | value</code></remarks>
internal static unsafe class TableNode
{
    private const int FieldBytesMask = 63;
    private const int LongField = 63;
    private const int Valued = 64;
    private const int Timed = 128;
    private const int LongValue = 255;

    /// <summary>Bytes of a node of this shape.</summary>
    public static int Bytes(int fieldBytes, int valueBytes, bool timed) =>
        1 + (fieldBytes >= LongField ? 4 : 0) + (valueBytes == 0 ? 0 : valueBytes < LongValue ? 1 : 5)
        + (timed ? Element.ExpiryBytes : 0) + fieldBytes + valueBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Element Read(byte* at)
    {
        int head = *at++;
        var field = head & FieldBytesMask;
        if (field == LongField)
        {
            field = Unsafe.ReadUnaligned<int>(at);
            at += 4;
        }

        var value = 0;
        if ((head & Valued) != 0)
        {
            value = *at++;
            if (value == LongValue)
            {
                value = Unsafe.ReadUnaligned<int>(at);
                at += 4;
            }
        }

        return (head & Timed) == 0
            ? new Element(at, field, value, null)
            : new Element(at + Element.ExpiryBytes, field, value, at);
    }

    /// <summary>Bytes that the heap gave a node.</summary>
    public static int UsableBytes(byte* node) => NodeHeap.UsableBytes((int)(Read(node).End - node));

    /// <summary>Writes a node; with an expiry of 0 it has no room for one.</summary>
    public static void Write(byte* at, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        var head = at++;
        *head = (byte)Math.Min(field.Length, LongField);
        if (field.Length >= LongField)
        {
            Unsafe.WriteUnaligned(at, field.Length);
            at += 4;
        }

        if (value.Length > 0)
        {
            *head |= Valued;
            *at++ = (byte)Math.Min(value.Length, LongValue);
            if (value.Length >= LongValue)
            {
                Unsafe.WriteUnaligned(at, value.Length);
                at += 4;
            }
        }

        if (expireAtMs != 0)
        {
            *head |= Timed;
            Element.WriteExpiry(at, expireAtMs);
            at += Element.ExpiryBytes;
        }

        field.CopyTo(new Span<byte>(at, field.Length));
        value.CopyTo(new Span<byte>(at + field.Length, value.Length));
    }
}
