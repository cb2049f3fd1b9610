using Tercel.Cache.Server.Commands.SingleFlight;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>TTL, PTTL, EXPIRETIME, PEXPIRETIME.</summary>
/// <remarks>Reply: -2 for a missing key, -1 without an expiry. Seconds are rounded to the nearest, as Redis
/// does. Of a value with a stale window it is the time until it becomes stale.</remarks>
internal static class ExpiryReads
{
    public static void Ttl(ref CommandContext c) => Reply(ref c, c.NowMs, inSeconds: true);

    public static void PTtl(ref CommandContext c) => Reply(ref c, c.NowMs, inSeconds: false);

    public static void ExpireTime(ref CommandContext c) => Reply(ref c, 0, inSeconds: true);

    public static void PExpireTime(ref CommandContext c) => Reply(ref c, 0, inSeconds: false);

    private static void Reply(ref CommandContext c, long fromMs, bool inSeconds)
    {
        if (!c.Keyspace.TryPeek(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.Integer(-2);
            return;
        }

        var expireAtMs = Flight.SoftExpiry(c.Keyspace, value);
        var leftMs = Math.Max(0, expireAtMs - fromMs);
        if (expireAtMs == 0) c.Reply.Integer(-1);
        else c.Reply.Integer(inSeconds ? (leftMs + 500) / 1000 : leftMs);
    }
}
