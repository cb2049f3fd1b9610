using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tercel.Api.Query;

/// <summary>Percent-encoding as query strings use it: UTF-8, and <c>+</c> for a space.</summary>
/// <remarks>Strict: incomplete escapes, bytes that are not UTF-8, lone surrogates and NUL are mistakes, never
/// replaced.</remarks>
internal static class PercentText
{
    /// <summary>UTF-8 bytes that one character of encoded text decodes to at most.</summary>
    public const int BytesPerCharMax = 3;

    private const int StackBytesMax = 512;

    // Readable in a query string without escapes; `&`, `=`, `+`, `#`, `%` and spaces never are.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,/:;@");

    /// <summary>False when the text means itself and can be used as it is.</summary>
    public static bool NeedsDecoding(ReadOnlySpan<char> raw) =>
        raw.IndexOfAny('%', '+') >= 0 || raw.IndexOfAnyExceptInRange('\u0001', '\u007f') >= 0;

    /// <summary>Decodes to UTF-8 without allocating; false on a mistake.</summary>
    /// <param name="raw">Encoded text.</param>
    /// <param name="to">Room for <see cref="BytesPerCharMax"/> bytes per character.</param>
    /// <param name="count">Bytes written; after a mistake the number of characters before it.</param>
    public static bool TryDecodeUtf8(ReadOnlySpan<char> raw, Span<byte> to, out int count)
    {
        count = 0;
        var mistake = -1;
        for (var at = 0; at < raw.Length && mistake < 0;)
        {
            var c = raw[at];
            if (c == '%')
            {
                if (TryHex(raw, at, out to[count])) count++;
                else mistake = at;
                at += 3;
            }
            else if (c is < '\u0080')
            {
                to[count++] = c == '+' ? (byte)' ' : (byte)c;
                at++;
            }
            else if (Rune.DecodeFromUtf16(raw[at..], out var rune, out var chars) == OperationStatus.Done)
            {
                count += rune.EncodeToUtf8(to[count..]);
                at += chars;
            }
            else
            {
                mistake = at;
            }
        }

        if (mistake < 0 && Utf8.IsValid(to[..count]) && !to[..count].Contains((byte)0)) return true;
        count = Math.Max(mistake, 0);
        return false;
    }

    /// <summary>Decodes to a string; null on a mistake, which begins at <paramref name="mistakeAt"/>.</summary>
    public static string? Decode(ReadOnlySpan<char> raw, out int mistakeAt)
    {
        mistakeAt = 0;
        if (!NeedsDecoding(raw)) return raw.ToString();
        var rented = raw.Length * BytesPerCharMax > StackBytesMax
            ? ArrayPool<byte>.Shared.Rent(raw.Length * BytesPerCharMax)
            : null;
        var bytes = rented ?? stackalloc byte[StackBytesMax];
        string? text = null;
        if (TryDecodeUtf8(raw, bytes, out var count)) text = Encoding.UTF8.GetString(bytes[..count]);
        else mistakeAt = count;
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Appends text so that it can stand as a key or value of a query string.</summary>
    public static void Encode(StringBuilder to, ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0) plain = text.Length;
            to.Append(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) return;
            Rune.DecodeFromUtf16(text, out var rune, out var chars);
            text = text[chars..];
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
                to.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
        }
    }

    private static bool TryHex(ReadOnlySpan<char> raw, int at, out byte value)
    {
        value = 0;
        if (at + 2 >= raw.Length) return false;
        if (!char.IsAsciiHexDigit(raw[at + 1]) || !char.IsAsciiHexDigit(raw[at + 2])) return false;
        value = (byte)((HexDigit(raw[at + 1]) << 4) | HexDigit(raw[at + 2]));
        return true;
    }

    private static int HexDigit(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
