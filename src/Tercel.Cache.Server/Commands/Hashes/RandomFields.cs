using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HRANDFIELD.</summary>
/// <remarks>A positive count: so many distinct fields; a negative one: so many picks, with repeats. Source:
/// redis.io/commands/hrandfield.</remarks>
internal static class RandomFields
{
    public static void HRandField(ref CommandContext c)
    {
        if (c.Args.Count == 2)
        {
            One(ref c);
            return;
        }

        if (!RandomCount.TryRead(ref c, out var count)) return;
        var withValues = c.Args.Count == 4 && c.Args[3].Is("WITHVALUES"u8);
        if (c.Args.Count > 3 && !withValues)
        {
            c.Reply.Syntax();
            return;
        }

        if (!RandomCount.IsAllowed(ref c, ref count, withValues)) return;
        var status = HashKeys.FindSwept(ref c, c.Key(1), out var hash);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) c.Reply.Array(0);
        else Many(ref c, hash, (int)count, withValues);
    }

    private static void One(ref CommandContext c)
    {
        var status = HashKeys.FindSwept(ref c, c.Key(1), out var hash);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) c.Reply.Null();
        else c.Reply.Bulk(hash.Random(c.Dispatcher.Random.Next()).Field);
    }

    private static void Many(ref CommandContext c, scoped HashValue hash, int count, bool withValues)
    {
        var writer = new FieldWriter(c.Reply, withValues);
        var length = count < 0 ? -count : Math.Min(count, hash.Count);
        c.Reply.Array(withValues && !c.Reply.IsResp3 ? length * 2 : length);
        if (count >= 0)
        {
            hash.Sample(count, c.Dispatcher.Random.Next(), ref writer);
            return;
        }

        for (var i = 0; i < length; i++) writer.Visit(hash.Random(c.Dispatcher.Random.Next()));
    }

    /// <summary>Writes fields, with values side by side or as pairs.</summary>
    private struct FieldWriter(ReplyWriter reply, bool withValues) : IElementVisitor
    {
        public readonly void Visit(in Element element)
        {
            if (withValues && reply.IsResp3) reply.Array(2);
            reply.Bulk(element.Field);
            if (withValues) reply.Bulk(element.Value);
        }
    }
}
