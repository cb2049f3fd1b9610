using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>How each key of a command is used: what <c>%R~</c> and <c>%W~</c> patterns ask, and COMMAND INFO
/// tells.</summary>
internal static class KeyAccesses
{
    // Uses in the order of the keys; the last one is that of all further keys. Source: the key specifications of
    // Redis 7.0. Commands that are not here read or write as their flags say.
    private const string Text =
        """
        OW insert : msetnx setnx
        OW update : mset psetex restore set setex
        OW update; RO access : bitop sdiffstore sinterstore sunionstore zdiffstore zinterstore zrangestore zunionstore
        RM delete : del unlink
        RO : exists hexists hlen hstrlen llen memory|usage object|encoding object|freq object|idletime object|refcount
        RO : scard sismember strlen touch type watch zcard
        RO access; OW update : copy
        RW access delete : blmpop blpop brpop bzmpop bzpopmax bzpopmin getdel lmpop lpop rpop spop zmpop zpopmax
        RW access delete : zpopmin hgetdel
        RW access delete; OW insert : renamenx
        RW access delete; OW update : rename
        RW access delete; RW insert : blmove brpoplpush lmove rpoplpush smove
        RW access update : bitfield decr decrby getex getset hgetex hincrby hincrbyfloat incr incrby incrbyfloat move
        RW access update : setbit zincrby
        RW delete : hdel lrem ltrim srem zrem zremrangebylex zremrangebyrank zremrangebyscore
        RW insert : append hsetnx linsert lpush lpushx rpush rpushx sadd
        RW update : expire expireat hmset hset lset persist pexpire pexpireat setrange zadd
        """;

    private static readonly KeyUse Reads = KeyUse.Parse("RO access");
    private static readonly KeyUse Writes = KeyUse.Parse("OW update");
    private static readonly KeyUse ReadsAndWrites = KeyUse.Parse("RW access update");
    private static readonly KeyUse Looks = KeyUse.Parse("RO");
    private static readonly Dictionary<string, KeyUse[]> ByName = Read();

    /// <summary>How the key at that place among the command's keys (from 0) is used.</summary>
    public static KeyUse Of(CommandInfo info, int ordinal)
    {
        var uses = info.KeyUses ??= ByName.GetValueOrDefault(info.FullName) ?? Usual(info);
        return uses[Math.Min(ordinal, uses.Length - 1)];
    }

    /// <summary>The same for a command with its arguments: SET reads only with GET, BITFIELD writes only when one of
    /// its parts does.</summary>
    public static KeyUse Of(CommandInfo info, int ordinal, in CommandArgs args) => info.Name switch
    {
        "SET" when Has(args, 3, "get"u8) => ReadsAndWrites,
        "BITFIELD" when !Has(args, 2, "set"u8) && !Has(args, 2, "incrby"u8) => Reads,
        _ => Of(info, ordinal),
    };

    private static KeyUse[] Usual(CommandInfo info) =>
        info.Keys.Kind == KeySpecKind.Everything ? [Reads]
        : (info.Flags & CommandFlags.Write) != 0 ? [Writes]
        : (info.Flags & CommandFlags.ReadOnly) != 0 ? [Reads]
        : [Looks];

    private static bool Has(in CommandArgs args, int first, ReadOnlySpan<byte> word)
    {
        for (var i = first; i < args.Count; i++)
            if (Ascii.EqualsIgnoreCase(args[i], word)) return true;
        return false;
    }

    private static Dictionary<string, KeyUse[]> Read()
    {
        var byName = new Dictionary<string, KeyUse[]>(StringComparer.Ordinal);
        foreach (var line in Text.Split('\n'))
        {
            var parts = line.Split(':');
            var uses = parts[0].Split(';').Select(KeyUse.Parse).ToArray();
            foreach (var name in parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)) byName[name.Trim()] = uses;
        }

        return byName;
    }
}
