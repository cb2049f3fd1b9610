using System.Text.Json;
using System.Text.Unicode;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>Reads a JSON body strictly (RFC 8259, and no member named twice) into a
/// <see cref="BodyDocument"/>.</summary>
/// <remarks>Errors: <c>malformed_json</c>, <c>duplicate_key</c>, <c>depth</c>, each with line and column. The size
/// limit is kept by whoever reads the bytes.</remarks>
internal static class BodyReader
{
    // Objects up to this size are compared name by name; larger ones through a set.
    private const int SmallObject = 16;
    private const int StackDepth = 64;

    public static Result<BodyDocument> Read(ReadOnlyMemory<byte> body, int depthMax)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        if (body.Span.Trim(" \t\r\n"u8).Length == 0)
            return At(body.Span, 0, WriteErrors.MalformedJson, "the body is empty");
        if (!Utf8.IsValid(body.Span))
            return At(body.Span, FirstInvalid(body.Span), WriteErrors.MalformedJson, "the body is not valid UTF-8");
        var nodes = new List<BodyNode>(32);
        try
        {
            if (Fill(body.Span, depthMax, nodes) is { } error) return error;
        }
        catch (JsonException e)
        {
            return At(body.Span, OffsetOf(body.Span, e), WriteErrors.MalformedJson, Sentence(e.Message));
        }

