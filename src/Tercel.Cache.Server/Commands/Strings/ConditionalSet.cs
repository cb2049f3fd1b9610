using Tercel.Cache.Server.Commands.SingleFlight;
using Tercel.Cache.Server.Commands.Tags;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>SET with options, SETEX, PSETEX.</summary>
/// <remarks>Reply: OK, nil when a condition did not hold; with GET the old value or nil. Source:
/// redis.io/commands/set; IFEQ and IFNE as Redis 8.4; TAGS, SWR and LEASE are our own.</remarks>
internal static class ConditionalSet
{
    public static void Run(ref CommandContext c)
    {
        if (!SetOptions.TryRead(ref c, out var options)) return;
        var expireAtMs = 0L;
        if (options.Unit != ExpiryUnit.None
            && !ExpiryReading.TryRead(ref c, options.ExpiryIndex, options.Unit, out expireAtMs)) return;
        if (!SetOptions.TryReadNumbers(ref c, ref options, expireAtMs)) return;

        var mark = c.Reply.Length;
        if (!TryPlan(ref c, options, ref expireAtMs, out var tagSet) || !TryCheck(ref c, c.Key(1), options)) return;
        if (!TryStore(ref c, 2, options.KeepTtl, expireAtMs, tagSet, mark)) return;
        if (!options.Get) c.Reply.Ok();
    }

    /// <summary>SETEX and PSETEX: the value is argument 3.</summary>
    public static void RunWithExpiry(ref CommandContext c, long expireAtMs)
    {
        if (!TryPlan(ref c, default, ref expireAtMs, out var tagSet)) return;
        if (TryStore(ref c, 3, keepTtl: false, expireAtMs, tagSet, c.Reply.Length)) c.Reply.Ok();
    }

    /// <summary>Applies the policy of the key, and finds the set for tags and stale window; replies the error
    /// and returns
    /// false when there are too many.</summary>
    private static bool TryPlan(ref CommandContext c, in SetOptions options, ref long expireAtMs, out uint tagSet)
    {
        var staleMs = options.StaleMs;
        if (c.Server.Policies.IsUsed)
        {
            var key = c.Key(1);
            if (options.KeepTtl) staleMs = KeptStaleMs(c, key);
            else if (expireAtMs != 0 && !options.HasStaleMs) staleMs = Flight.Plan(ref c, key, ref expireAtMs);
        }

        return TagArguments.TryIntern(ref c, options.TagsIndex, options.TagCount, others: 0, staleMs, out tagSet);
    }

    /// <summary>Stores; on an error, the reply is cut to <paramref name="mark"/> and the error
    /// written.</summary>
    private static bool TryStore(
        ref CommandContext c, int valueIndex, bool keepTtl, long expireAtMs, uint tagSet, int mark)
    {
        var key = c.Key(1);
        var stored = new ValueOptions
        {
            ExpireAtMs = Flight.HardExpiry(c.Keyspace, tagSet, expireAtMs), KeepExpiry = keepTtl,
            TagSet = tagSet,
        };
        var status = c.Keyspace.SetString(key, c.Args[valueIndex], stored, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Truncate(mark);
            c.Reply.Status(status);
            return false;
        }

        if (c.Server.Policies.IsUsed) Flight.Written(c.Server, key, c.Args[valueIndex].Length);
        c.Changed(key, KeyEvents.String, "set"u8);
        if (expireAtMs != 0) c.Notify(key, KeyEvents.Generic, "expire"u8);
        Journal(ref c, valueIndex, keepTtl, expireAtMs, tagSet);
        return true;
    }

    /// <summary>Whether the value may be stored. Writes the old value for GET, nil or an error when not.</summary>
    private static bool TryCheck(ref CommandContext c, in KeyRef key, in SetOptions options)
    {
        if (options.LeaseIndex != 0 && !HasLease(ref c, key, options))
        {
            c.Reply.Null();
            return false;
        }

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

    /// <summary>Whether the lease is still held, and no tag was invalidated while the value was made.</summary>
    private static bool HasLease(ref CommandContext c, in KeyRef key, in SetOptions options)
    {
        if (!c.Server.Leases.TryFind(key, c.NowMs, out var lease) || lease.Token != options.LeaseToken) return false;
        for (var i = 0; i < options.TagCount; i++)
        {
            if (c.Keyspace.Tags.IsInvalidatedSince(c.Args[options.TagsIndex + i], lease.TagEpoch)) return false;
        }

        return true;
    }

    private static long KeptStaleMs(in CommandContext c, in KeyRef key) =>
        c.Keyspace.TryPeek(key, c.NowMs, out var old) ? c.Keyspace.Tags.StaleMsOf(old.TagSet) : 0;

    /// <summary>A replay meets other times, keys and policies, so what was decided is journaled, not what was
    /// asked.</summary>
    private static void Journal(ref CommandContext c, int valueIndex, bool keepTtl, long expireAtMs, uint tagSet)
    {
        var words = c.Rewrite().Word("SET"u8).Word(c.Args[1]).Word(c.Args[valueIndex]);
        if (expireAtMs != 0) words.Word("PXAT"u8).Word(expireAtMs);
        else if (keepTtl) words.Word("KEEPTTL"u8);
        TagArguments.Journal(c.Keyspace.Tags, tagSet, words);
        if (expireAtMs != 0 && c.Server.Policies.IsUsed)
            words.Word("PSWR"u8).Word(c.Keyspace.Tags.StaleMsOf(tagSet));
    }
}
