using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZADD, ZINCRBY.</summary>
/// <remarks>Reply: members added (with CH: and changed); with INCR and for ZINCRBY the new score, or nil when the
/// options did not allow it. Source: redis.io/commands/zadd</remarks>
internal static class ScoreWrites
{
    private const ScoreRules Compared = ScoreRules.OnlyHigher | ScoreRules.OnlyLower;

    public static void ZAdd(ref CommandContext c)
    {
        var first = ReadOptions(ref c, out var rules, out var countChanged);
        if (!IsSound(ref c, rules, first)) return;
        Set(ref c, first, rules, countChanged);
    }

    public static void ZIncrBy(ref CommandContext c) => Set(ref c, 2, ScoreRules.Increment, countChanged: false);

    /// <summary>Reads the option words.</summary>
    /// <returns>Index of the first score.</returns>
    private static int ReadOptions(ref CommandContext c, out ScoreRules rules, out bool countChanged)
    {
        rules = ScoreRules.None;
        countChanged = false;
        var i = 2;
        for (; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (word.Length is < 2 or > 4 || word[0] <= (byte)'9') break;
            if (word.Is("NX"u8)) rules |= ScoreRules.OnlyNew;
            else if (word.Is("XX"u8)) rules |= ScoreRules.OnlyExisting;
            else if (word.Is("GT"u8)) rules |= ScoreRules.OnlyHigher;
            else if (word.Is("LT"u8)) rules |= ScoreRules.OnlyLower;
            else if (word.Is("CH"u8)) countChanged = true;
            else if (word.Is("INCR"u8)) rules |= ScoreRules.Increment;
            else break;
        }

        return i;
    }

    private static bool IsSound(ref CommandContext c, ScoreRules rules, int first)
    {
        var words = c.Args.Count - first;
        var isNew = (rules & ScoreRules.OnlyNew) != 0;
        var compared = rules & Compared;
        if (words == 0 || words % 2 != 0) c.Reply.Syntax();
        else if (isNew && (rules & ScoreRules.OnlyExisting) != 0)
            c.Reply.Error("ERR XX and NX options at the same time are not compatible"u8);
        else if (compared == Compared || isNew && compared != 0)
            c.Reply.Error("ERR GT, LT, and/or NX options at the same time are not compatible"u8);
        else if ((rules & ScoreRules.Increment) != 0 && words > 2)
            c.Reply.Error("ERR INCR option supports a single increment-element pair"u8);
        else return true;
        return false;
    }

    private static void Set(ref CommandContext c, int first, ScoreRules rules, bool countChanged)
    {
        var score = 0.0;
        for (var i = first; i < c.Args.Count; i += 2)
        {
            if (ScoreAccess.TryScore(c.Args[i], out score)) continue;
            c.Reply.NotAFloat();
            return;
        }

        var key = c.Key(1);
        var isIncrement = (rules & ScoreRules.Increment) != 0;
        var status = (rules & ScoreRules.OnlyExisting) != 0
            ? c.Keyspace.FindCollection(key, ValueKind.SortedSet, c.NowMs, out var handle)
            : c.Keyspace.OpenCollection(key, ValueKind.SortedSet, c.NowMs, out handle);
        if (status == StoreStatus.Ok)
        {
            var set = new SortedSetValue(handle);
            if (isIncrement) Increment(ref c, key, ref set, first, rules, score);
            else Add(ref c, key, ref set, first, rules, countChanged);
        }
        else if (status != StoreStatus.NotFound) c.Reply.Status(status);
        else if (isIncrement) c.Reply.Null();
        else c.Reply.Integer(0);
    }

    private static void Increment(
        ref CommandContext c, scoped in KeyRef key, scoped ref SortedSetValue set, int first, ScoreRules rules,
        double delta)
    {
        var change = set.Set(c.Args[first + 1], delta, rules, out var score);
        if (change is ScoreChange.Added or ScoreChange.Changed) c.Changed(key, KeyEvents.SortedSet, "zincr"u8);
        if (change == ScoreChange.NotANumber) c.Reply.Error("ERR resulting score is not a number (NaN)"u8);
        else if (change == ScoreChange.Refused) c.Reply.Null();
        else c.Reply.Double(score);
    }

    private static void Add(
        ref CommandContext c, scoped in KeyRef key, scoped ref SortedSetValue set, int first, ScoreRules rules,
        bool countChanged)
    {
        var added = 0;
        var changed = 0;
        for (var i = first; i < c.Args.Count; i += 2)
        {
            ScoreAccess.TryScore(c.Args[i], out var score);
            var change = set.Set(c.Args[i + 1], score, rules, out _);
            if (change == ScoreChange.Added) added++;
            else if (change == ScoreChange.Changed) changed++;
        }

        if (added + changed > 0) c.Changed(key, KeyEvents.SortedSet, "zadd"u8);
        c.Reply.Integer(countChanged ? added + changed : added);
    }
}
