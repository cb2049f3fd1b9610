using Tercel.Cache.Server.Commands.SingleFlight;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>GETEX.</summary>
/// <remarks>Source: redis.io/commands/getex. As there, the number of an option is looked at only when the key holds
/// a string.</remarks>
internal static class ExpiringReads
{
    public static void GetEx(ref CommandContext c)
    {
        if (!TryReadOptions(ref c, out var unit, out var persist)) return;
        var key = c.Key(1);
        if (!c.Keyspace.TryFind(key, c.NowMs, out var value))
        {
            c.Reply.Null();
            return;
        }

        if (value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        var expireAtMs = 0L;
        if (unit != ExpiryUnit.None && !ExpiryReading.TryRead(ref c, 3, unit, out expireAtMs)) return;
        c.Reply.Bulk(value.Bytes);
        if (persist && value.ExpireAtMs != 0) Persist(ref c, key);
        else if (unit != ExpiryUnit.None)
            Expire(ref c, key, expireAtMs, Flight.HardExpiry(c.Keyspace, value.TagSet, expireAtMs));
    }

    private static bool TryReadOptions(ref CommandContext c, out ExpiryUnit unit, out bool persist)
    {
        unit = ExpiryUnit.None;
        persist = c.Args.Count == 3 && c.Args[2].Is("PERSIST"u8);
        if (persist || c.Args.Count == 2) return true;
        if (c.Args.Count == 4) unit = ExpiryReading.UnitOf(c.Args[2]);
        if (unit != ExpiryUnit.None) return true;
        c.Reply.Syntax();
        return false;
    }

    private static void Persist(ref CommandContext c, in KeyRef key)
    {
        c.Keyspace.SetExpiry(key, 0, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "persist"u8);
        c.Rewrite().Word("PERSIST"u8).Word(key.Bytes);
    }

    private static void Expire(ref CommandContext c, in KeyRef key, long expireAtMs, long goneAtMs)
    {
        var gone = expireAtMs <= c.NowMs;
        c.Keyspace.SetExpiry(key, gone ? expireAtMs : goneAtMs, c.NowMs);
        c.Changed(key, KeyEvents.Generic, gone ? "del"u8 : "expire"u8);
        if (gone) c.Rewrite().Word("DEL"u8).Word(key.Bytes);
        else c.Rewrite().Word("PEXPIREAT"u8).Word(key.Bytes).Word(expireAtMs);
    }
}
