namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>SET with options.</summary>
/// <remarks>Reply: OK, nil when a condition did not hold; with GET the old value or nil. Source:
/// redis.io/commands/set; IFEQ and IFNE as Redis 8.4.</remarks>
internal static class ConditionalSet
{
    public static void Run(ref CommandContext c)
    {
        if (!SetOptions.TryRead(ref c, out var options)) return;
        var expireAtMs = 0L;
        if (options.Unit != ExpiryUnit.None
            && !ExpiryReading.TryRead(ref c, options.ExpiryIndex, options.Unit, out expireAtMs)) return;

        var key = c.Key(1);
        var mark = c.Reply.Length;
        if (!TryCheck(ref c, key, options)) return;
        var stored = new ValueOptions { ExpireAtMs = expireAtMs, KeepExpiry = options.KeepTtl };
        var status = c.Keyspace.SetString(key, c.Args[2], stored, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Truncate(mark);
            c.Reply.Status(status);
            return;
        }

        c.Changed(key, KeyEvents.String, "set"u8);
        if (expireAtMs != 0) c.Notify(key, KeyEvents.Generic, "expire"u8);
        Journal(ref c, options, expireAtMs);
        if (!options.Get) c.Reply.Ok();
    }

    /// <summary>Whether the value may be stored. Writes the old value for GET, nil or an error when not.</summary>
    private static bool TryCheck(ref CommandContext c, in KeyRef key, in SetOptions options)
    {
        if (options is { Get: false, Condition: SetCondition.None }) return true;
        var found = c.Keyspace.TryPeek(key, c.NowMs, out var old);
        if ((options.Get || options.Condition >= SetCondition.Equal) && found && old.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return false;
        }

        var allowed = options.Condition switch
        {
            SetCondition.Missing => !found,
            SetCondition.Present => found,
            SetCondition.Equal => found && old.Bytes.SequenceEqual(c.Args[options.CompareIndex]),
            SetCondition.Different => !found || !old.Bytes.SequenceEqual(c.Args[options.CompareIndex]),
            _ => true,
        };
        if (options.Get && found) c.Reply.Bulk(old.Bytes);
        else if (options.Get || !allowed) c.Reply.Null();
        return allowed;
    }

    /// <summary>A replay meets other times and maybe other keys, so what was decided is journaled, not what was
    /// asked.</summary>
    private static void Journal(ref CommandContext c, in SetOptions options, long expireAtMs)
    {
        var words = c.Rewrite().Word("SET"u8).Word(c.Args[1]).Word(c.Args[2]);
        if (expireAtMs != 0) words.Word("PXAT"u8).Word(expireAtMs);
        else if (options.KeepTtl) words.Word("KEEPTTL"u8);
    }
}
