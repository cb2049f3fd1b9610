namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HSCAN key cursor [MATCH pattern] [COUNT n] [NOVALUES].</summary>
/// <remarks>Source: redis.io/commands/scan; as there, options are looked at only when the key exists.</remarks>
internal static class HashScan
{
    public static void HScan(ref CommandContext c)
    {
        if (!ElementScan.TryReadCursor(ref c, out var cursor)) return;
        var status = HashKeys.Find(ref c, c.Key(1), out var hash);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) ElementScan.ReplyEmpty(c.Reply);
        else if (ElementScan.TryReadOptions(ref c, mayOmitValues: true, out var filter, out var count))
        {
            var marks = ElementScan.Begin(c.Reply);
            var writer = new ElementWriter(c.Reply, filter, withValues: !filter.OmitsValues);
            cursor = hash.Scan(cursor, count, ref writer);
            ElementScan.End(c.Reply, marks, writer.Count, cursor);
        }
    }
}
