using System.Buffers.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>What memcached calls an item: a string of database 0 with client flags, an expiry, a unique number, and the
/// marks "stale" and "won" in the upper bits of that number.</summary>
/// <remarks>Thread: the item's shard is entered. Keys that hold other kinds of values are not items: reads miss them,
/// and only SET replaces them.</remarks>
internal static class MemcachedItem
{
    /// <summary>Invalidated, but still served.</summary>
    public const ulong Stale = 1UL << 63;

    /// <summary>Somebody has been told to fetch it anew.</summary>
    public const ulong Won = 1UL << 62;

    private const ulong UniqueMask = Won - 1;
    private const long RelativeSecondsMax = 60 * 60 * 24 * 30;

    /// <summary>The number clients see.</summary>
    public static ulong Unique(scoped ValueView value) => value.CasUnique & UniqueMask;

    /// <summary>Stale and won.</summary>
    public static ulong MarksOf(scoped ValueView value) => value.CasUnique & ~UniqueMask;

    /// <summary>Whether the item is that version; one that nobody has asked for its number is none.</summary>
    public static bool IsVersion(scoped ValueView value, ulong unique) => unique != 0 && Unique(value) == unique;

    /// <summary>The item, seen without counting the access.</summary>
    public static bool TryPeek(ref CommandContext c, in KeyRef key, out ValueView value) =>
        c.Keyspace.TryPeek(key, c.NowMs, out value) && value.Kind == ValueKind.String;

    /// <summary>The item with its unique number, which it gets now when it had none.</summary>
    public static bool TryGetUnique(ref CommandContext c, in KeyRef key, out ValueView value) =>
        TryPeek(ref c, key, out value) && c.Keyspace.TryGetWithCas(key, c.NowMs, out value);

    /// <summary>Adds marks to the item's number and takes others away.</summary>
    public static void Mark(ref CommandContext c, in KeyRef key, ulong set, ulong clear = 0)
    {
        if (!TryGetUnique(ref c, key, out var value)) return;
        c.Keyspace.SetCas(key, (value.CasUnique & ~clear) | set, c.NowMs);
    }

    /// <summary>Gives the item a new number with these marks and no others. Value and expiry stay, so nobody is told;
    /// marks do not outlive the process.</summary>
    public static void Renew(ref CommandContext c, in KeyRef key, ulong marks)
    {
        if (!TryGetUnique(ref c, key, out _)) return;
        c.Keyspace.SetCas(key, c.Keyspace.NextCas() | marks, c.NowMs);
    }

    /// <summary>Stores an item, and says so to all who want to know.</summary>
    /// <returns>False when it is too large.</returns>
    public static bool Store(
        ref CommandContext c, in KeyRef key, scoped ReadOnlySpan<byte> value, uint flags, long expireAtMs)
    {
        var options = new ValueOptions { ClientFlags = flags, ExpireAtMs = expireAtMs };
        if (c.Keyspace.SetString(key, value, options, c.NowMs) != StoreStatus.Ok) return false;
        c.Changed(key, KeyEvents.String, "set"u8);
        Journal(ref c, key, value, flags, expireAtMs);
        return true;
    }

    /// <summary>Journals the item as it is now: a SET when Redis' own says it all.</summary>
    public static void Journal(
        ref CommandContext c, in KeyRef key, scoped ReadOnlySpan<byte> value, uint flags, long expireAtMs)
    {
        var words = c.Rewrite();
        if (flags == 0)
        {
            words = words.Word("SET"u8).Word(key.Bytes).Word(value);
            if (expireAtMs > 0) words.Word("PXAT"u8).Word(expireAtMs);
        }
        else
        {
            words.Word("MC.SET"u8).Word(key.Bytes).Word(flags).Word(expireAtMs).Word(value);
        }
    }

    /// <summary>Removes an item, and says so.</summary>
    public static void Remove(ref CommandContext c, in KeyRef key)
    {
        c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Rewrite().Word("DEL"u8).Word(key.Bytes);
    }

    /// <summary>Sets the expiry of an item, and says so.</summary>
    public static void Touch(ref CommandContext c, in KeyRef key, long expireAtMs)
    {
        c.Keyspace.SetExpiry(key, expireAtMs, c.NowMs);
        c.Changed(key, KeyEvents.Generic, expireAtMs == 0 ? "persist"u8 : "expire"u8);
        if (expireAtMs == 0) c.Rewrite().Word("PERSIST"u8).Word(key.Bytes);
        else c.Rewrite().Word("PEXPIREAT"u8).Word(key.Bytes).Word(expireAtMs);
    }

    /// <summary>When something expires that is given so many seconds: 0 = never, negative = at once, up to 30 days from
    /// now, above as Unix time.</summary>
    public static long ExpireAtMs(long seconds, long nowMs) =>
        seconds == 0 ? 0
        : seconds < 0 ? nowMs
        : seconds <= RelativeSecondsMax ? nowMs + seconds * 1000
        : Math.Max(seconds * 1000, 1);

    /// <summary>Seconds to live, rounded up; -1 = for ever.</summary>
    public static long SecondsLeft(long expireAtMs, long nowMs) =>
        expireAtMs == 0 ? -1 : Math.Max((expireAtMs - nowMs + 999) / 1000, 0);

    public static bool TryExpiry(ReadOnlySpan<byte> text, out long seconds) =>
        Utf8Parser.TryParse(text, out seconds, out var used) && used == text.Length
        && seconds is >= int.MinValue and <= uint.MaxValue;

    /// <summary>A decimal number without sign; blanks behind it do no harm.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out ulong number) =>
        Utf8Parser.TryParse(text, out number, out var used) && text[0] is >= (byte)'0' and <= (byte)'9'
        && text[used..].TrimEnd((byte)' ').Length == 0;
}
