namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>What GET does beyond looking: one client refills, the others get the old value or wait.</summary>
/// <remarks>Reference: docs/reference/cache-single-flight.md. Called with the key's shard entered. Inside MULTI and
/// for the journal's replay nothing is leased and nobody waits.</remarks>
internal static class Flight
{
    /// <summary>Lease of a stale value whose policy is gone, and of GETL. Units: milliseconds.</summary>
    public const long LeaseMsDefault = 2_000;

    /// <summary>Counts a hit, and tells whether this client gets nil instead, since it is the one to refill.</summary>
    public static bool MustRefill(ref CommandContext c, in KeyRef key, long expireAtMs, uint tagSet)
    {
        c.Server.Policies.TryMatch(key.Bytes, out var policy);
        policy?.Counts.AddHit();
        if (!IsStale(c, expireAtMs, tagSet)) return false;
        if (TryLead(ref c, key, policy?.LeaseMs ?? LeaseMsDefault, policy) != 0) return true;
        policy?.Counts.AddStaleHit();
        return false;
    }

    /// <summary>Answers GET for a key that has no value.</summary>
    public static void Miss(ref CommandContext c, in KeyRef key)
    {
        if (c.Server.Policies.TryMatch(key.Bytes, out var policy))
        {
            policy.Counts.AddMiss();
            if (MustWait(ref c, key, policy))
            {
                policy.Counts.AddWait();
                c.Block(policy.WaitMs, BlockTimeoutReply.Null);
                return;
            }
        }

        c.Reply.Null();
    }

    /// <summary>Takes the lease of a key for the session; 0 when another one has it, or none is given.</summary>
    public static long TryLead(ref CommandContext c, in KeyRef key, long leaseMs, FlightPolicy? policy)
    {
        if (leaseMs == 0 || !c.CanBlock) return 0;
        var endsAtMs = c.NowMs + leaseMs;
        var token = c.Server.Leases.TryTake(key, c.Session.Id, c.NowMs, endsAtMs, c.Keyspace.Tags.Epoch);
        if (token == 0) return 0;
        c.Session.HasLeases = true;
        policy?.Counts.AddLease();
        return token;
    }

    /// <summary>Whether the time to live of a value is over, although it may still be served.</summary>
    public static bool IsStale(in CommandContext c, long expireAtMs, uint tagSet)
    {
        if (tagSet == 0 || expireAtMs == 0) return false;
        var staleMs = c.Keyspace.Tags.StaleMsOf(tagSet);
        return staleMs != 0 && c.NowMs > expireAtMs - staleMs;
    }

    /// <summary>When a value becomes stale: what clients are told as its expiry. 0 = never.</summary>
    public static long SoftExpiry(Keyspace keyspace, scoped in ValueView value) =>
        value.TagSet == 0 || value.ExpireAtMs == 0 ? value.ExpireAtMs
            : value.ExpireAtMs - keyspace.Tags.StaleMsOf(value.TagSet);

    /// <summary>When a value of that set of tags leaves, if it becomes stale then.</summary>
    public static long HardExpiry(Keyspace keyspace, uint tagSet, long softExpireAtMs) =>
        tagSet == 0 || softExpireAtMs == 0 ? softExpireAtMs : softExpireAtMs + keyspace.Tags.StaleMsOf(tagSet);

    /// <summary>Counts what a SET without options stores.</summary>
    public static void Written(CacheServer server, in KeyRef key, int bytes)
    {
        if (server.Policies.TryMatch(key.Bytes, out var policy)) policy.Counts.AddBytesWritten(bytes);
    }

    /// <summary>Applies the policy of a key to what is stored with a time to live.</summary>
    /// <param name="c">The command.</param>
    /// <param name="key">The key.</param>
    /// <param name="expireAtMs">Shortened at random by the policy's jitter.</param>
    /// <returns>The stale window. Units: milliseconds.</returns>
    public static long Plan(ref CommandContext c, in KeyRef key, ref long expireAtMs)
    {
        if (!c.Server.Policies.TryMatch(key.Bytes, out var policy)) return 0;
        var ttlMs = expireAtMs - c.NowMs;
        if (policy.JitterPercent > 0 && ttlMs > 0)
            expireAtMs -= (long)(c.Dispatcher.Random.Next() % (ulong)(ttlMs * policy.JitterPercent / 100 + 1));
        return policy.StaleMs;
    }

    /// <summary>Whether somebody else refills the key, and this client is to wait for that.</summary>
    private static bool MustWait(ref CommandContext c, in KeyRef key, FlightPolicy policy)
    {
        if (!c.CanBlock || TryLead(ref c, key, policy.LeaseMs, policy) != 0 || policy.WaitMs == 0) return false;
        return c.Server.Leases.TryFind(key, c.NowMs, out var lease) && lease.Session != c.Session.Id;
    }
}
