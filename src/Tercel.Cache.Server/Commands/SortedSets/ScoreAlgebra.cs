using System.Buffers;
using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZUNION, ZINTER, ZDIFF, their STORE forms, ZINTERCARD.</summary>
/// <remarks>Inputs are sorted sets and plain sets. The result is built as a sorted set that no key has yet, since the
/// destination may be one of the inputs. Source: redis.io/commands/zunionstore</remarks>
internal static class ScoreAlgebra
{
    public static void ZUnion(ref CommandContext c) => Reply(ref c, AlgebraKind.Union);

    public static void ZInter(ref CommandContext c) => Reply(ref c, AlgebraKind.Intersection);

    public static void ZDiff(ref CommandContext c) => Reply(ref c, AlgebraKind.Difference);

    public static void ZInterCard(ref CommandContext c) => Reply(ref c, AlgebraKind.Cardinality);

    public static void ZUnionStore(ref CommandContext c) => Store(ref c, AlgebraKind.Union, "zunionstore"u8);

    public static void ZInterStore(ref CommandContext c) => Store(ref c, AlgebraKind.Intersection, "zinterstore"u8);

    public static void ZDiffStore(ref CommandContext c) => Store(ref c, AlgebraKind.Difference, "zdiffstore"u8);

    /// <summary>Puts a result in the place of a key and replies its size.</summary>
    public static void StoreResult(
        this ref CommandContext c, scoped in KeyRef key, scoped DetachedCollection result, ReadOnlySpan<byte> name)
    {
        var count = new SortedSetValue(result.Handle).Count;
        var existed = c.Keyspace.TryPeek(key, c.NowMs, out _);
        var status = result.Attach(c.Keyspace, key, c.NowMs);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        if (count > 0) c.Changed(key, KeyEvents.SortedSet, name);
        else if (existed) c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Reply.Integer(count);
    }

    private static void Reply(ref CommandContext c, AlgebraKind kind)
    {
        if (!AlgebraOptions.TryReadKeys(ref c, 1, out var options)) return;
        var pooled = ArrayPool<AlgebraSource>.Shared.Rent(options.KeyCount);
        var sources = pooled.AsSpan(0, options.KeyCount);
        if (TryFindSources(ref c, options, sources) && options.TryReadRest(ref c, kind, isStore: false, sources))
        {
            var result = DetachedCollection.For(c.Keyspace, c.Key(options.FirstKey), ValueKind.SortedSet);
            var builder = new ResultBuilder(result.Handle, kind, options, sources);
            builder.Build();
            var set = builder.Result;
            if (kind == AlgebraKind.Cardinality) c.Reply.Integer(builder.Counted);
            else c.Reply.Members(set, RankRange.Between(0, set.Count), options.WithScores);
            result.Discard();
        }

        ArrayPool<AlgebraSource>.Shared.Return(pooled);
    }

    private static void Store(ref CommandContext c, AlgebraKind kind, ReadOnlySpan<byte> name)
    {
        if (!AlgebraOptions.TryReadKeys(ref c, 2, out var options)) return;
        var pooled = ArrayPool<AlgebraSource>.Shared.Rent(options.KeyCount);
        var sources = pooled.AsSpan(0, options.KeyCount);
        if (TryFindSources(ref c, options, sources) && options.TryReadRest(ref c, kind, isStore: true, sources))
        {
            var key = c.Key(1);
            var result = DetachedCollection.For(c.Keyspace, key, ValueKind.SortedSet);
            var builder = new ResultBuilder(result.Handle, kind, options, sources);
            builder.Build();
            c.StoreResult(key, result, name);
        }

        ArrayPool<AlgebraSource>.Shared.Return(pooled);
    }

    private static bool TryFindSources(ref CommandContext c, AlgebraOptions options, Span<AlgebraSource> sources)
    {
        for (var i = 0; i < options.KeyCount; i++)
        {
            var found = c.Keyspace.TryFind(c.Key(options.FirstKey + i), c.NowMs, out var value);
            if (found && value.Kind is not (ValueKind.SortedSet or ValueKind.Set))
            {
                c.Reply.WrongType();
                return false;
            }

            sources[i] = new AlgebraSource
            {
                Root = found ? value.Root : 0, IsSorted = !found || value.Kind == ValueKind.SortedSet, Weight = 1,
            };
        }

        return true;
    }
}
