using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>SADD, SREM, SMOVE, SISMEMBER, SMISMEMBER, SCARD, SMEMBERS, SSCAN.</summary>
/// <remarks>Source: redis.io/commands/sadd.</remarks>
internal static class SetMembers
{
    public static void SAdd(ref CommandContext c)
    {
        var key = c.Key(1);
        var status = SetKeys.Open(ref c, key, out var set);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        var added = 0;
        for (var i = 2; i < c.Args.Count; i++)
            if (set.Add(c.Args[i])) added++;
        if (added > 0) c.Changed(key, KeyEvents.Set, "sadd"u8);
        c.Reply.Integer(added);
    }

    public static void SRem(ref CommandContext c)
    {
        var key = c.Key(1);
        if (SetKeys.Find(ref c, key, out var set) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        var removed = 0;
        for (var i = 2; i < c.Args.Count; i++)
            if (set.Remove(c.Args[i])) removed++;
        if (removed > 0) SetKeys.Removed(ref c, key, set, "srem"u8);
        c.Reply.Integer(removed);
    }

    public static void SMove(ref CommandContext c)
    {
        var (from, to, member) = (1, 2, 3);
        var fromStatus = SetKeys.Find(ref c, c.Key(from), out var source);
        if (fromStatus == StoreStatus.NotFound)
        {
            c.Reply.Integer(0);
            return;
        }

        if (fromStatus == StoreStatus.WrongType
            || SetKeys.Find(ref c, c.Key(to), out _) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!source.Contains(c.Args[member])) c.Reply.Integer(0);
        else if (c.Args[from].SequenceEqual(c.Args[to])) c.Reply.Integer(1);
        else Move(ref c, source);
    }

    public static void SIsMember(ref CommandContext c)
    {
        if (SetKeys.Find(ref c, c.Key(1), out var set) == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Integer(set.Contains(c.Args[2]) ? 1 : 0);
    }

    public static void SMIsMember(ref CommandContext c)
    {
        if (SetKeys.Find(ref c, c.Key(1), out var set) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Array(c.Args.Count - 2);
        for (var i = 2; i < c.Args.Count; i++) c.Reply.Integer(set.Contains(c.Args[i]) ? 1 : 0);
    }

    public static void SCard(ref CommandContext c)
    {
        if (SetKeys.Find(ref c, c.Key(1), out var set) == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Integer(set.Count);
    }

    public static void SMembers(ref CommandContext c)
    {
        if (SetKeys.Find(ref c, c.Key(1), out var set) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Set(set.Count);
        foreach (var member in set) c.Reply.Bulk(member);
    }

    public static void SScan(ref CommandContext c)
    {
        if (!ElementScan.TryReadCursor(ref c, out var cursor)) return;
        var status = SetKeys.Find(ref c, c.Key(1), out var set);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) ElementScan.ReplyEmpty(c.Reply);
        else if (ElementScan.TryReadOptions(ref c, mayOmitValues: false, out var filter, out var count))
        {
            var marks = ElementScan.Begin(c.Reply);
            var writer = new ElementWriter(c.Reply, filter, withValues: false);
            cursor = set.Scan(cursor, count, ref writer);
            ElementScan.End(c.Reply, marks, writer.Count, cursor);
        }
    }

    private static void Move(ref CommandContext c, scoped SetValue source)
    {
        var to = c.Key(2);
        var status = SetKeys.Open(ref c, to, out var target);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        source.Remove(c.Args[3]);
        var added = target.Add(c.Args[3]);
        SetKeys.Removed(ref c, c.Key(1), source, "srem"u8);
        if (added) c.Changed(to, KeyEvents.Set, "sadd"u8);
        c.Reply.Integer(1);
    }
}
