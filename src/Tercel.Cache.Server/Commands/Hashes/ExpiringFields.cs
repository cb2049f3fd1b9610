using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HGETEX, HSETEX.</summary>
/// <remarks>Source: redis.io/commands/hgetex and hsetex (Redis 8).</remarks>
internal static class ExpiringFields
{
    /// <summary>HGETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST] FIELDS count field ...: the values, whose expiry
    /// changes.</summary>
    public static void HGetEx(ref CommandContext c)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!ExpiringFieldOptions.TryRead(ref c, out var options)) return;
        c.Reply.Array(options.Count);
        var (changed, removed) = (false, false);
        for (var i = options.First; i < options.First + options.Count; i++)
        {
            if (!hash.TryGet(c.Args[i], out var field))
            {
                c.Reply.Null();
                continue;
            }

            c.Reply.Bulk(field.Value);
            if (!options.HasExpiry && (!options.Persist || field.ExpireAtMs == 0)) continue;
            if (options.HasExpiry && options.ExpireAtMs <= c.NowMs) removed |= hash.Remove(c.Args[i]);
            else changed |= hash.SetExpiry(c.Args[i], options.ExpireAtMs);
        }

        if (changed) c.Changed(key, KeyEvents.Hash, options.Persist ? "hpersist"u8 : "hexpire"u8);
        if (removed) HashKeys.Removed(ref c, key, hash);
        if (changed || removed) Journal(ref c, options, removed);
    }

    /// <summary>HSETEX key [FNX | FXX] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL] FIELDS count field value ...: 1 when
    /// all were stored, 0 when the condition did not hold.</summary>
    public static void HSetEx(ref CommandContext c)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!ExpiringFieldOptions.TryReadForSet(ref c, out var options)) return;
        if (!Allows(ref c, hash, options))
        {
            c.Reply.Integer(0);
            return;
        }

        if (options.HasExpiry && options.ExpireAtMs <= c.NowMs)
        {
            RemoveAll(ref c, key, hash, options);
            return;
        }

        var status = HashKeys.Open(ref c, key, out hash);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        StoreAll(ref c, hash, options);
        c.Changed(key, KeyEvents.Hash, "hset"u8);
        if (options.HasExpiry) c.Notify(key, KeyEvents.Hash, "hexpire"u8);
        c.Reply.Integer(1);
    }

    private static void StoreAll(ref CommandContext c, scoped HashValue hash, in ExpiringFieldOptions options)
    {
        for (var i = 0; i < options.Count; i++)
        {
            var name = c.Args[options.First + 2 * i];
            var value = c.Args[options.First + 2 * i + 1];
            var expireAtMs = options.ExpireAtMs;
            if (options.KeepExpiry) expireAtMs = hash.TryGet(name, out var field) ? field.ExpireAtMs : 0;
            hash.Set(name, value, expireAtMs);
            c.Rewrite().Word("HSET"u8).Word(c.Args[1]).Word(name).Word(value);
            if (expireAtMs == 0) continue;
            c.Rewrite().Word("HPEXPIREAT"u8).Word(c.Args[1]).Word(expireAtMs).Word("FIELDS"u8).Word(1).Word(name);
        }
    }

    private static bool Allows(ref CommandContext c, scoped HashValue hash, in ExpiringFieldOptions options)
    {
        if (!options.OnlyMissing && !options.OnlyPresent) return true;
        for (var i = 0; i < options.Count; i++)
            if (hash.TryGet(c.Args[options.First + 2 * i], out _) != options.OnlyPresent) return false;
        return true;
    }

    /// <summary>A time already past: the fields are gone as soon as they are stored.</summary>
    private static void RemoveAll(
        ref CommandContext c, scoped in KeyRef key, scoped HashValue hash, in ExpiringFieldOptions options)
    {
        var removed = false;
        for (var i = 0; i < options.Count; i++) removed |= hash.Remove(c.Args[options.First + 2 * i]);
        c.Reply.Integer(1);
        if (!removed) return;
        HashKeys.Removed(ref c, key, hash);
        var words = c.Rewrite().Word("HDEL"u8).Word(c.Args[1]);
        for (var i = 0; i < options.Count; i++) words.Word(c.Args[options.First + 2 * i]);
    }

    private static void Journal(ref CommandContext c, in ExpiringFieldOptions options, bool removed)
    {
        var words = c.Rewrite();
        if (removed) words.Word("HDEL"u8).Word(c.Args[1]);
        else if (options.Persist) words.Word("HPERSIST"u8).Word(c.Args[1]).Word("FIELDS"u8).Word(options.Count);
        else
            words.Word("HPEXPIREAT"u8).Word(c.Args[1]).Word(options.ExpireAtMs).Word("FIELDS"u8).Word(options.Count);
        for (var i = options.First; i < options.First + options.Count; i++) words.Word(c.Args[i]);
    }
}
