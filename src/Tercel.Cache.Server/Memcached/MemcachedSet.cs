// Why this is correct: the only pointer is that of the command function below.
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>MC.SET: stores what memcached clients store, client flags included; the append-only file is written with
/// it.</summary>
internal static unsafe class MemcachedSet
{
    public static void Register(CommandTable table) =>
        table.Add("MC.SET", 5, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, KeySpec.One, &Set,
            "string", "0.2.0",
            "Stores a string with the flags of memcached clients: key, flags, expiry in Unix ms or 0, value.");

    private static void Set(ref CommandContext c)
    {
        if (!RespNumber.TryInteger(c.Args[2], out var flags) || flags is < 0 or > uint.MaxValue
            || !RespNumber.TryInteger(c.Args[3], out var expireAtMs) || expireAtMs < 0)
        {
            c.Reply.NotAnInteger();
            return;
        }

        if (c.Args[4].Length <= EngineLimits.ValueBytesMax
            && MemcachedItem.Store(ref c, c.Key(1), c.Args[4], (uint)flags, expireAtMs)) c.Reply.Ok();
        else c.Reply.TooLarge();
    }
}
