namespace Tercel.Resp;

/// <summary>Walks over the pieces of a whole reply, outermost first: a collection's token, then its items.</summary>
/// <remarks>Shape: the bytes are one reply as <see cref="ReplyScanner"/> measured it, so nothing in it is malformed or
/// cut off; on other bytes <see cref="TryRead"/> just ends early. Lifetime: tokens look at the bytes given.</remarks>
public ref struct ReplyReader
{
    // Deeper than any scanner lets through; bounds the stack when the bytes were not scanned.
    private const int DepthMax = 256;

    private readonly ReadOnlySpan<byte> _reply;
    private int _offset;

    /// <summary>Starts at the first piece.</summary>
    public ReplyReader(ReadOnlySpan<byte> reply) => _reply = reply;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _reply[_offset..];

    /// <summary>Reads the next piece; false at the end. Attributes and their contents are shown like any other
    /// piece.</summary>
    public bool TryRead(out ReplyToken token)
    {
        var limits = new ReplyLimits
        {
            BulkBytesMax = int.MaxValue, LineBytesMax = int.MaxValue - 3, DepthMax = DepthMax,
            ReplyBytesMax = int.MaxValue,
        };
        if (ReplyLexer.Read(_reply[_offset..], limits, out token, out var used) != ReadStatus.Command) return false;
        _offset += (int)used;
        return true;
    }

    /// <summary>Reads the next value, passing over attributes in front of it.</summary>
    public bool TryReadValue(out ReplyToken token) => TryReadValue(DepthMax, out token);

    /// <summary>Passes over the next value with all that belongs to it; false when it is cut off.</summary>
    public bool Skip() => Skip(DepthMax);

    private bool TryReadValue(int depthLeft, out ReplyToken token)
    {
        while (TryRead(out token))
        {
            if (token.Kind != ReplyKind.Attribute) return true;
            for (var i = 0L; i < token.Items; i++)
                if (!Skip(depthLeft - 1)) return false;
        }

        return false;
    }

    private bool Skip(int depthLeft)
    {
        if (depthLeft <= 0 || !TryReadValue(depthLeft, out var token)) return false;
        if (token.Kind == ReplyKind.PartedString) return SkipParts();
        if (!token.IsCollection) return true;
        if (token.Number == ReplyToken.CountUnknown) return SkipToEnd(depthLeft - 1);
        for (var i = 0L; i < token.Items; i++)
            if (!Skip(depthLeft - 1)) return false;
        return true;
    }

    private bool SkipToEnd(int depthLeft)
    {
        while (true)
        {
            var before = _offset;
            if (!TryReadValue(depthLeft, out var item)) return false;
            if (item.Kind == ReplyKind.End) return true;
            _offset = before;
            if (!Skip(depthLeft)) return false;
        }
    }

    private bool SkipParts()
    {
        while (TryRead(out var part))
            if (part.Text.IsEmpty) return true;
        return false;
    }
}
