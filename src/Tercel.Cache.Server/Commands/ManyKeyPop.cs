namespace Tercel.Cache.Server.Commands;

/// <summary>The arguments that LMPOP and ZMPOP share, with their blocking forms:
/// <c>numkeys key [key ...] WHERE [COUNT count]</c>.</summary>
internal readonly record struct ManyKeyPop
{
    /// <summary>Index of the first key.</summary>
    public int FirstKey { get; private init; }

    public int KeyCount { get; private init; }

    /// <summary>The first of the two words: LEFT or MIN.</summary>
    public bool FromStart { get; private init; }

    public long Count { get; private init; }

    /// <summary>Reads them from the argument with the number of keys on; replies the error and returns false when they
    /// are wrong.</summary>
    public static bool TryRead(
        ref CommandContext c, int countIndex, ReadOnlySpan<byte> startWord, ReadOnlySpan<byte> endWord,
        out ManyKeyPop pop)
    {
        pop = default;
        if (!c.TryCount(countIndex, 1, "ERR numkeys should be greater than 0"u8, out var keys)) return false;
        var where = countIndex + 1 + keys;
        if (where >= c.Args.Count) return Syntax(ref c);
        var word = c.Args[(int)where];
        if (!word.Is(startWord) && !word.Is(endWord)) return Syntax(ref c);

        var count = 1L;
        var rest = c.Args.Count - (int)where - 1;
        if (rest > 0)
        {
            if (rest != 2 || !c.Args[(int)where + 1].Is("COUNT"u8)) return Syntax(ref c);
            if (!c.TryCount((int)where + 2, 1, "ERR count should be greater than 0"u8, out count)) return false;
        }

        pop = new ManyKeyPop
        {
            FirstKey = countIndex + 1, KeyCount = (int)keys, FromStart = word.Is(startWord), Count = count,
        };
        return true;
    }

    private static bool Syntax(ref CommandContext c)
    {
        c.Reply.Syntax();
        return false;
    }
}
