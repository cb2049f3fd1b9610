using System.Runtime.InteropServices;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Memory;
using Tercel.Cache.Values;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed unsafe class SortedSetValueTests : IDisposable
{
    private readonly PagePool _pool = new(1L << 30, 64 * 1024);
    private readonly NodeHeap _heap;
    private readonly ulong* _root = (ulong*)NativeMemory.AllocZeroed(8);

    public SortedSetValueTests() => _heap = new NodeHeap(_pool, hashSeed: 7);

    private SortedSetValue Set => new(new CollectionHandle(_heap, _root));

    public void Dispose()
    {
        NativeMemory.Free(_root);
        _heap.Clear();
    }

    [Theory]
    [InlineData(1, 20, 8)]
    [InlineData(2, 130, 40)]
    [InlineData(3, 2_000, 100)]
    [InlineData(4, 20_000, 3)]
    public void Random_operations_agree_with_a_managed_model_and_give_all_memory_back(
        ulong salt, int members, int scores)
    {
        var random = new Prng(Fuzz.Seed + salt);
        var model = new SortedSetModel();
        foreach (var round in Fuzz.Rounds(6_000))
        {
            Step(random, model, members, scores, round);
            Assert.Equal(model.Count, Set.Count);
            if (members < 1_000 || round % 16 == 0) Collections.IntegrityCheck(ValueKind.SortedSet, *_root);
            if (round % 64 == 0) AssertSame(model);
        }

        AssertSame(model);
        var copy = Collections.Clone(ValueKind.SortedSet, *_root, _heap);
        Collections.Free(_heap, ValueKind.SortedSet, *_root);
        while (Collections.FreeDying(_heap, segments: 100))
        {
        }

        *_root = copy;
        Collections.IntegrityCheck(ValueKind.SortedSet, copy);
        AssertSame(model);
        Assert.Equal(_heap.BytesUsed, Collections.BytesUsed(ValueKind.SortedSet, copy));
        while (model.Count > 0)
        {
            var rank = random.Below(model.Count);
            Set.RemoveRange(rank, 1);
            model.Remove(model.At(rank).Member);
            if (model.Count % 32 == 0) Collections.IntegrityCheck(ValueKind.SortedSet, *_root);
        }

        Assert.Equal(0UL, *_root);
        Assert.Equal(0, _heap.BytesUsed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_added_in_order_fill_their_leaves(bool falling)
    {
        const int Count = 20_000;
        for (var i = 0; i < Count; i++)
            Set.Set(Bytes($"member{i:D10}"), falling ? -i : i, ScoreRules.None, out _);
        Collections.IntegrityCheck(ValueKind.SortedSet, *_root);
        Assert.InRange(_heap.BytesUsed, Count * 48L, Count * 66L);
        Assert.True(Set.TryRank(Bytes("member0000000100"), out var rank, out _));
        Assert.Equal(falling ? Count - 101 : 100, rank);
        Set.RemoveRange(500, Count - 1_000);
        Collections.IntegrityCheck(ValueKind.SortedSet, *_root);
        Assert.Equal(1_000, Set.Count);
        Assert.InRange(_heap.BytesUsed, 1_000 * 40L, 1_000 * 90L);
    }

    [Fact]
    public void A_large_set_is_freed_little_by_little()
    {
        for (var i = 0; i < 50_000; i++) Set.Set(Bytes($"member{i:D10}"), i * 7919 % 10_007, ScoreRules.None, out _);
        var before = _heap.BytesUsed;
        Collections.Free(_heap, ValueKind.SortedSet, *_root);
        Assert.InRange(_heap.BytesUsed, before / 2, before);
        var steps = 0;
        for (; Collections.FreeDying(_heap, 1); steps++) Assert.True(_heap.BytesUsed < before);
        Assert.True(steps > 500, $"{steps}");
        Assert.Equal(0, _heap.BytesUsed);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-128.0)]
    [InlineData(32768.0)]
    [InlineData(1e15)]
    [InlineData(-9007199254740993.0)]
    [InlineData(0.1)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(double.PositiveInfinity)]
    public void Scores_come_back_bit_by_bit_but_for_the_sign_of_zero(double number)
    {
        foreach (var score in (double[])[number, -number])
            foreach (var member in (string[])[$"m{score}", $"{new string('l', 65)}{score}"])
            {
                Set.Set(Bytes(member), score, ScoreRules.None, out _);
                Assert.True(Set.TryGetScore(Bytes(member), out var stored));
                Assert.Equal(BitConverter.DoubleToInt64Bits(score + 0.0), BitConverter.DoubleToInt64Bits(stored));
            }
    }

    [Fact]
    public void Rules_decide_what_a_set_accepts()
    {
        var member = Bytes("m");
        Assert.Equal(ScoreChange.Refused, Set.Set(member, 1, ScoreRules.OnlyExisting, out _));
        Assert.Equal(ScoreChange.Added, Set.Set(member, 1, ScoreRules.OnlyHigher, out _));
        Assert.Equal(ScoreChange.Refused, Set.Set(member, 2, ScoreRules.OnlyNew, out var score));
        Assert.Equal(1, score);
        Assert.Equal(ScoreChange.Refused, Set.Set(member, 2, ScoreRules.OnlyLower, out _));
        Assert.Equal(ScoreChange.Same, Set.Set(member, 1, ScoreRules.None, out _));
        Assert.Equal(ScoreChange.Changed, Set.Set(member, 2, ScoreRules.Increment, out score));
        Assert.Equal(3, score);
        Set.Set(member, double.PositiveInfinity, ScoreRules.None, out _);
        Assert.Equal(ScoreChange.NotANumber, Set.Set(member, double.NegativeInfinity, ScoreRules.Increment, out _));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    public void Adding_ranking_ranging_and_removing_allocate_nothing(int members)
    {
        var names = Enumerable.Range(0, members).Select(i => Bytes($"member {i}")).ToArray();
        double Run(int rounds)
        {
            var sum = 0.0;
            for (var i = 0; i < rounds; i++)
            {
                var name = names[i % members];
                Set.Set(name, i * 7919 % 1000, ScoreRules.None, out _);
                if (Set.TryRank(name, out var rank, out _)) sum += rank;
                sum += Set.CountBefore(500, orEqual: true);
                foreach (var entry in Set.Range(0, Math.Min(5, Set.Count))) sum += entry.Score;
                if (i % 3 == 0) Set.Remove(names[i / 2 % members]);
            }

            return sum;
        }

        Run(20_000);
        var least = long.MaxValue;
        var read = 0.0;
        for (var part = 0; part < 3; part++)
        {
            // The best of three: a collection that another test caused counts the rest of this thread's buffer.
            var before = GC.GetAllocatedBytesForCurrentThread();
            read += Run(20_000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(read > 0);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Name(int number) => number % 50 == 49 ? $"{number}{new string('n', 70)}" : $"m{number}";

    private void Step(Prng random, SortedSetModel model, int members, int scores, int round)
    {
        var name = Name(random.Below(members));
        var score = random.Between(-scores, scores) / (random.Chance(0.5) ? 2.0 : 1.0);
        // Phases that grow the set and phases that shrink it.
        var choice = round % 2_000 > 1_200 && random.Chance(0.6) ? 6 : random.Below(10);
        switch (choice)
        {
            case <= 5:
                Change(model, name, score, (ScoreRules)random.Below(32));
                Change(model, Name(random.Below(members)), score, ScoreRules.None);
                break;
            case 6 or 7:
                Assert.Equal(model.Remove(name), Set.Remove(Bytes(name)));
                break;
            case 8 when model.Count > 0 && random.Chance(0.2):
                var start = random.Below(model.Count);
                var count = Math.Min(random.Below(40), model.Count - start);
                Set.RemoveRange(start, count);
                for (var i = 0; i < count; i++) model.Remove(model.At(start).Member);
                break;
            default:
                CheckReads(random, model, name, score);
                break;
        }
    }

    private void Change(SortedSetModel model, string name, double score, ScoreRules rules)
    {
        var exists = model.Scores.TryGetValue(name, out var old);
        var change = Set.Set(Bytes(name), score, rules, out var result);
        var wanted = exists && rules.HasFlag(ScoreRules.Increment) ? old + score : score;
        var refused = exists
            ? rules.HasFlag(ScoreRules.OnlyNew) || rules.HasFlag(ScoreRules.OnlyHigher) && wanted <= old
                || rules.HasFlag(ScoreRules.OnlyLower) && wanted >= old
            : rules.HasFlag(ScoreRules.OnlyExisting);
        Assert.Equal(refused ? ScoreChange.Refused
            : !exists ? ScoreChange.Added
            : wanted == old ? ScoreChange.Same : ScoreChange.Changed, change);
        if (refused) return;
        Assert.Equal(wanted, result);
        model.Set(name, wanted);
    }

    private void CheckReads(Prng random, SortedSetModel model, string name, double score)
    {
        var exists = model.Scores.TryGetValue(name, out var expected);
        Assert.Equal(exists, Set.TryRank(Bytes(name), out var rank, out var ranked));
        Assert.Equal(exists, Set.TryGetScore(Bytes(name), out var found));
        if (exists)
        {
            Assert.Equal((expected, expected), (ranked, found));
            Assert.Equal(model.RankOf(name), rank);
        }

        foreach (var orEqual in (bool[])[false, true])
            Assert.Equal(
                model.Scores.Values.Count(s => s < score || orEqual && s == score), Set.CountBefore(score, orEqual));
        if (model.Count == 0) return;
        var start = random.Below(model.Count);
        var count = random.Between(0, Math.Min(90, model.Count - start));
        var actual = Read(Set.Range(start, count));
        Assert.Equal(Enumerable.Range(start, count).Select(model.At), actual);
    }

    private void AssertSame(SortedSetModel model)
    {
        var all = Enumerable.Range(0, model.Count).Select(model.At).ToList();
        Assert.Equal(all, Read(Set.GetEnumerator()));
        if (model.Count > 0) Assert.Equal(Enumerable.Reverse(all), Read(Set.Range(model.Count - 1, model.Count, true)));
        var visitor = new Collector();
        var cursor = 0UL;
        do cursor = Set.Scan(cursor, 10, ref visitor);
        while (cursor != 0);
        Assert.Equal(all.Order(), visitor.Seen.Distinct().Order());
    }

    private static List<(string Member, double Score)> Read(SortedSetRange range)
    {
        var entries = new List<(string, double)>();
        foreach (var entry in range) entries.Add((Encoding.Latin1.GetString(entry.Member), entry.Score));
        return entries;
    }

    private sealed class Collector : IElementVisitor
    {
        public List<(string, double)> Seen { get; } = [];

        public void Visit(in Element element) =>
            Seen.Add((Encoding.Latin1.GetString(element.Field), SortedSetValue.ScoreOf(element)));
    }
}
