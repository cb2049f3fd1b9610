using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>mg, me, mn.</summary>
internal static class MetaReads
{
    private const int FlagsStart = 3;

    public static void Get(ref CommandContext c)
    {
        if (!MetaReply.TryRead(ref c, FlagsStart, c.Args.Count, out var flags)) return;
        var key = c.Key(MetaReply.KeyIndex);
        var wasRead = MemcachedItem.TryPeek(ref c, key, out var before) && before.Frequency > 0;
        var found = flags.Has('u') ? MemcachedItem.TryPeek(ref c, key, out var value) : Find(ref c, key, out value);
        var isNew = !found;
        if (isNew && (!flags.Has('N') || c.Keyspace.TryPeek(key, c.NowMs, out _)))
        {
            // Vivify makes no item of what another protocol keeps there.
            Miss(ref c, flags);
            return;
        }

        var expireAtMs = found ? value.ExpireAtMs : 0;
        var wins = Plan(ref c, flags, value.CasUnique, isNew, ref expireAtMs);
        if (isNew) MemcachedItem.Store(ref c, key, default, 0, expireAtMs);
        else if (flags.Has('T')) MemcachedItem.Touch(ref c, key, expireAtMs);
        Hit(ref c, key, flags, new Hits(wasRead, wins));
    }

    public static void Debug(ref CommandContext c)
    {
        var key = c.Key(MetaReply.KeyIndex);
        if (c.Args[MetaReply.KeyIndex].Length > MemcachedVerbs.KeyBytesMax) c.Reply.BadFormat();
        else if (!MemcachedItem.TryGetUnique(ref c, key, out var value)) c.Reply.Line("EN"u8);
        else
        {
            var left = MemcachedItem.SecondsLeft(value.ExpireAtMs, c.NowMs);
            c.Reply.Raw("ME "u8);
            c.Reply.Raw(c.Args[MetaReply.KeyIndex]);
            c.Reply.Raw(left < 0 ? " exp=-1"u8 : " exp="u8);
            if (left >= 0) c.Reply.Number((ulong)left);
            MetaReply.Flag(c.Reply, " la=0 cas="u8, MemcachedItem.Unique(value));
            c.Reply.Raw(value.Frequency > 1 ? " fetch=yes cls=1"u8 : " fetch=no cls=1"u8);
            MetaReply.Flag(c.Reply, " size="u8, (ulong)c.Keyspace.MemoryOf(key, c.NowMs));
            c.Reply.Raw("\r\n"u8);
        }
    }

    public static void NoOp(ref CommandContext c) => c.Reply.Line("MN"u8);

    private static bool Find(ref CommandContext c, in KeyRef key, out ValueView value) =>
        c.Keyspace.TryFind(key, c.NowMs, out value) && value.Kind == ValueKind.String;

    // Takes T, N and R in the order of the client: what comes later wins.
    private static bool Plan(
        ref CommandContext c, in MetaFlags flags, ulong marks, bool isNew, ref long expireAtMs)
    {
        var wins = isNew;
        for (var i = FlagsStart; i < c.Args.Count; i++)
        {
            switch (c.Args[i][0])
            {
                case (byte)'T':
                    expireAtMs = MemcachedItem.ExpireAtMs(flags.Seconds, c.NowMs);
                    break;
                case (byte)'N' when isNew:
                    expireAtMs = MemcachedItem.ExpireAtMs(flags.VivifySeconds, c.NowMs);
                    break;
                case (byte)'R' when !isNew && (marks & MemcachedItem.Won) == 0 && expireAtMs != 0:
                    wins |= MemcachedItem.SecondsLeft(expireAtMs, c.NowMs) < flags.RecacheSeconds;
                    break;
            }
        }

        return wins;
    }

    private static void Miss(ref CommandContext c, in MetaFlags flags)
    {
        if (flags.Has('q')) return;
        c.Reply.Raw("EN"u8);
        MetaReply.Repeat(ref c, FlagsStart, c.Args.Count, flags.Has('b'));
        c.Reply.Raw("\r\n"u8);
    }

    private static void Hit(ref CommandContext c, in KeyRef key, in MetaFlags flags, Hits hits)
    {
        // All changes first: they may move the item.
        var found = flags.Has('c') || hits.Wins
            ? MemcachedItem.TryGetUnique(ref c, key, out var value)
            : MemcachedItem.TryPeek(ref c, key, out value);
        if (!found)
        {
            // T with a time in the past.
            Miss(ref c, flags);
            return;
        }

        var marks = value.CasUnique;
        var isStale = (marks & MemcachedItem.Stale) != 0;
        var isWon = (marks & MemcachedItem.Won) != 0;
        var wins = hits.Wins || (isStale && !isWon);
        if (wins)
        {
            MemcachedItem.Mark(ref c, key, MemcachedItem.Won);
            MemcachedItem.TryPeek(ref c, key, out value);
        }

        var withValue = flags.Has('v');
        if (withValue) MetaReply.Flag(c.Reply, "VA "u8, (ulong)value.Bytes.Length);
        else c.Reply.Raw("HD"u8);
        WriteFlags(ref c, value, flags.Has('b'), hits.WasRead);
        if (isWon) c.Reply.Raw(" Z"u8);
        if (isStale) c.Reply.Raw(" X"u8);
        if (wins) c.Reply.Raw(" W"u8);
        c.Reply.Raw("\r\n"u8);
        if (!withValue) return;
        c.Reply.Raw(value.Bytes);
        c.Reply.Raw("\r\n"u8);
    }

    private static void WriteFlags(ref CommandContext c, scoped ValueView value, bool isBinary, bool wasRead)
    {
        for (var i = FlagsStart; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            switch (word[0])
            {
                case (byte)'s': MetaReply.Flag(c.Reply, " s"u8, (ulong)value.Bytes.Length); break;
                case (byte)'t': MetaReply.Time(c.Reply, value, c.NowMs); break;
                case (byte)'c': MetaReply.Flag(c.Reply, " c"u8, MemcachedItem.Unique(value)); break;
                case (byte)'f': MetaReply.Flag(c.Reply, " f"u8, value.ClientFlags); break;
                case (byte)'h': c.Reply.Raw(wasRead ? " h1"u8 : " h0"u8); break;
                // The engine keeps no time of the last access.
                case (byte)'l': c.Reply.Raw(" l0"u8); break;
                default: MetaReply.Repeat(ref c, word, isBinary); break;
            }
        }
    }

    private readonly record struct Hits(bool WasRead, bool Wins);
}
