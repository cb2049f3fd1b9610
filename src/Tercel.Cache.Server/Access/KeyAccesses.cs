using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Access;

/// <summary>How each key of a command is used: what <c>%R~</c> and <c>%W~</c> patterns ask.</summary>
internal static class KeyAccesses
{
    // Commands that change a key and show what it held; other writers only write. Source: the key specifications of
    // Redis 7 (flag "access").
    private static readonly HashSet<string> ReadingWriters =
    [
        "GETSET", "GETDEL", "GETEX", "INCR", "DECR", "INCRBY", "DECRBY", "INCRBYFLOAT", "SETBIT", "BITFIELD",
        "HINCRBY", "HINCRBYFLOAT", "LPOP", "RPOP", "BLPOP", "BRPOP", "LMPOP", "BLMPOP", "SPOP", "ZPOPMIN", "ZPOPMAX",
        "BZPOPMIN", "BZPOPMAX", "ZMPOP", "BZMPOP", "HGETDEL", "HGETEX",
    ];

    // The first key is taken from, the second is put to.
    private static readonly HashSet<string> Movers =
        ["RENAME", "RENAMENX", "SMOVE", "LMOVE", "BLMOVE", "RPOPLPUSH", "BRPOPLPUSH"];

    // The first key is the result, the others are read.
    private static readonly HashSet<string> Stores =
    [
        "SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE", "ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE", "BITOP",
    ];

    /// <summary>How the key at that place among the command's keys (from 0) is used.</summary>
    public static KeyAccess Of(CommandInfo info, int ordinal)
    {
        if ((info.Flags & CommandFlags.Write) == 0)
            return (info.Flags & CommandFlags.ReadOnly) != 0 ? KeyAccess.Read : KeyAccess.None;
        if (info.Keys.Kind == KeySpecKind.Everything) return KeyAccess.Read;
        if (ReadingWriters.Contains(info.Name)) return KeyAccess.Both;
        if (Movers.Contains(info.Name)) return ordinal == 0 ? KeyAccess.Both : KeyAccess.Write;
        if (info.Name is "COPY") return ordinal == 0 ? KeyAccess.Read : KeyAccess.Write;
        if (info.Name is "ZRANGESTORE" || Stores.Contains(info.Name))
            return ordinal == 0 ? KeyAccess.Write : KeyAccess.Read;
        return KeyAccess.Write;
    }
}
