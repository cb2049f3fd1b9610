using System.Globalization;

namespace Tercel.Resp;

/// <summary>What a piece of a reply is.</summary>
public enum ReplyKind : byte
{
    /// <summary>Nothing was read; only <c>default</c> has it.</summary>
    None = 0,

    /// <summary><c>+text</c></summary>
    Simple,

    /// <summary><c>-code message</c>, or the RESP3 form with a length.</summary>
    Error,

    /// <summary><c>:number</c></summary>
    Integer,

    /// <summary>Bytes with a length.</summary>
    Bulk,

    /// <summary>Nothing: <c>_</c>, or the null bulk string and null array of RESP2.</summary>
    Null,

    /// <summary><c>,number</c></summary>
    Double,

    /// <summary><c>#t</c> or <c>#f</c></summary>
    Boolean,

    /// <summary><c>(digits</c></summary>
    BigNumber,

    /// <summary>Text with its format in front: <c>txt:...</c></summary>
    Verbatim,

    /// <summary>So many replies follow.</summary>
    Array,

    /// <summary>So many pairs follow.</summary>
    Map,

    /// <summary>So many distinct replies follow.</summary>
    Set,

    /// <summary>An out-of-band message of so many replies; not the answer to a command.</summary>
    Push,

    /// <summary>So many pairs follow that tell something about the reply behind them.</summary>
    Attribute,

    /// <summary>A string in parts follows.</summary>
    PartedString,

    /// <summary>One part of such a string; an empty one is its end.</summary>
    Part,

    /// <summary>The end of an array, map or set whose count was not told.</summary>
    End,
}

/// <summary>One piece of a reply: a value, or the start of a collection of them.</summary>
/// <remarks>Lifetime: that of the bytes it was read from. <c>default</c> is nothing.</remarks>
public readonly ref struct ReplyToken
{
    /// <summary>The count of a collection that ends with <see cref="ReplyKind.End"/> instead.</summary>
    public const long CountUnknown = -1;

    /// <summary>What it is.</summary>
    public ReplyKind Kind { get; init; }

    /// <summary>The text of values: without type, length and line end; for <see cref="ReplyKind.Verbatim"/> without the
    /// format.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The value of an integer, 1 or 0 for a boolean, and the count of a collection: items, or pairs of a map
    /// or attribute; <see cref="CountUnknown"/> for those that end with <see cref="ReplyKind.End"/>.</summary>
    public long Number { get; init; }

    /// <summary>Replies that belong to it: twice <see cref="Number"/> for maps and attributes.</summary>
    public long Items => Kind is ReplyKind.Map or ReplyKind.Attribute && Number > 0 ? Number * 2 : Number;

    /// <summary>Whether other replies belong to it.</summary>
    public bool IsCollection =>
        Kind is ReplyKind.Array or ReplyKind.Map or ReplyKind.Set or ReplyKind.Push or ReplyKind.Attribute;

    /// <summary>The value of a double, or of text that is one (RESP2 sends scores as bulk strings).</summary>
    public bool TryDouble(out double value)
    {
        if (RespNumber.TryDouble(Text, out value)) return true;
        return Kind == ReplyKind.Double
            && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}

/// <summary>What a server may send in one reply.</summary>
/// <remarks><c>default</c> allows nothing; start from <see cref="Usual"/>.</remarks>
public readonly record struct ReplyLimits
{
    /// <summary>Longest bulk string. Units: bytes.</summary>
    public required int BulkBytesMax { get; init; }

    /// <summary>Longest line: simple strings, errors, numbers. Units: bytes.</summary>
    public required int LineBytesMax { get; init; }

    /// <summary>Deepest nesting of collections.</summary>
    public required int DepthMax { get; init; }

    /// <summary>Longest reply as a whole. Units: bytes.</summary>
    public required int ReplyBytesMax { get; init; }

    /// <summary>Strings of 512 MiB, lines of 64 KiB, 64 levels, replies of 1 GiB.</summary>
    public static ReplyLimits Usual => new()
    {
        BulkBytesMax = 512 * 1024 * 1024,
        LineBytesMax = 64 * 1024,
        DepthMax = 64,
        ReplyBytesMax = 1024 * 1024 * 1024,
    };
}
