using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Finds out which shards a command needs.</summary>
internal static class KeyShards
{
    /// <summary>Adds the shards of all keys of the command. A count that is no number adds nothing: the command itself
    /// answers the error.</summary>
    public static void Collect(
        Keyspace keyspace, CommandInfo info, in CommandArgs args, int database, ShardSet shards)
    {
        if (info.Keys.Kind == KeySpecKind.Everything)
        {
            shards.AddAll();
            return;
        }

        var keys = new KeyPositions(info.Keys, args);
        while (keys.MoveNext()) shards.Add(keyspace.ShardOf(keyspace.Key(args[keys.Index], database).Hash));
    }

    /// <summary>Bytes of all arguments: about what the command may store.</summary>
    public static long BytesOf(in CommandArgs args)
    {
        long bytes = 0;
        for (var i = 1; i < args.Count; i++) bytes += args[i].Length;
        return bytes;
    }
}
