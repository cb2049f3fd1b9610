using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>ms, md.</summary>
internal static class MetaWrites
{
    private const int SetFlagsStart = 4;
    private const int DeleteFlagsStart = 3;

    public static void Set(ref CommandContext c)
    {
        var last = c.Args.Count - 1;
        if (!MetaReply.TryRead(ref c, SetFlagsStart, last, out var flags)) return;
        if (!TryMode(flags, out var mode))
        {
            c.Reply.Line("CLIENT_ERROR invalid mode for ms M token"u8);
            return;
        }

        var request = new StoreRequest
        {
            Mode = mode, Flags = flags.ClientFlags,
            ExpireAtMs = flags.Has('T') ? MemcachedItem.ExpireAtMs(flags.Seconds, c.NowMs) : 0,
            Unique = flags.Has('C') ? flags.Unique : null, StoresStale = flags.Has('I'),
        };
        var key = c.Key(MetaReply.KeyIndex);
        var outcome = Storing.Run(ref c, key, c.Args[last], request);
        if (outcome == StoreOutcome.Stored && flags.Has('q')) return;
        var isStored = outcome == StoreOutcome.Stored;
        ulong unique = 0;
        if (isStored && flags.Has('c') && MemcachedItem.TryGetUnique(ref c, key, out var value))
            unique = MemcachedItem.Unique(value);
        c.Reply.Raw(outcome switch
        {
            StoreOutcome.Stored => "HD"u8,
            StoreOutcome.Exists => "EX"u8,
            StoreOutcome.NotFound => "NF"u8,
            _ => "NS"u8,
        });
        for (var i = SetFlagsStart; i < last; i++)
        {
            if (c.Args[i][0] == (byte)'c') MetaReply.Flag(c.Reply, " c"u8, unique);
            else MetaReply.Repeat(ref c, c.Args[i], flags.Has('b'));
        }

        c.Reply.Raw("\r\n"u8);
    }

    public static void Delete(ref CommandContext c)
    {
        if (!MetaReply.TryRead(ref c, DeleteFlagsStart, c.Args.Count, out var flags, hasOneError: true)) return;
        var key = c.Key(MetaReply.KeyIndex);
        if (!MemcachedItem.TryPeek(ref c, key, out var old))
        {
            Answer(ref c, "NF"u8, flags);
            return;
        }

        if (flags.Has('C') && !MemcachedItem.IsVersion(old, flags.Unique))
        {
            Answer(ref c, "EX"u8, flags);
            return;
        }

        if (flags.Has('I')) Invalidate(ref c, key, flags);
        else MemcachedItem.Remove(ref c, key);
        if (!flags.Has('q')) Answer(ref c, "HD"u8, flags);
    }

    // The item stays, but whoever reads it is told, and the first one is asked to fetch it anew.
    private static void Invalidate(ref CommandContext c, in KeyRef key, in MetaFlags flags)
    {
        if (flags.Has('T')) MemcachedItem.Touch(ref c, key, MemcachedItem.ExpireAtMs(flags.Seconds, c.NowMs));
        if (!MemcachedItem.TryGetUnique(ref c, key, out _)) return;
        MemcachedItem.Renew(ref c, key, MemcachedItem.Stale);
    }

    private static void Answer(ref CommandContext c, ReadOnlySpan<byte> code, in MetaFlags flags)
    {
        c.Reply.Raw(code);
        MetaReply.Repeat(ref c, DeleteFlagsStart, c.Args.Count, flags.Has('b'));
        c.Reply.Raw("\r\n"u8);
    }

    private static bool TryMode(in MetaFlags flags, out StoreMode mode)
    {
        mode = StoreMode.Set;
        if (flags.Mode == 0) return true;
        switch (flags.Mode)
        {
            case (byte)'S' or (byte)'s': return true;
            case (byte)'E' or (byte)'e': mode = StoreMode.Add; return true;
            case (byte)'R' or (byte)'r': mode = StoreMode.Replace; return true;
            case (byte)'A' or (byte)'a': mode = StoreMode.Append; return true;
            case (byte)'P' or (byte)'p': mode = StoreMode.Prepend; return true;
            default: return false;
        }
    }
}