        return new BodyDocument(body, [.. nodes]);
    }

    private static Error? Fill(ReadOnlySpan<byte> body, int depthMax, List<BodyNode> nodes)
    {
        // One level more than allowed, so that the limit is ours to word.
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = depthMax + 1 });
        Span<int> open = stackalloc int[StackDepth];
        var depth = 0;
        var name = (Start: 0, Length: 0, Escaped: false);
        while (reader.Read())
        {
            var offset = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = (offset + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
                    if (name.Escaped && HalfSurrogate(reader.ValueSpan) is >= 0 and var nameAt)
                        return At(body, offset + 1 + nameAt, WriteErrors.MalformedJson, HalfSurrogateText);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    if (Close(body, nodes, open[--depth]) is { } twice) return twice;
                    continue;
                default:
                    break;
            }

            if (depth > 0) Count(nodes, open[depth - 1]);
            var node = NodeOf(ref reader, offset);
            (node.NameStart, node.NameLength, node.NameEscaped) = name;
            name = default;
            node.End = nodes.Count + 1;
            if (node.Escaped && HalfSurrogate(reader.ValueSpan) is >= 0 and var at)
                return At(body, offset + 1 + at, WriteErrors.MalformedJson, HalfSurrogateText);
            if (node.Kind is BodyKind.Array or BodyKind.Object)
            {
                if (depth == depthMax)
                    return At(body, offset, WriteErrors.Depth, $"the body nests deeper than {depthMax} levels");
                if (depth == open.Length) open = Deeper(open);
                open[depth++] = nodes.Count;
            }

            nodes.Add(node);
        }

        return null;
    }

    private static int[] Deeper(ReadOnlySpan<int> open)
    {
        var deeper = new int[open.Length * 2];
        open.CopyTo(deeper);
        return deeper;
    }

    private static BodyNode NodeOf(ref Utf8JsonReader reader, int offset) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new BodyNode { Kind = BodyKind.Object, Start = offset },
        JsonTokenType.StartArray => new BodyNode { Kind = BodyKind.Array, Start = offset },
        JsonTokenType.String => new BodyNode
        {
            Kind = BodyKind.String, Start = offset + 1, Length = reader.ValueSpan.Length, Escaped =
                reader.ValueIsEscaped,
        },
        JsonTokenType.Number =>
            new BodyNode { Kind = BodyKind.Number, Start = offset, Length = reader.ValueSpan.Length },
        JsonTokenType.True => new BodyNode { Kind = BodyKind.True, Start = offset, Length = 4 },
        JsonTokenType.False => new BodyNode { Kind = BodyKind.False, Start = offset, Length = 5 },
        _ => new BodyNode { Kind = BodyKind.Null, Start = offset, Length = 4 },
    };

    private static void Count(List<BodyNode> nodes, int parent)
    {
        var node = nodes[parent];
        node.Count++;
        nodes[parent] = node;
    }

    // Ends an object or array: its subtree is complete now, so its names can be compared.
    private static Error? Close(ReadOnlySpan<byte> body, List<BodyNode> nodes, int index)
    {
        var node = nodes[index];
        node.End = nodes.Count;
        nodes[index] = node;
        if (node.Kind != BodyKind.Object || node.Count < 2) return null;
        var twice = node.Count <= SmallObject ? TwiceInSmall(body, nodes, index) : TwiceInLarge(body, nodes, index);
        if (twice < 0) return null;
        var name = NameOf(body, nodes[twice]);
        return At(body, nodes[twice].NameStart - 1, WriteErrors.DuplicateKey, $"'{name}' is given twice in one object");
    }

    private static int TwiceInSmall(ReadOnlySpan<byte> body, List<BodyNode> nodes, int index)
    {
        for (var i = nodes[index + 1].End; i < nodes[index].End; i = nodes[i].End)
        {
            for (var j = index + 1; j < i; j = nodes[j].End)
            {
                var (a, b) = (nodes[i], nodes[j]);
                var same = a.NameEscaped || b.NameEscaped
                    ? NameOf(body, a) == NameOf(body, b)
                    : body.Slice(a.NameStart, a.NameLength).SequenceEqual(body.Slice(b.NameStart, b.NameLength));
                if (same) return i;
            }
        }

        return -1;
    }

    private static int TwiceInLarge(ReadOnlySpan<byte> body, List<BodyNode> nodes, int index)
    {
        var names = new HashSet<string>(nodes[index].Count, StringComparer.Ordinal);
        for (var i = index + 1; i < nodes[index].End; i = nodes[i].End)
            if (!names.Add(NameOf(body, nodes[i]))) return i;
        return -1;
    }

    private static string NameOf(ReadOnlySpan<byte> body, BodyNode node)
    {
        var reader = new Utf8JsonReader(body.Slice(node.NameStart - 1, node.NameLength + 2));
        reader.Read();
        return reader.GetString() ?? "";
    }

    private const string HalfSurrogateText = "a \\u escape is half of a surrogate pair, so the text is not Unicode";

    // The offset of a \uD800-\uDFFF escape without its other half; -1 when there is none.
    private static int HalfSurrogate(ReadOnlySpan<byte> escaped)
    {
        var i = 0;
        while (i < escaped.Length)
        {
            if (escaped[i] != (byte)'\\')
            {
                i++;
                continue;
            }

            if (escaped[i + 1] != (byte)'u')
            {
                i += 2;
                continue;
            }

            var unit = Hex(escaped, i + 2);
            if (unit is >= 0xD800 and <= 0xDBFF && Hex(escaped, i + 8) is >= 0xDC00 and <= 0xDFFF
                && escaped[i + 6] == (byte)'\\' && escaped[i + 7] == (byte)'u')
                i += 12;
            else if (unit is >= 0xD800 and <= 0xDFFF) return i;
            else i += 6;
        }

        return -1;
    }

    private static int Hex(ReadOnlySpan<byte> text, int start) =>
        start + 4 <= text.Length
        && System.Buffers.Text.Utf8Parser.TryParse(text.Slice(start, 4), out int value, out var used, 'x')
        && used == 4
            ? value
            : -1;

    private static int FirstInvalid(ReadOnlySpan<byte> body)
    {
        var offset = 0;
        while (System.Text.Rune.DecodeFromUtf8(body[offset..], out _,
            out var used) == System.Buffers.OperationStatus.Done)
            offset += used;
        return offset;
    }

    private static int OffsetOf(ReadOnlySpan<byte> body, JsonException e)
    {
        var offset = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--) offset += body[offset..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(body.Length, offset + (e.BytePositionInLine ?? 0));
    }

    private static Error At(ReadOnlySpan<byte> body, int offset, ErrorCode code, string detail)
    {
        var before = body[..Math.Min(offset, body.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = 1;
        foreach (var b in before[(before.LastIndexOf((byte)'\n') + 1)..])
            if ((b & 0xC0) != 0x80) column++;
        return new Error(code, detail) { Line = line, Column = column };
    }

    // The reader's own words without their English position, which the error carries as numbers.
    private static string Sentence(string message)
    {
        if (message.StartsWith("Expected depth to be zero", StringComparison.Ordinal))
            return "the body ends before its last object or array is closed";
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
