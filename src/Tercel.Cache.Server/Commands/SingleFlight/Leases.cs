using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>Who refills which key, and until when.</summary>
/// <remarks>
/// Shape: per shard a table of buckets with four leases each, made with the shard's first lease: at most
/// <see cref="CountPerShardMax"/> per shard; when a bucket is full of live ones, nobody gets another there and the
/// key is served as without a policy. A key is known by its keyed 64-bit hash: two keys with the same one would share
/// a lease, which costs one of them a refill, never a wrong value.
/// Thread: the key's shard is entered, except for what says otherwise. Cost: one bucket; while there are no leases,
/// one branch.
/// </remarks>
internal sealed class Leases
{
    public const int CountPerShardMax = 1024;

    private const int Ways = 4;

    private readonly Keyspace _keyspace;
    private readonly Lease[]?[] _shards;
    private long _lastToken;
    private int _count;

    public Leases(Keyspace keyspace)
    {
        _keyspace = keyspace;
        _shards = new Lease[keyspace.ShardCount][];
        // Tokens of an earlier run must not fit: they go on from the time in microseconds.
        _lastToken = TimeProvider.System.GetUtcNow().Ticks / 10;
    }

    /// <summary>Whether any lease may be live. Any thread.</summary>
    public bool Any => Volatile.Read(ref _count) != 0;

    /// <summary>Leases given out and not ended; some may be past their time. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gives the session the lease of a key unless somebody holds it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="endsAtMs">When the lease ends by itself. Unix milliseconds.</param>
    /// <param name="tagEpoch">The invalidations so far: see <see cref="Lease.TagEpoch"/>.</param>
    /// <returns>The lease's token; 0 when another one holds it or there is no place.</returns>
    public long TryTake(in KeyRef key, long session, long nowMs, long endsAtMs, ulong tagEpoch)
    {
        var id = IdOf(key);
        var bucket = Bucket(key, create: true);
        var free = -1;
        for (var i = 0; i < bucket.Length; i++)
        {
            var live = bucket[i].IsLive(nowMs);
            if (live && bucket[i].Id == id) return 0;
            if (!live) free = i;
        }

        if (free < 0) return 0;
        if (bucket[free].Id == 0) Interlocked.Increment(ref _count);
        bucket[free] = new Lease
        {
            Id = id, Session = session, EndsAtMs = endsAtMs, Token = Interlocked.Increment(ref _lastToken),
            TagEpoch = tagEpoch,
        };
        return bucket[free].Token;
    }

    /// <summary>Who holds the lease of a key.</summary>
    public bool TryFind(in KeyRef key, long nowMs, out Lease lease)
    {
        var id = IdOf(key);
        foreach (var candidate in Bucket(key, create: false))
        {
            if (candidate.Id != id || !candidate.IsLive(nowMs)) continue;
            lease = candidate;
            return true;
        }

        lease = default;
        return false;
    }

    /// <summary>Ends the lease of a key: it was changed.</summary>
    public void End(in KeyRef key)
    {
        var id = IdOf(key);
        foreach (ref var lease in Bucket(key, create: false))
            if (lease.Id == id) End(ref lease);
    }

    /// <summary>Ends all leases of a session that closes. Nothing entered: enters shards itself.</summary>
    public void EndOf(long session) => EndWhere(session, shardsEntered: false);

    /// <summary>Ends all leases: a database was flushed. All shards entered.</summary>
    public void EndAll() => EndWhere(session: null, shardsEntered: true);

    private void EndWhere(long? session, bool shardsEntered)
    {
        for (var shard = 0; shard < _shards.Length; shard++)
        {
            if (Volatile.Read(ref _shards[shard]) is not { } table) continue;
            if (!shardsEntered) _keyspace.Enter(shard);
            foreach (ref var lease in table.AsSpan())
                if (lease.Id != 0 && (session is null || lease.Session == session)) End(ref lease);
            if (!shardsEntered) _keyspace.Exit(shard);
        }
    }

    private void End(ref Lease lease)
    {
        lease = default;
        var count = Interlocked.Decrement(ref _count);
        Invariant.Holds(count >= 0);
    }

    private Span<Lease> Bucket(in KeyRef key, bool create)
    {
        var shard = _keyspace.ShardOf(key.Hash);
        var table = _shards[shard];
        if (table is null)
        {
            if (!create) return default;
            table = new Lease[CountPerShardMax];
            Volatile.Write(ref _shards[shard], table);
        }

        const int Buckets = CountPerShardMax / Ways;
        return table.AsSpan((int)((IdOf(key) >> 32) % Buckets) * Ways, Ways);
    }

    /// <summary>Never 0, which marks a free place.</summary>
    private static ulong IdOf(in KeyRef key) => (key.Hash + (ulong)key.Database * 0x9E3779B97F4A7C15) | 1;
}

/// <summary>One lease. <c>default</c> is a free place.</summary>
internal struct Lease
{
    public ulong Id;
    public long Session;
    public long EndsAtMs;

    /// <summary>What a client shows to store under the lease. Never 0.</summary>
    public long Token;

    /// <summary>Invalidations of tags when it was given: a value made before one of its tags was invalidated must not
    /// be stored after it.</summary>
    public ulong TagEpoch;

    public readonly bool IsLive(long nowMs) => Id != 0 && EndsAtMs > nowMs;
}
