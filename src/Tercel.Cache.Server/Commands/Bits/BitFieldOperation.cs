namespace Tercel.Cache.Server.Commands.Bits;

internal enum BitFieldKind : byte
{
    None = 0,
    Get,
    Set,
    IncrBy,

    /// <summary>OVERFLOW: says how the operations behind it treat what does not fit.</summary>
    Overflow,
}

internal enum BitFieldOverflow : byte
{
    Wrap = 0,

    /// <summary>SAT: stays at the largest or smallest value.</summary>
    Saturate,

    /// <summary>Changes nothing and replies nil.</summary>
    Fail,
}

/// <summary>One operation of a BITFIELD; <see cref="Overflow"/> stays from one to the next.</summary>
internal struct BitFieldOperation
{
    public BitFieldKind Kind { get; private set; }

    public BitFieldOverflow Overflow { get; private set; }

    public BitFieldInteger Integer { get; private set; }

    /// <summary>Units: bits from the start of the string.</summary>
    public long Offset { get; private set; }

    /// <summary>The number to set or to add.</summary>
    public long Value { get; private set; }

    /// <summary>Length of the shortest string that holds the integer.</summary>
    public readonly int BytesMin => (int)((Offset + Integer.Bits - 1) >> 3) + 1;

    /// <summary>Reads the operation at <paramref name="index"/> and moves behind it; replies the error and returns
    /// false when it does not fit.</summary>
    public bool TryRead(ref CommandContext c, ref int index)
    {
        var word = c.Args[index];
        var rest = c.Args.Count - index - 1;
        Kind = KindOf(word, rest);
        if (Kind == BitFieldKind.None)
        {
            c.Reply.Syntax();
            return false;
        }

        if (Kind == BitFieldKind.Overflow)
        {
            index += 2;
            return TryReadOverflow(ref c, index - 1);
        }

        if (!BitFieldInteger.TryParse(c.Args[index + 1], out var integer))
        {
            c.Reply.Error(
                "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8);
            return false;
        }

        Integer = integer;
        if (!SingleBits.TryReadOffset(ref c, index + 2, integer.Bits, out var offset)) return false;
        Offset = offset;
        var value = 0L;
        if (Kind != BitFieldKind.Get && !c.TryInteger(index + 3, out value)) return false;
        Value = value;
        index += Kind == BitFieldKind.Get ? 3 : 4;
        return true;
    }

    /// <param name="word">The word of the operation.</param>
    /// <param name="rest">Number of arguments behind it.</param>
    private static BitFieldKind KindOf(ReadOnlySpan<byte> word, int rest)
    {
        if (rest >= 2 && word.Is("GET"u8)) return BitFieldKind.Get;
        if (rest >= 3 && word.Is("SET"u8)) return BitFieldKind.Set;
        if (rest >= 3 && word.Is("INCRBY"u8)) return BitFieldKind.IncrBy;
        return rest >= 1 && word.Is("OVERFLOW"u8) ? BitFieldKind.Overflow : BitFieldKind.None;
    }

    private bool TryReadOverflow(ref CommandContext c, int index)
    {
        var word = c.Args[index];
        if (word.Is("WRAP"u8)) Overflow = BitFieldOverflow.Wrap;
        else if (word.Is("SAT"u8)) Overflow = BitFieldOverflow.Saturate;
        else if (word.Is("FAIL"u8)) Overflow = BitFieldOverflow.Fail;
        else
        {
            c.Reply.Error("ERR Invalid OVERFLOW type specified"u8);
            return false;
        }

        return true;
    }
}
