using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZSCAN key cursor [MATCH pattern] [COUNT n].</summary>
/// <remarks>Reply: the cursor to go on with, then members and scores as text, one after the other, in RESP3 too.
/// Source: redis.io/commands/scan</remarks>
internal static class ScoreScan
{
    public static void ZScan(ref CommandContext c)
    {
        if (!ElementScan.TryReadCursor(ref c, out var cursor)) return;
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            ElementScan.ReplyEmpty(c.Reply);
            return;
        }

        if (!ElementScan.TryReadOptions(ref c, mayOmitValues: false, out var filter, out var count)) return;
        var marks = ElementScan.Begin(c.Reply);
        var writer = new MemberWriter(c.Reply, filter);
        cursor = set.Scan(cursor, count, ref writer);
        ElementScan.End(c.Reply, marks, writer.Count, cursor);
    }

    private ref struct MemberWriter(ReplyWriter reply, ElementFilter filter) : IElementVisitor
    {
        private readonly ElementFilter _filter = filter;

        /// <summary>Replies written.</summary>
        public int Count { get; private set; }

        public void Visit(in Element element)
        {
            if (!_filter.Matches(element.Field)) return;
            Span<byte> text = stackalloc byte[RespNumber.TextBytesMax];
            reply.Bulk(element.Field);
            reply.Bulk(text[..RespNumber.Format(SortedSetValue.ScoreOf(element), text)]);
            Count += 2;
        }
    }
}
