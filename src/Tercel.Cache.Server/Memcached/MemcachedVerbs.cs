using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>Finds the verb of a line; allocates nothing.</summary>
internal static class MemcachedVerbs
{
    /// <summary>Longest key. Units: bytes.</summary>
    public const int KeyBytesMax = 250;

    /// <summary>The verb of a line that has its name at argument 1.</summary>
    public static MemcachedVerb Find(in CommandArgs words)
    {
        var name = words[1];
        var verb = name.Length switch
        {
            2 => FindMeta(words),
            3 => FindShort(name, words.Count),
            4 => FindFour(name),
            _ => FindLong(name),
        };
        return words.Count < WordsMin(verb) ? MemcachedVerb.Unknown : verb;
    }

    /// <summary>Whether data follows the line.</summary>
    public static bool HasData(MemcachedVerb verb) =>
        verb is (>= MemcachedVerb.Set and <= MemcachedVerb.Cas) or MemcachedVerb.MetaSet;

    private static MemcachedVerb FindMeta(in CommandArgs words)
    {
        var name = words[1];
        if (name[0] != (byte)'m') return MemcachedVerb.Unknown;
        return name[1] switch
        {
            (byte)'g' => Changes(words) ? MemcachedVerb.MetaTouch : MemcachedVerb.MetaGet,
            (byte)'s' => MemcachedVerb.MetaSet,
            (byte)'d' => MemcachedVerb.MetaDelete,
            (byte)'a' => MemcachedVerb.MetaArithmetic,
            (byte)'e' => words.Count < 3 ? MemcachedVerb.BadFormat : MemcachedVerb.MetaDebug,
            (byte)'n' => MemcachedVerb.MetaNoOp,
            _ => MemcachedVerb.Unknown,
        };
    }

    private static bool Changes(in CommandArgs words)
    {
        for (var i = 3; i < words.Count; i++)
            if (words[i][0] is (byte)'N' or (byte)'T') return true;
        return false;
    }

    private static MemcachedVerb FindShort(ReadOnlySpan<byte> name, int count) =>
        name.SequenceEqual("get"u8) ? count == 3 ? MemcachedVerb.Get : MemcachedVerb.GetMany
        : name.SequenceEqual("set"u8) ? MemcachedVerb.Set
        : name.SequenceEqual("add"u8) ? MemcachedVerb.Add
        : name.SequenceEqual("cas"u8) ? MemcachedVerb.Cas
        : name.SequenceEqual("gat"u8) ? MemcachedVerb.Gat
        : MemcachedVerb.Unknown;

    private static MemcachedVerb FindFour(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("gets"u8) ? MemcachedVerb.Gets
        : name.SequenceEqual("gats"u8) ? MemcachedVerb.Gats
        : name.SequenceEqual("incr"u8) ? MemcachedVerb.Incr
        : name.SequenceEqual("decr"u8) ? MemcachedVerb.Decr
        : name.SequenceEqual("quit"u8) ? MemcachedVerb.Quit
        : MemcachedVerb.Unknown;

    private static MemcachedVerb FindLong(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("touch"u8) ? MemcachedVerb.Touch
        : name.SequenceEqual("stats"u8) ? MemcachedVerb.Stats
        : name.SequenceEqual("delete"u8) ? MemcachedVerb.Delete
        : name.SequenceEqual("append"u8) ? MemcachedVerb.Append
        : name.SequenceEqual("prepend"u8) ? MemcachedVerb.Prepend
        : name.SequenceEqual("replace"u8) ? MemcachedVerb.Replace
        : name.SequenceEqual("version"u8) ? MemcachedVerb.Version
        : name.SequenceEqual("flush_all"u8) ? MemcachedVerb.FlushAll
        : name.SequenceEqual("verbosity"u8) ? MemcachedVerb.Verbosity
        : MemcachedVerb.Unknown;

    // With argument 0 and the name; what has fewer words is no command of that name.
    private static int WordsMin(MemcachedVerb verb) => verb switch
    {
        MemcachedVerb.Get or MemcachedVerb.GetMany or MemcachedVerb.Gets or MemcachedVerb.Gat or MemcachedVerb.Gats
            or MemcachedVerb.Delete => 3,
        MemcachedVerb.MetaGet or MemcachedVerb.MetaTouch or MemcachedVerb.MetaSet or MemcachedVerb.MetaDelete
            or MemcachedVerb.MetaArithmetic or MemcachedVerb.Verbosity => 3,
        MemcachedVerb.Incr or MemcachedVerb.Decr or MemcachedVerb.Touch => 4,
        MemcachedVerb.Cas => 7,
        >= MemcachedVerb.Set and <= MemcachedVerb.Prepend => 6,
        _ => 0,
    };
}
