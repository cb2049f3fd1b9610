using Tercel.Cache.Server.Commands.Strings;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HINCRBY, HINCRBYFLOAT.</summary>
/// <remarks>Reply: the new value; a missing field counts as 0, and a field keeps its expiry. Errors leave the value as
/// it was. Source: redis.io/commands/hincrby.</remarks>
internal static class HashCounters
{
    public static void HIncrBy(ref CommandContext c)
    {
        if (!c.TryInteger(3, out var delta)) return;
        var key = c.Key(1);
        var status = HashKeys.Find(ref c, key, out var hash);
        long sum = 0;
        long expireAtMs = 0;
        if (status == StoreStatus.Ok && hash.TryGet(c.Args[2], out var field))
        {
            expireAtMs = field.ExpireAtMs;
            if (!RespNumber.TryInteger(field.Value, out sum))
            {
                c.Reply.Error("ERR hash value is not an integer"u8);
                return;
            }
        }

        if (delta < 0 ? sum < long.MinValue - delta : sum > long.MaxValue - delta)
        {
            c.Reply.Status(StoreStatus.Overflow);
            return;
        }

        sum += delta;
        Span<byte> text = stackalloc byte[RespNumber.TextBytesMax];
        if (!TryStore(ref c, key, text[..RespNumber.Format(sum, text)], expireAtMs, "hincrby"u8)) return;
        c.Reply.Integer(sum);
    }

    public static void HIncrByFloat(ref CommandContext c)
    {
        if (!TryReadDelta(ref c)) return;
        var key = c.Key(1);
        var status = HashKeys.Find(ref c, key, out var hash);
        if (status == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        var found = hash.TryGet(c.Args[2], out var field);
        var expireAtMs = found ? field.ExpireAtMs : 0;
        Span<byte> text = stackalloc byte[FloatSum.TextBytesMax];
        var sum = FloatSum.TryAdd(found ? field.Value : "0"u8, c.Args[3], text, out var length);
        if (sum == StoreStatus.Overflow) c.Reply.Error("ERR increment would produce NaN or Infinity"u8);
        else if (sum != StoreStatus.Ok) c.Reply.Error("ERR hash value is not a float"u8);
        else if (TryStore(ref c, key, text[..length], expireAtMs, "hincrbyfloat"u8))
        {
            c.Rewrite().Word("HSET"u8).Word(c.Args[1]).Word(c.Args[2]).Word(text[..length]);
            if (expireAtMs != 0)
                c.Rewrite().Word("HPEXPIREAT"u8).Word(c.Args[1]).Word(expireAtMs).Word("FIELDS"u8).Word(1)
                    .Word(c.Args[2]);
            c.Reply.Bulk(text[..length]);
        }
    }

    private static bool TryReadDelta(ref CommandContext c)
    {
        if (!RespNumber.TryDouble(c.Args[3], out var delta)) c.Reply.NotAFloat();
        else if (!double.IsFinite(delta)) c.Reply.Error("ERR value is NaN or Infinity"u8);
        else return true;
        return false;
    }

    private static bool TryStore(
        ref CommandContext c, scoped in KeyRef key, scoped ReadOnlySpan<byte> value, long expireAtMs,
        ReadOnlySpan<byte> eventName)
    {
        var status = HashKeys.Open(ref c, key, out var hash);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return false;
        }

        hash.Set(c.Args[2], value, expireAtMs);
        c.Changed(key, KeyEvents.Hash, eventName);
        return true;
    }
}
