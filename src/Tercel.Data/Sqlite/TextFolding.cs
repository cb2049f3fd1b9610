using System.Buffers;
using System.Text;

namespace Tercel.Data.Sqlite;

// Lower and upper case by Unicode's simple mapping, code point by code point: no language, no change of meaning between
// machines. Bytes that are not UTF-8 stay as they are.
internal static class TextFolding
{
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create(
        [.. Enumerable.Range('A', 26).Select(c => (byte)c), .. Enumerable.Range(128, 128).Select(c => (byte)c)]);

    // True when folding surely changes nothing: ASCII without capitals.
    public static bool IsFolded(ReadOnlySpan<byte> text) => text.IndexOfAny(NotPlain) < 0;

    // Some two-byte letters have a three-byte lower case.
    public static int BytesMax(int bytes) => checked(bytes * 2);

    public static int Fold(ReadOnlySpan<byte> text, Span<byte> into) => Map(text, into, isUpper: false);

    // The counterpart for the function upper.
    public static int Raise(ReadOnlySpan<byte> text, Span<byte> into) => Map(text, into, isUpper: true);

    private static int Map(ReadOnlySpan<byte> text, Span<byte> into, bool isUpper)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var first = text[0];
            if (first < 128)
            {
                into[written++] = first is >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z'
                    ? (byte)(isUpper ? first & ~0x20 : first | 0x20) : first;
                text = text[1..];
            }
            else if (Rune.DecodeFromUtf8(text, out var rune, out var bytes) == OperationStatus.Done)
            {
                rune = isUpper ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune);
                written += rune.EncodeToUtf8(into[written..]);
                text = text[bytes..];
            }
            else
            {
                into[written++] = first;
                text = text[1..];
            }
        }

        return written;
    }
}
