using Tercel.Cache.Server.Commands.Tags;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>INCR, DECR, INCRBY, DECRBY, INCRBYFLOAT.</summary>
/// <remarks>Reply: the new value. Errors: wrong type, no number, overflow; the value is unchanged in all three.
/// Source: redis.io/commands/incrby</remarks>
internal static class Counters
{
    public static void Incr(ref CommandContext c) => Add(ref c, 1);

    public static void Decr(ref CommandContext c) => Add(ref c, -1);

    public static void IncrBy(ref CommandContext c)
    {
        if (c.TryInteger(2, out var delta)) Add(ref c, delta);
    }

    public static void DecrBy(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var delta)) return;
        if (delta == long.MinValue) c.Reply.Error("ERR decrement would overflow"u8);
        else Add(ref c, -delta);
    }

    public static void IncrByFloat(ref CommandContext c)
    {
        var key = c.Key(1);
        var found = c.Keyspace.TryFind(key, c.NowMs, out var value);
        if (found && value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        Span<byte> text = stackalloc byte[FloatSum.TextBytesMax];
        var status = FloatSum.TryAdd(found ? value.Bytes : "0"u8, c.Args[2], text, out var length);
        if (status == StoreStatus.Overflow) c.Reply.Error("ERR increment would produce NaN or Infinity"u8);
        else if (status != StoreStatus.Ok) c.Reply.Status(status);
        else Store(ref c, key, text[..length], value.TagSet);
    }

    private static void Store(ref CommandContext c, in KeyRef key, scoped ReadOnlySpan<byte> text, uint tagSet)
    {
        var options = new ValueOptions { KeepExpiry = true, TagSet = tagSet };
        var status = c.Keyspace.SetString(key, text, options, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        c.Changed(key, KeyEvents.String, "incrbyfloat"u8);
        var words = c.Rewrite().Word("SET"u8).Word(c.Args[1]).Word(text).Word("KEEPTTL"u8);
        TagArguments.Journal(c.Keyspace.Tags, tagSet, words);
        c.Reply.Bulk(text);
    }

    private static void Add(ref CommandContext c, long delta)
    {
        var key = c.Key(1);
        var status = c.Keyspace.AddInteger(key, delta, c.NowMs, out var sum);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        c.Changed(key, KeyEvents.String, "incrby"u8);
        c.Reply.Integer(sum);
    }
}
