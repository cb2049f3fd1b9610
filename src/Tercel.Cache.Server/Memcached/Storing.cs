using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>Stores items under the conditions of text and meta commands.</summary>
internal static class Storing
{
    public static StoreOutcome Run(
        ref CommandContext c, in KeyRef key, scoped ReadOnlySpan<byte> data, in StoreRequest request)
    {
        var exists = MemcachedItem.TryPeek(ref c, key, out var old);
        var isStale = false;
        if (request.Unique is { } unique)
        {
            if (!exists) return StoreOutcome.NotFound;
            if (!MemcachedItem.IsVersion(old, unique))
            {
                // An answer that comes too late may still be served, as a stale one.
                isStale = request.StoresStale && unique > 0 && unique < MemcachedItem.Unique(old);
                if (!isStale) return StoreOutcome.Exists;
            }
        }

        switch (request.Mode)
        {
            case StoreMode.Add when exists || HoldsOther(ref c, key): return StoreOutcome.NotStored;
            case StoreMode.Replace when !exists: return StoreOutcome.NotStored;
            case StoreMode.Append or StoreMode.Prepend:
                return exists && Extend(ref c, key, old, data, request.Mode)
                    ? StoreOutcome.Stored
                    : StoreOutcome.NotStored;
        }

        var marks = old.CasUnique & MemcachedItem.Won;
        var expireAtMs = isStale ? old.ExpireAtMs : request.ExpireAtMs;
        if (!MemcachedItem.Store(ref c, key, data, request.Flags, expireAtMs)) return StoreOutcome.NotStored;
        if (isStale) MemcachedItem.Mark(ref c, key, MemcachedItem.Stale | marks);
        return StoreOutcome.Stored;
    }

    // ADD must not replace what another protocol keeps there.
    private static bool HoldsOther(ref CommandContext c, in KeyRef key) =>
        c.Keyspace.TryPeek(key, c.NowMs, out _);

    private static bool Extend(
        ref CommandContext c, in KeyRef key, scoped ValueView old, scoped ReadOnlySpan<byte> data, StoreMode mode)
    {
        var had = old.Bytes.Length;
        var length = (long)had + data.Length;
        if (length > c.Server.Live.MemcachedItemBytesMax) return false;
        var (flags, expireAtMs) = (old.ClientFlags, old.ExpireAtMs);
        if (c.Keyspace.OpenString(key, (int)length, c.NowMs, out var bytes) != StoreStatus.Ok) return false;
        if (mode == StoreMode.Append)
        {
            data.CopyTo(bytes[had..]);
            c.Changed(key, KeyEvents.String, "append"u8);
            c.Rewrite().Word("APPEND"u8).Word(key.Bytes).Word(data);
            return true;
        }

        bytes[..had].CopyTo(bytes[data.Length..]);
        data.CopyTo(bytes);
        c.Changed(key, KeyEvents.String, "set"u8);
        MemcachedItem.Journal(ref c, key, bytes, flags, expireAtMs);
        return true;
    }
}

internal enum StoreMode : byte
{
    Set,
    Add,
    Replace,
    Append,
    Prepend,
}

internal enum StoreOutcome : byte
{
    Stored,
    NotStored,
    Exists,
    NotFound,
}

/// <summary>How to store.</summary>
/// <remarks><c>default</c> = set, without flags and expiry.</remarks>
internal readonly record struct StoreRequest
{
    public StoreMode Mode { get; init; }

    public uint Flags { get; init; }

    /// <summary>Units: Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; init; }

    /// <summary>Only when the item has that number.</summary>
    public ulong? Unique { get; init; }

    /// <summary>With an older number than the item's, stores all the same, but as stale.</summary>
    public bool StoresStale { get; init; }
}
