namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME.</summary>
/// <remarks>Reply: per field -2 = no such field, -1 = it never expires, else the time; seconds are rounded up. Source:
/// redis.io/commands/httl.</remarks>
internal static class FieldExpiryReads
{
    private const int NoField = -2;
    private const int NoExpiry = -1;

    public static void HTtl(ref CommandContext c) => Run(ref c, c.NowMs, inSeconds: true);

    public static void HPTtl(ref CommandContext c) => Run(ref c, c.NowMs, inSeconds: false);

    public static void HExpireTime(ref CommandContext c) => Run(ref c, 0, inSeconds: true);

    public static void HPExpireTime(ref CommandContext c) => Run(ref c, 0, inSeconds: false);

    private static void Run(ref CommandContext c, long fromMs, bool inSeconds)
    {
        if (HashKeys.Find(ref c, c.Key(1), out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!FieldArguments.TryRead(ref c, at: 2, out var first, out var count)) return;
        c.Reply.Array(count);
        for (var i = first; i < first + count; i++)
        {
            if (!hash.TryGet(c.Args[i], out var field)) c.Reply.Integer(NoField);
            else if (field.ExpireAtMs == 0) c.Reply.Integer(NoExpiry);
            else c.Reply.Integer(inSeconds ? (field.ExpireAtMs - fromMs + 999) / 1000 : field.ExpireAtMs - fromMs);
        }
    }
}
