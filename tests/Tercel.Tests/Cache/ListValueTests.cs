using System.Runtime.InteropServices;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Memory;
using Tercel.Cache.Values;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed unsafe class ListValueTests : IDisposable
{
    private readonly PagePool _pool = new(1L << 30, 64 * 1024);
    private readonly NodeHeap _heap;
    private readonly ulong* _root = (ulong*)NativeMemory.AllocZeroed(8);
    private readonly byte[] _scratch = new byte[24];

    public ListValueTests() => _heap = new NodeHeap(_pool);

    private ListValue List => new(new CollectionHandle(_heap, _root));

    public void Dispose()
    {
        NativeMemory.Free(_root);
        _heap.Clear();
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 400)]
    [InlineData(3, 4_000)]
    public void Random_operations_agree_with_a_managed_list_and_give_all_memory_back(ulong salt, int usualCount)
    {
        var random = new Prng(Fuzz.Seed + salt);
        var model = new List<string>();
        foreach (var round in Fuzz.Rounds(8_000))
        {
            Step(random, model, usualCount);
            Assert.Equal(model.Count, List.Count);
            Collections.IntegrityCheck(ValueKind.List, *_root);
            if (round % 64 == 0) AssertSame(model);
        }

        AssertSame(model);
        var copy = Collections.Clone(ValueKind.List, *_root, _heap);
        Collections.IntegrityCheck(ValueKind.List, copy);
        Collections.Free(_heap, ValueKind.List, *_root);
        while (Collections.FreeDying(_heap, 1)) Assert.True(_heap.BytesUsed > 0);
        *_root = copy;
        AssertSame(model);
        Assert.Equal(_heap.BytesUsed, Collections.BytesUsed(ValueKind.List, copy));
        List.Drop(head: true, List.Count);
        Assert.Equal(0UL, *_root);
        while (Collections.FreeDying(_heap, 1)) Assert.Equal(0UL, *_root);
        Assert.Equal(0, _heap.BytesUsed);
    }

    [Fact]
    public void A_long_list_is_freed_little_by_little()
    {
        for (var i = 0; i < 100_000; i++) List.Push(Bytes($"element-{i:D8}"), head: false);
        var before = _heap.BytesUsed;
        Collections.Free(_heap, ValueKind.List, *_root);
        Assert.InRange(_heap.BytesUsed, before / 2, before);
        Assert.True(Collections.FreeDying(_heap, 1));
        Assert.InRange(_heap.BytesUsed, before / 2, before - 16 * 2_000);
        while (Collections.FreeDying(_heap, 4)) Assert.True(_heap.BytesUsed < before);
        Assert.Equal(0, _heap.BytesUsed);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("007")]
    [InlineData("+5")]
    [InlineData("127")]
    [InlineData("128")]
    [InlineData("-4096")]
    [InlineData("4096")]
    [InlineData("-32769")]
    [InlineData("8388607")]
    [InlineData("-8388609")]
    [InlineData("2147483648")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData(" 1")]
    public void Text_comes_back_as_it_was_whether_kept_as_an_integer_or_not(string text)
    {
        List.Push(Bytes(text), head: false);
        List.Push(Bytes("x"), head: false);
        Assert.Equal(text, Text(0));
        Assert.Equal(1, List.RemoveEqual(Bytes(text), 0));
        Assert.Equal("x", Text(0));
    }

    [Fact]
    public void Elements_of_every_header_size_are_walked_both_ways()
    {
        var model = new List<string>();
        int[] lengths = [0, 1, 62, 63, 64, 120, 127, 128, 4095, 4096, 16_380, 16_384, 2_097_150, 2_200_000];
        foreach (var length in lengths)
        {
            model.Add(new string('a', length));
            List.Push(Bytes(model[^1]), head: false);
            Collections.IntegrityCheck(ValueKind.List, *_root);
        }

        AssertSame(model);
    }

    [Fact]
    public void A_queue_that_stays_short_keeps_its_memory_small()
    {
        for (var i = 0; i < 200_000; i++)
        {
            List.Push(Bytes($"element {i}"), head: false);
            if (i >= 20) List.Drop(head: true);
        }

        Assert.Equal(20, List.Count);
        Assert.True(_heap.BytesUsed <= 1024, $"{_heap.BytesUsed}");
    }

    [Fact]
    public void A_long_list_costs_little_more_than_its_elements()
    {
        const int Count = 100_000;
        for (var i = 0; i < Count; i++) List.Push(Bytes($"element-{i:D8}"), head: i % 2 == 0);
        Assert.InRange(_heap.BytesUsed, Count * 18L, Count * 19L);
    }

    [Fact]
    public void Pushing_popping_indexing_and_ranging_allocate_nothing()
    {
        var text = Bytes("some element of a list");
        var number = Bytes("1234567");
        long Run(int rounds)
        {
            var sum = 0L;
            for (var i = 0; i < rounds; i++)
            {
                List.Push(text, head: true);
                List.Push(number, head: false);
                List.TryGet(i / 2, _scratch, out var got);
                sum += got.Length;
                foreach (var element in List.Range(0, Math.Min(10, List.Count))) sum += element.Length;
                if (i % 4 == 3) List.Drop(head: i % 8 == 3, 2);
            }

            List.Drop(head: true, long.MaxValue);
            return sum;
        }

        Run(10_000);
        var least = long.MaxValue;
        var read = 0L;
        for (var part = 0; part < 3; part++)
        {
            // The best of three: a collection that another test caused counts the rest of this thread's buffer.
            var before = GC.GetAllocatedBytesForCurrentThread();
            read += Run(10_000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(read > 0);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string RandomText(Prng random) => random.Below(12) switch
    {
        0 => random.Between(-70_000, 70_000).ToString(null, null),
        1 => ((long)random.Next()).ToString(null, null),
        2 => new string('x', random.Between(0, 300)),
        3 => random.Chance(0.05) ? new string('y', random.Between(1_000, 9_000)) : "",
        _ => "e" + random.Below(30),
    };

    private void Step(Prng random, List<string> model, int usualCount)
    {
        var text = RandomText(random);
        var grow = model.Count < usualCount;
        switch (random.Below(12))
        {
            case <= 3 when grow:
                List.Push(Bytes(text), head: true);
                model.Insert(0, text);
                break;
            case <= 5 when grow:
                List.Push(Bytes(text), head: false);
                model.Add(text);
                break;
            case <= 5:
                Drop(random, model, random.Chance(0.5), random.Chance(0.02) ? random.Between(1, usualCount) : 1);
                break;
            case 6 when model.Count > 0:
                var index = random.Below(model.Count);
                Assert.True(List.TrySet(random.Chance(0.5) ? index : index - model.Count, Bytes(text)));
                model[index] = text;
                break;
            case 7:
                Insert(model, text, RandomText(random), random.Chance(0.5));
                break;
            case 8 when random.Chance(0.1):
                Remove(model, text, random.Between(-3, 3));
                break;
            case 9 when model.Count > 0 && random.Chance(0.02):
                var start = random.Below(model.Count);
                var count = random.Between(0, model.Count - start);
                List.Trim(start, count);
                model.RemoveRange(start + count, model.Count - start - count);
                model.RemoveRange(0, start);
                break;
            case 10 when model.Count > 0:
                var fromHead = random.Chance(0.5);
                List.Rotate(fromHead);
                var moved = fromHead ? model[0] : model[^1];
                model.RemoveAt(fromHead ? 0 : model.Count - 1);
                model.Insert(fromHead ? model.Count : 0, moved);
                break;
            default:
                if (model.Count > 0) CheckReads(random, model, text);
                break;
        }
    }

    private void Drop(Prng random, List<string> model, bool head, int count)
    {
        if (model.Count == 0) return;
        Assert.Equal(head ? model[0] : model[^1], Encoding.Latin1.GetString(List.Peek(head, _scratch)));
        count = Math.Min(count, model.Count);
        List.Drop(head, count == model.Count && random.Chance(0.5) ? count + 5L : count);
        model.RemoveRange(head ? 0 : model.Count - count, count);
    }

    private void Insert(List<string> model, string pivot, string text, bool before)
    {
        var at = model.IndexOf(pivot);
        Assert.Equal(at >= 0, List.TryInsert(Bytes(pivot), Bytes(text), before));
        if (at >= 0) model.Insert(before ? at : at + 1, text);
    }

    private void Remove(List<string> model, string text, int count)
    {
        var indexes = Enumerable.Range(0, model.Count).Where(i => model[i] == text).ToList();
        if (count < 0) indexes = indexes.TakeLast(-count).ToList();
        else if (count > 0) indexes = indexes.Take(count).ToList();
        Assert.Equal(indexes.Count, List.RemoveEqual(Bytes(text), count));
        foreach (var index in Enumerable.Reverse(indexes)) model.RemoveAt(index);
    }

    private void CheckReads(Prng random, List<string> model, string text)
    {
        var index = random.Below(model.Count);
        Assert.Equal(model[index], Text(index));
        Assert.Equal(model[index], Text(index - model.Count));
        Assert.False(List.TryGet(model.Count, _scratch, out _));
        var count = random.Between(0, Math.Min(20, model.Count - index));
        Assert.Equal(model.GetRange(index, count), Read(List.Range(index, count)));
        var first = new List<long>();
        foreach (var reverse in (bool[])[false, true])
        {
            var matches = List.Find(Bytes(text), reverse);
            first.Add(matches.MoveNext() ? matches.Index : -1);
        }

        Assert.Equal([model.IndexOf(text), model.LastIndexOf(text)], first);
    }

    private void AssertSame(List<string> model)
    {
        Assert.Equal(model, Read(List.GetEnumerator()));
        if (model.Count == 0) return;
        Assert.Equal(Enumerable.Reverse(model), Read(List.Range(model.Count - 1, model.Count, true)));
    }

    private string Text(int index) =>
        List.TryGet(index, _scratch, out var text) ? Encoding.Latin1.GetString(text) : "(none)";

    private static List<string> Read(ListRange range)
    {
        var texts = new List<string>();
        foreach (var text in range) texts.Add(Encoding.Latin1.GetString(text));
        return texts;
    }
}
