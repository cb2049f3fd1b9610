using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>SINTER, SINTERCARD, SUNION, SDIFF and their STORE forms.</summary>
/// <remarks>A missing key is an empty set. The destination may be one of the sources, and is replaced whatever it
/// holds. Source: redis.io/commands/sinter.</remarks>
internal static class SetOperations
{
    /// <summary>Up to so many sets of a union are searched for repeats; the members of more are gathered in a set of
    /// their own.</summary>
    private const int SearchedSetsMax = 4;

    private enum Operation : byte
    {
        Intersect,
        Union,
        Subtract,
    }

    public static void SInter(ref CommandContext c) => Reply(ref c, Operation.Intersect);

    public static void SUnion(ref CommandContext c) => Reply(ref c, Operation.Union);

    public static void SDiff(ref CommandContext c) => Reply(ref c, Operation.Subtract);

    public static void SInterStore(ref CommandContext c) => Store(ref c, Operation.Intersect, "sinterstore"u8);

    public static void SUnionStore(ref CommandContext c) => Store(ref c, Operation.Union, "sunionstore"u8);

    public static void SDiffStore(ref CommandContext c) => Store(ref c, Operation.Subtract, "sdiffstore"u8);

    /// <summary>SINTERCARD numkeys key ... [LIMIT limit].</summary>
    public static void SInterCard(ref CommandContext c)
    {
        if (!TryReadCardinality(ref c, out var count, out var limit)) return;
        if (SetKeys.Collect(ref c, first: 2, count) is not { } roots) return;
        var counter = default(MemberCounter);
        SetAlgebra.Intersect(roots.AsSpan(0, count), limit == 0 ? long.MaxValue : limit, ref counter);
        SetKeys.Return(roots);
        c.Reply.Integer(counter.Count);
    }

    private static bool TryReadCardinality(ref CommandContext c, out int count, out long limit)
    {
        (count, limit) = (0, 0);
        if (!RespNumber.TryInteger(c.Args[1], out var keys) || keys < 1)
        {
            c.Reply.Error("ERR numkeys should be greater than 0"u8);
            return false;
        }

        if (keys > c.Args.Count - 2)
        {
            c.Reply.Error("ERR Number of keys can't be greater than number of args"u8);
            return false;
        }

        count = (int)keys;
        for (var i = 2 + count; i < c.Args.Count; i += 2)
        {
            if (i + 1 == c.Args.Count || !c.Args[i].Is("LIMIT"u8))
            {
                c.Reply.Syntax();
                return false;
            }

            if (RespNumber.TryInteger(c.Args[i + 1], out limit) && limit >= 0) continue;
            c.Reply.Error("ERR LIMIT can't be negative"u8);
            return false;
        }

        return true;
    }

    private static void Reply(ref CommandContext c, Operation operation)
    {
        var count = c.Args.Count - 1;
        if (SetKeys.Collect(ref c, first: 1, count) is not { } roots) return;
        var sets = roots.AsSpan(0, count);
        if (operation == Operation.Union && count > SearchedSetsMax)
        {
            ReplyLargeUnion(ref c, sets);
        }
        else
        {
            var mark = c.Reply.BeginArray();
            var writer = new MemberWriter(c.Reply);
            switch (operation)
            {
                case Operation.Intersect: SetAlgebra.Intersect(sets, long.MaxValue, ref writer); break;
                case Operation.Union: SetAlgebra.Union(sets, ref writer); break;
                default: SetAlgebra.Subtract(sets, ref writer); break;
            }

            c.Reply.EndSet(mark, writer.Count);
        }

        SetKeys.Return(roots);
    }

    private static void ReplyLargeUnion(ref CommandContext c, ReadOnlySpan<ulong> sets)
    {
        var result = DetachedCollection.For(c.Keyspace, c.Key(1), ValueKind.Set);
        var builder = new SetBuilder(result.Handle);
        SetAlgebra.UnionWithRepeats(sets, ref builder);
        var union = new SetValue(result.Handle);
        c.Reply.Set(union.Count);
        foreach (var member in union) c.Reply.Bulk(member);
        result.Discard();
    }

    private static void Store(ref CommandContext c, Operation operation, ReadOnlySpan<byte> eventName)
    {
        var count = c.Args.Count - 2;
        if (SetKeys.Collect(ref c, first: 2, count) is not { } roots) return;
        var sets = roots.AsSpan(0, count);
        var key = c.Key(1);
        var result = DetachedCollection.For(c.Keyspace, key, ValueKind.Set);
        var builder = new SetBuilder(result.Handle);
        switch (operation)
        {
            case Operation.Intersect: SetAlgebra.Intersect(sets, long.MaxValue, ref builder); break;
            case Operation.Union: SetAlgebra.UnionWithRepeats(sets, ref builder); break;
            default: SetAlgebra.Subtract(sets, ref builder); break;
        }

        SetKeys.Return(roots);
        var members = new SetValue(result.Handle).Count;
        var existed = c.Keyspace.TryPeek(key, c.NowMs, out _);
        var status = result.Attach(c.Keyspace, key, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        if (members > 0) c.Changed(key, KeyEvents.Set, eventName);
        else if (existed) c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Reply.Integer(members);
    }

    private struct MemberWriter(ReplyWriter reply) : IElementVisitor
    {
        public int Count { get; private set; }

        public void Visit(in Element element)
        {
            reply.Bulk(element.Field);
            Count++;
        }
    }

    private ref struct SetBuilder(CollectionHandle handle) : IElementVisitor
    {
        private SetValue _set = new(handle);

        public void Visit(in Element element) => _set.Add(element.Field);
    }

    private struct MemberCounter : IElementVisitor
    {
        public long Count { get; private set; }

        public void Visit(in Element element) => Count++;
    }
}
