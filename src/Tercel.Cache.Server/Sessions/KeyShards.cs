using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Finds out which shards a command needs.</summary>
internal static class KeyShards
{
    // More keys than that find their memory themselves.
    private const int PrefetchedMax = 16;

    /// <summary>Adds the shards of all keys of the command, and starts loading what they will be looked up in. A count
    /// that is no number adds nothing: the command itself answers the error.</summary>
    public static void Collect(
        Keyspace keyspace, CommandInfo info, in CommandArgs args, int database, ShardSet shards)
    {
        if (info.Keys.Kind == KeySpecKind.Everything)
        {
            shards.AddAll();
            return;
        }

        Span<ulong> hashes = stackalloc ulong[PrefetchedMax];
        var count = 0;
        var keys = new KeyPositions(info.Keys, args);
        while (keys.MoveNext())
        {
            var hash = keyspace.Key(args[keys.Index], database).Hash;
            shards.Add(keyspace.ShardOf(hash));
            if (count == PrefetchedMax) continue;
            hashes[count++] = hash;
            keyspace.PrefetchBucket(hash);
        }

        if (count > 1)
            foreach (var hash in hashes[..count]) keyspace.PrefetchEntry(hash);
    }

    /// <summary>Bytes of all arguments: about what the command may store.</summary>
    public static long BytesOf(in CommandArgs args)
    {
        long bytes = 0;
        for (var i = 1; i < args.Count; i++) bytes += args[i].Length;
        return bytes;
    }
}
