namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>The options of one LCS.</summary>
internal record struct LcsOptions
{
    /// <summary>LEN</summary>
    public bool LengthOnly { get; private set; }

    /// <summary>IDX</summary>
    public bool Indexes { get; private set; }

    /// <summary>WITHMATCHLEN</summary>
    public bool WithRunLength { get; private set; }

    /// <summary>MINMATCHLEN: shorter runs are left out. Units: bytes.</summary>
    public long RunBytesMin { get; private set; }

    /// <summary>Reads the arguments behind the keys; replies the error and returns false when they do not
    /// fit.</summary>
    public static bool TryRead(ref CommandContext c, out LcsOptions options)
    {
        options = default;
        for (var i = 3; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (word.Is("IDX"u8)) options.Indexes = true;
            else if (word.Is("LEN"u8)) options.LengthOnly = true;
            else if (word.Is("WITHMATCHLEN"u8)) options.WithRunLength = true;
            else if (word.Is("MINMATCHLEN"u8) && i + 1 < c.Args.Count)
            {
                if (!c.TryInteger(++i, out var runBytesMin)) return false;
                options.RunBytesMin = runBytesMin;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        if (!options.Indexes || !options.LengthOnly) return true;
        c.Reply.Error("ERR If you want both the length and indexes, please just use IDX."u8);
        return false;
    }
}
