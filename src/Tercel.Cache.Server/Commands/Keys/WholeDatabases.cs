using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>DBSIZE, FLUSHDB, FLUSHALL, SWAPDB.</summary>
/// <remarks>Flushing and swapping take constant time per shard, so ASYNC and SYNC are the same.</remarks>
internal static class WholeDatabases
{
    public static void DbSize(ref CommandContext c) => c.Reply.Integer(c.Keyspace.Count(c.Session.Database));

    public static void FlushDb(ref CommandContext c) => Flush(ref c, c.Session.Database);

    public static void FlushAll(ref CommandContext c) => Flush(ref c, -1);

    public static void SwapDb(ref CommandContext c)
    {
        if (!TryIndex(c.Args[1], out var first)) c.Reply.Error("ERR invalid first DB index"u8);
        else if (!TryIndex(c.Args[2], out var second)) c.Reply.Error("ERR invalid second DB index"u8);
        else if (!IsDatabase(first) || !IsDatabase(second)) c.Reply.Error("ERR DB index is out of range"u8);
        else
        {
            c.Keyspace.Swap(first, second);
            c.ChangedAll(-1);
            c.Reply.Ok();
        }
    }

    private static bool TryIndex(ReadOnlySpan<byte> text, out int index)
    {
        index = 0;
        if (!RespNumber.TryInteger(text, out var number) || number is < int.MinValue or > int.MaxValue) return false;
        index = (int)number;
        return true;
    }

    private static bool IsDatabase(int number) => number is >= 0 and < EngineLimits.DatabaseCount;

    private static void Flush(ref CommandContext c, int database)
    {
        var known = c.Args.Count == 1
            || (c.Args.Count == 2 && (c.Args[1].Is("ASYNC"u8) || c.Args[1].Is("SYNC"u8)));
        if (!known)
        {
            c.Reply.Syntax();
            return;
        }

        c.Keyspace.Flush(database);
        c.ChangedAll(database);
        c.Reply.Ok();
    }
}
