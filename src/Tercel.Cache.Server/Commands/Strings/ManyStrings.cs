using Tercel.Cache.Server.Commands.SingleFlight;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>MGET, MSET, MSETNX: several keys at once, atomically, since all their shards are entered.</summary>
internal static class ManyStrings
{
    public static void MGet(ref CommandContext c)
    {
        c.Reply.Array(c.Args.Count - 1);
        for (var i = 1; i < c.Args.Count; i++)
        {
            var key = c.Key(i);
            if (c.Keyspace.TryFind(key, c.NowMs, out var value) && value.Kind == ValueKind.String
                && !(c.Server.Policies.IsUsed && Flight.MustRefill(ref c, key, value.ExpireAtMs, value.TagSet)))
                c.Reply.Bulk(value.Bytes);
            else c.Reply.Null();
        }
    }

    public static void MSet(ref CommandContext c)
    {
        if (!TryStoreAll(ref c)) return;
        c.Reply.Ok();
    }

    public static void MSetNx(ref CommandContext c)
    {
        if (!HasPairs(ref c)) return;
        for (var i = 1; i < c.Args.Count; i += 2)
        {
            if (!c.Keyspace.TryPeek(c.Key(i), c.NowMs, out _)) continue;
            c.Reply.Integer(0);
            return;
        }

        if (!TryStoreAll(ref c)) return;
        var words = c.Rewrite().Word("MSET"u8);
        for (var i = 1; i < c.Args.Count; i++) words.Word(c.Args[i]);
        c.Reply.Integer(1);
    }

    private static bool TryStoreAll(ref CommandContext c)
    {
        if (!HasPairs(ref c)) return false;
        for (var i = 2; i < c.Args.Count; i += 2)
        {
            if (c.Args[i].Length <= EngineLimits.ValueBytesMax) continue;
            c.Reply.TooLarge();
            return false;
        }

        for (var i = 1; i < c.Args.Count; i += 2)
        {
            var key = c.Key(i);
            var status = c.Keyspace.SetString(key, c.Args[i + 1], default, c.NowMs);
            Primitives.Invariant.Holds(status == StoreStatus.Ok);
            c.Changed(key, KeyEvents.String, "set"u8);
        }

        return true;
    }

    private static bool HasPairs(ref CommandContext c)
    {
        if (c.Args.Count % 2 == 1) return true;
        c.ReplyArity();
        return false;
    }
}
