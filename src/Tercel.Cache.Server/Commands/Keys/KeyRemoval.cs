namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>DEL, UNLINK, EXISTS, TOUCH, TYPE.</summary>
internal static class KeyRemoval
{
    public static void Del(ref CommandContext c)
    {
        var removed = 0;
        for (var i = 1; i < c.Args.Count; i++)
        {
            var key = c.Key(i);
            if (!c.Keyspace.Remove(key, c.NowMs)) continue;
            removed++;
            c.Changed(key, KeyEvents.Generic, "del"u8);
        }

        c.Reply.Integer(removed);
    }

    /// <summary>A key given twice counts twice.</summary>
    public static void Exists(ref CommandContext c)
    {
        var found = 0;
        for (var i = 1; i < c.Args.Count; i++)
            if (c.Keyspace.TryPeek(c.Key(i), c.NowMs, out _)) found++;
        c.Reply.Integer(found);
    }

    public static void Touch(ref CommandContext c)
    {
        var found = 0;
        for (var i = 1; i < c.Args.Count; i++)
            if (c.Keyspace.TryFind(c.Key(i), c.NowMs, out _)) found++;
        c.Reply.Integer(found);
    }

    public static void Type(ref CommandContext c)
    {
        c.Keyspace.TryPeek(c.Key(1), c.NowMs, out var value);
        c.Reply.Simple(KindName(value.Kind));
    }

    /// <summary>The name that TYPE replies and SCAN's TYPE takes.</summary>
    public static ReadOnlySpan<byte> KindName(ValueKind kind) => kind switch
    {
        ValueKind.String => "string"u8,
        ValueKind.List => "list"u8,
        ValueKind.Set => "set"u8,
        ValueKind.SortedSet => "zset"u8,
        ValueKind.Hash => "hash"u8,
        _ => "none"u8,
    };
}
