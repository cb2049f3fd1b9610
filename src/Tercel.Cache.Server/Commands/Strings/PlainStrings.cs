using Tercel.Cache.Server.Commands.SingleFlight;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>GET, SET and their old relatives: whole values.</summary>
/// <remarks>Source: redis.io/commands, group string.</remarks>
internal static class PlainStrings
{
    public static void Get(ref CommandContext c)
    {
        if (c.Server.Policies.IsUsed) GetUnderPolicy(ref c);
        else if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value)) c.Reply.Null();
        else if (value.Kind == ValueKind.String) c.Reply.Bulk(value.Bytes);
        else c.Reply.WrongType();
    }

    public static void Set(ref CommandContext c)
    {
        if (c.Args.Count == 3) Store(ref c, c.Args[2]);
        else ConditionalSet.Run(ref c);
    }

    public static void SetNx(ref CommandContext c)
    {
        var key = c.Key(1);
        if (c.Keyspace.TryPeek(key, c.NowMs, out _))
        {
            c.Reply.Integer(0);
            return;
        }

        var status = c.Keyspace.SetString(key, c.Args[2], default, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        c.Changed(key, KeyEvents.String, "set"u8);
        c.Rewrite().Word("SET"u8).Word(c.Args[1]).Word(c.Args[2]);
        c.Reply.Integer(1);
    }

    public static void SetEx(ref CommandContext c) => StoreFor(ref c, ExpiryUnit.Seconds);

    public static void PSetEx(ref CommandContext c) => StoreFor(ref c, ExpiryUnit.Milliseconds);

    public static void GetSet(ref CommandContext c)
    {
        var key = c.Key(1);
        var mark = c.Reply.Length;
        if (!TryReplyOld(ref c, key)) return;
        var status = c.Keyspace.SetString(key, c.Args[2], default, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Truncate(mark);
            c.Reply.Status(status);
            return;
        }

        c.Changed(key, KeyEvents.String, "set"u8);
        c.Rewrite().Word("SET"u8).Word(c.Args[1]).Word(c.Args[2]);
    }

    public static void GetDel(ref CommandContext c)
    {
        var key = c.Key(1);
        if (!TryReplyOld(ref c, key) || !c.Keyspace.Remove(key, c.NowMs)) return;
        c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Rewrite().Word("DEL"u8).Word(c.Args[1]);
    }

    /// <summary>Replies the string of the key, or nil; false with the error when it is of another kind.</summary>
    public static bool TryReplyOld(ref CommandContext c, in KeyRef key)
    {
        if (!c.Keyspace.TryFind(key, c.NowMs, out var value))
        {
            c.Reply.Null();
            return true;
        }

        if (value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return false;
        }

        c.Reply.Bulk(value.Bytes);
        return true;
    }

    private static void GetUnderPolicy(ref CommandContext c)
    {
        var key = c.Key(1);
        if (!c.Keyspace.TryFind(key, c.NowMs, out var value)) Flight.Miss(ref c, key);
        else if (value.Kind != ValueKind.String) c.Reply.WrongType();
        else if (Flight.MustRefill(ref c, key, value.ExpireAtMs, value.TagSet)) c.Reply.Null();
        else c.Reply.Bulk(value.Bytes);
    }

    private static void Store(ref CommandContext c, ReadOnlySpan<byte> value)
    {
        var key = c.Key(1);
        var status = c.Keyspace.SetString(key, value, default, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        if (c.Server.Policies.IsUsed) Flight.Written(c.Server, key, value.Length);
        c.Changed(key, KeyEvents.String, "set"u8);
        c.Reply.Ok();
    }

    private static void StoreFor(ref CommandContext c, ExpiryUnit unit)
    {
        if (ExpiryReading.TryRead(ref c, 2, unit, out var expireAtMs)) ConditionalSet.RunWithExpiry(ref c, expireAtMs);
    }
}
