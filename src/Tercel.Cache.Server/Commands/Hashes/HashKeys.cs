using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>Finds the hash of a key, and takes the key away with its last field.</summary>
internal static class HashKeys
{
    /// <summary>The hash of a key for work on single fields; fields whose time is up may still lie in it, unseen.
    /// </summary>
    public static StoreStatus Find(ref CommandContext c, scoped in KeyRef key, out HashValue hash)
    {
        var status = c.Keyspace.FindCollection(key, ValueKind.Hash, c.NowMs, out var handle);
        hash = status == StoreStatus.Ok ? new HashValue(handle, c.NowMs) : default;
        return status;
    }

    /// <summary>The hash of a key without any field whose time is up, so that its count is right; NotFound when none is
    /// left.</summary>
    public static StoreStatus FindSwept(ref CommandContext c, scoped in KeyRef key, out HashValue hash)
    {
        var status = Find(ref c, key, out hash);
        if (status != StoreStatus.Ok || !hash.MayHaveExpired) return status;
        c.Keyspace.BeforeWrite(key);
        hash.RemoveExpired();
        if (hash.Count > 0) return StoreStatus.Ok;
        c.Keyspace.Remove(key, c.NowMs);
        return StoreStatus.NotFound;
    }

    /// <summary>The hash of a key, made when missing: a field must follow.</summary>
    public static StoreStatus Open(ref CommandContext c, scoped in KeyRef key, out HashValue hash)
    {
        var status = c.Keyspace.OpenCollection(key, ValueKind.Hash, c.NowMs, out var handle);
        hash = status == StoreStatus.Ok ? new HashValue(handle, c.NowMs) : default;
        return status;
    }

    /// <summary>Tells that fields were removed, and removes the key with the last one.</summary>
    public static void Removed(ref CommandContext c, scoped in KeyRef key, scoped HashValue hash)
    {
        var isEmpty = hash.Count == 0;
        if (isEmpty) c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Hash, "hdel"u8);
        if (isEmpty) c.Notify(key, KeyEvents.Generic, "del"u8);
    }
}
