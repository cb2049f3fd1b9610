namespace Tercel.Resp;

/// <summary>Reads one piece of a reply.</summary>
internal static class ReplyLexer
{
    private const int FormatBytes = 4;

    /// <param name="bytes">What there is, from the piece's first byte on.</param>
    /// <param name="limits">What may come.</param>
    /// <param name="token">The piece.</param>
    /// <param name="used">Its bytes; when more are needed, how many there must be at least.</param>
    public static ReadStatus Read(
        ReadOnlySpan<byte> bytes, scoped in ReplyLimits limits, out ReplyToken token, scoped out long used)
    {
        token = default;
        used = 1;
        if (bytes.IsEmpty) return ReadStatus.NeedMore;
        var seen = bytes.Length > limits.LineBytesMax + 3 ? bytes[..(limits.LineBytesMax + 3)] : bytes;
        var length = seen.IndexOf((byte)'\n');
        if (length < 0)
        {
            used = bytes.Length + 1L;
            return seen.Length > limits.LineBytesMax + 2 ? ReadStatus.Malformed : ReadStatus.NeedMore;
        }

        if (length < 2 || bytes[length - 1] != (byte)'\r') return ReadStatus.Malformed;
        var line = bytes[1..(length - 1)];
        used = length + 1;
        return bytes[0] switch
        {
            (byte)'+' => Text(ReplyKind.Simple, line, out token),
            (byte)'-' => Text(ReplyKind.Error, line, out token),
            (byte)'(' => BigNumber(line, out token),
            (byte)'_' => line.IsEmpty ? Text(ReplyKind.Null, line, out token) : ReadStatus.Malformed,
            (byte)',' => Double(line, out token),
            (byte)'#' => Boolean(line, out token),
            (byte)':' => Integer(line, out token),
            (byte)'.' => line.IsEmpty ? Text(ReplyKind.End, line, out token) : ReadStatus.Malformed,
            (byte)'$' => Bulk(ReplyKind.Bulk, bytes, line, limits, out token, ref used),
            (byte)'!' => Bulk(ReplyKind.Error, bytes, line, limits, out token, ref used),
            (byte)'=' => Bulk(ReplyKind.Verbatim, bytes, line, limits, out token, ref used),
            (byte)';' => Bulk(ReplyKind.Part, bytes, line, limits, out token, ref used),
            (byte)'*' => Collection(ReplyKind.Array, line, out token),
            (byte)'%' => Collection(ReplyKind.Map, line, out token),
            (byte)'~' => Collection(ReplyKind.Set, line, out token),
            (byte)'>' => Collection(ReplyKind.Push, line, out token),
            (byte)'|' => Collection(ReplyKind.Attribute, line, out token),
            _ => ReadStatus.Malformed,
        };
    }

    private static ReadStatus Text(ReplyKind kind, ReadOnlySpan<byte> line, out ReplyToken token)
    {
        token = new ReplyToken { Kind = kind, Text = line };
        return ReadStatus.Command;
    }

    private static ReadStatus Integer(ReadOnlySpan<byte> line, out ReplyToken token)
    {
        token = default;
        var digits = line is [(byte)'+', ..] ? line[1..] : line;
        if (!RespNumber.TryInteger(digits, out var value)) return ReadStatus.Malformed;
        token = new ReplyToken { Kind = ReplyKind.Integer, Text = line, Number = value };
        return ReadStatus.Command;
    }

    private static ReadStatus BigNumber(ReadOnlySpan<byte> line, out ReplyToken token)
    {
        token = default;
        var digits = line is [(byte)'-' or (byte)'+', ..] ? line[1..] : line;
        return digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? ReadStatus.Malformed
            : Text(ReplyKind.BigNumber, line, out token);
    }

    private static ReadStatus Double(ReadOnlySpan<byte> line, out ReplyToken token)
    {
        token = new ReplyToken { Kind = ReplyKind.Double, Text = line };
        return token.TryDouble(out _) ? ReadStatus.Command : ReadStatus.Malformed;
    }

    private static ReadStatus Boolean(ReadOnlySpan<byte> line, out ReplyToken token)
    {
        var isTrue = line is [(byte)'t'];
        token = new ReplyToken { Kind = ReplyKind.Boolean, Text = line, Number = isTrue ? 1 : 0 };
        return isTrue || line is [(byte)'f'] ? ReadStatus.Command : ReadStatus.Malformed;
    }

    private static ReadStatus Collection(ReplyKind kind, ReadOnlySpan<byte> line, out ReplyToken token)
    {
        token = new ReplyToken { Kind = kind, Number = ReplyToken.CountUnknown };
        if (line is [(byte)'?']) return kind is ReplyKind.Array or ReplyKind.Map or ReplyKind.Set
            ? ReadStatus.Command : ReadStatus.Malformed;
        if (!RespNumber.TryInteger(line, out var count) || count > int.MaxValue) return ReadStatus.Malformed;
        if (count == -1 && kind == ReplyKind.Array) return Text(ReplyKind.Null, line, out token);
        token = new ReplyToken { Kind = kind, Number = count };
        return count >= 0 ? ReadStatus.Command : ReadStatus.Malformed;
    }

    private static ReadStatus Bulk(
        ReplyKind kind, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> line, scoped in ReplyLimits limits,
        out ReplyToken token, scoped ref long used)
    {
        token = default;
        if (kind == ReplyKind.Bulk && line is [(byte)'?']) return Text(ReplyKind.PartedString, default, out token);
        if (!RespNumber.TryInteger(line, out var length)) return ReadStatus.Malformed;
        if (kind == ReplyKind.Bulk && length == -1) return Text(ReplyKind.Null, default, out token);
        if (length < 0 || length > limits.BulkBytesMax) return ReadStatus.Malformed;
        // The last part of a string has no bytes and no second line end.
        if (kind == ReplyKind.Part && length == 0) return Text(kind, default, out token);
        var start = (int)used;
        used += length + 2;
        if (bytes.Length < used) return ReadStatus.NeedMore;
        var text = bytes.Slice(start, (int)length);
        if (bytes[start + (int)length] != (byte)'\r' || bytes[start + (int)length + 1] != (byte)'\n')
            return ReadStatus.Malformed;
        if (kind != ReplyKind.Verbatim) return Text(kind, text, out token);
        return text.Length >= FormatBytes && text[FormatBytes - 1] == (byte)':'
            ? Text(kind, text[FormatBytes..], out token)
            : ReadStatus.Malformed;
    }
}
