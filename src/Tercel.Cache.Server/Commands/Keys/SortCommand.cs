using Tercel.Cache.Values;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>SORT, SORT_RO.</summary>
/// <remarks>All shards are entered, since patterns name any key. Elements and results are copied before anything is
/// stored, so the destination may be the source. Source: redis.io/commands/sort; Redis' <c>sort.c</c>.</remarks>
internal static class SortCommand
{
    public static void Sort(ref CommandContext c) => Run(ref c, readOnly: false);

    public static void SortRo(ref CommandContext c) => Run(ref c, readOnly: true);

    private static void Run(ref CommandContext c, bool readOnly)
    {
        if (!SortOptions.TryRead(ref c, readOnly, out var options)) return;
        var elements = default(SortTable);
        try
        {
            if (!TryLoad(ref c, ref elements, ref options)) return;
            if (!options.IsUnsorted)
            {
                if (!TryWeigh(ref c, ref elements, options)) return;
                elements.Sort(options.IsText, options.ByIndex != 0, options.IsDescending);
            }

            if (options.StoreIndex == 0) Reply(ref c, ref elements, options);
            else Store(ref c, ref elements, options);
        }
        finally
        {
            elements.Dispose();
        }
    }

    /// <summary>Copies the elements; replies the error and returns false for a value that has none.</summary>
    private static bool TryLoad(ref CommandContext c, ref SortTable elements, ref SortOptions options)
    {
        c.Keyspace.TryPeek(c.Key(1), c.NowMs, out var value);
        switch (value.Kind)
        {
            case ValueKind.None: break;
            case ValueKind.List:
                c.Keyspace.FindCollection(c.Key(1), ValueKind.List, c.NowMs, out var handle);
                foreach (var element in new ListValue(handle)) elements.Add(element);
                break;
            case ValueKind.Set:
                foreach (var member in new SetValue(value.Root)) elements.Add(member);
                Determine(ref options);
                break;
            case ValueKind.SortedSet:
                foreach (var member in new SortedSetValue(value.Root)) elements.Add(member.Member);
                break;
            default:
                c.Reply.WrongType();
                return false;
        }

        // What keeps its own order can still be wanted from its end.
        if (options is { IsUnsorted: true, IsDescending: true } && value.Kind != ValueKind.Set) elements.Reverse();
        return true;
    }

    /// <summary>A set has no order of its own: what is stored would differ after a replay.</summary>
    private static void Determine(ref SortOptions options)
    {
        if (!options.IsUnsorted || options.StoreIndex == 0) return;
        options.IsUnsorted = false;
        options.IsText = true;
    }

    private static bool TryWeigh(ref CommandContext c, ref SortTable elements, in SortOptions options)
    {
        if (options is { IsText: true, ByIndex: 0 }) return true;
        for (var i = 0; i < elements.Count; i++)
        {
            ReadOnlySpan<byte> weight;
            if (options.ByIndex == 0) weight = elements[i];
            else if (!SortLookup.TryFind(ref c, c.Args[options.ByIndex], elements[i], out weight)) continue;
            if (options.IsText) elements.SetWeight(i, weight);
            else if (weight.IsEmpty) elements.SetScore(i, 0);
            else if (RespNumber.TryDouble(weight, out var score)) elements.SetScore(i, score);
            else
            {
                c.Reply.Error("ERR One or more scores can't be converted into double"u8);
                return false;
            }
        }

        return true;
    }

    private static void Reply(ref CommandContext c, ref SortTable elements, in SortOptions options)
    {
        var (first, count) = options.Window(elements.Count);
        c.Reply.Array(count * Math.Max(1, options.GetCount));
        for (var i = first; i < first + count; i++)
        {
            if (options.GetCount == 0) c.Reply.Bulk(elements[i]);
            for (var get = SortOptions.NextGet(c, 1); get != 0; get = SortOptions.NextGet(c, get))
            {
                if (SortLookup.TryFind(ref c, c.Args[get], elements[i], out var value)) c.Reply.Bulk(value);
                else c.Reply.Null();
            }
        }
    }

    private static void Store(ref CommandContext c, ref SortTable elements, in SortOptions options)
    {
        var results = default(SortTable);
        try
        {
            Collect(ref c, ref elements, options, ref results);
            var key = c.Key(options.StoreIndex);
            var existed = c.Keyspace.Remove(key, c.NowMs);
            if (results.Count > 0) Push(ref c, key, ref results);
            else if (existed) c.Changed(key, KeyEvents.Generic, "del"u8);
            c.Reply.Integer(results.Count);
        }
        finally
        {
            results.Dispose();
        }
    }

    /// <summary>What is to be stored; a missing value is stored as an empty string.</summary>
    private static void Collect(
        ref CommandContext c, ref SortTable elements, in SortOptions options, ref SortTable results)
    {
        var (first, count) = options.Window(elements.Count);
        for (var i = first; i < first + count; i++)
        {
            if (options.GetCount == 0) results.Add(elements[i]);
            for (var get = SortOptions.NextGet(c, 1); get != 0; get = SortOptions.NextGet(c, get))
            {
                SortLookup.TryFind(ref c, c.Args[get], elements[i], out var value);
                results.Add(value);
            }
        }
    }

    private static void Push(ref CommandContext c, in KeyRef key, ref SortTable results)
    {
        var status = c.Keyspace.OpenCollection(key, ValueKind.List, c.NowMs, out var handle);
        Invariant.Holds(status == StoreStatus.Ok);
        var list = new ListValue(handle);
        for (var i = 0; i < results.Count; i++) list.Push(results[i], head: false);
        c.Changed(key, KeyEvents.List, "sortstore"u8);
    }
}
