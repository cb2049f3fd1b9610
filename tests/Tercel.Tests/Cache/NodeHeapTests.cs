using Tercel.Cache.Memory;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed unsafe class NodeHeapTests
{
    private const int PageBytes = 64 * 1024;

    [Fact]
    public void Size_classes_hold_what_was_asked_lose_an_eighth_at_most_and_round_to_themselves()
    {
        for (var bytes = 0; bytes < 400_000; bytes++)
        {
            var size = NodeHeap.UsableBytes(bytes);
            Assert.True(size >= bytes && size % 8 == 0);
            Assert.Equal(size, NodeHeap.UsableBytes(size));
            Assert.True(bytes <= 64 || size <= bytes * 1.125 + 8, $"{bytes} -> {size}");
        }
    }

    [Fact]
    public void Every_small_class_has_its_own_number_in_rising_order()
    {
        var previous = (Size: 0, Index: -1);
        for (var bytes = 1; bytes <= SizeClasses.SmallBytesMax; bytes++)
        {
            var now = (Size: SizeClasses.RoundUp(bytes), Index: SizeClasses.SmallIndexOf(bytes));
            Assert.Equal(now.Index, SizeClasses.SmallIndexOf(now.Size));
            Assert.Equal(now.Size == previous.Size ? previous.Index : previous.Index + 1, now.Index);
            previous = now;
        }

        Assert.Equal(SizeClasses.SmallCount - 1, previous.Index);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(256 * 1024)]
    public void Blocks_of_all_sizes_waste_little_in_many_small_heaps(int pageBytes)
    {
        var random = new Prng(Fuzz.Seed);
        var pool = new PagePool(1L << 32, pageBytes);
        var heaps = Enumerable.Range(0, 16).Select(_ => new NodeHeap(pool)).ToList();
        for (var i = 0; i < 16 * 600; i++) heaps[i % 16].Allocate(random.Between(10, 3_000));
        var used = heaps.Sum(heap => heap.BytesUsed);
        Assert.InRange(pool.BytesUsed, used, used * 1.3 + 16L * 2 * pageBytes);
        heaps.ForEach(heap => heap.Clear());
        Assert.Equal(0, pool.BytesUsed);
    }

    [Fact]
    public void Blocks_of_a_multiple_of_64_bytes_lie_in_cache_lines_of_their_own()
    {
        var heap = new NodeHeap(new PagePool(1L << 30, PageBytes));
        for (var i = 0; i < 1_000; i++) Assert.Equal(0, (nint)heap.Allocate(64 * (1 + i % 8)) % 64);
        heap.IntegrityCheck();
        heap.Clear();
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public void Random_blocks_keep_their_bytes_and_all_memory_goes_back(int pageBytes)
    {
        var random = new Prng(Fuzz.Seed);
        var pool = new PagePool(1L << 30, pageBytes);
        var heap = new NodeHeap(pool);
        var blocks = new List<(nint Block, int Bytes, byte Fill)>();
        foreach (var round in Fuzz.Rounds(30_000))
        {
            if (random.Chance(round / 2_000 % 2 == 0 ? 0.7 : 0.3))
            {
                var bytes = random.Chance(0.02) ? random.Between(1, pageBytes) : random.Between(0, 700);
                var block = heap.Allocate(bytes);
                var fill = (byte)random.Next();
                new Span<byte>(block, NodeHeap.UsableBytes(bytes)).Fill(fill);
                blocks.Add(((nint)block, bytes, fill));
            }
            else if (blocks.Count > 0)
            {
                FreeOne(heap, blocks, random.Below(blocks.Count));
            }

            if (round % 1_000 == 0) heap.IntegrityCheck();
        }

        Assert.Equal(blocks.Sum(b => (long)NodeHeap.UsableBytes(b.Bytes)), heap.BytesUsed);
        while (blocks.Count > 0) FreeOne(heap, blocks, blocks.Count - 1);
        heap.IntegrityCheck();
        Assert.Equal(0, heap.BytesUsed);
        Assert.Equal(0, pool.BytesUsed);
    }

    [Fact]
    public void Clear_gives_pages_and_large_blocks_back_at_once()
    {
        var pool = new PagePool(1L << 30, PageBytes);
        var heap = new NodeHeap(pool);
        for (var i = 0; i < 3_000; i++) heap.Allocate(i % 100 == 0 ? 40_000 : i);
        Assert.True(pool.BytesUsed > heap.BytesUsed);
        heap.Clear();
        Assert.Equal(0, heap.BytesUsed);
        Assert.Equal(0, pool.BytesUsed);
        heap.IntegrityCheck();
        heap.Free(heap.Allocate(100), 100);
        Assert.Equal(0, pool.BytesUsed);
    }

    [Fact]
    public void Freeing_with_another_size_class_is_caught()
    {
        var heap = new NodeHeap(new PagePool(1L << 30, PageBytes));
        var block = heap.Allocate(100);
        Assert.Throws<BrokenInvariantException>(() => heap.Free(block, 200));
        heap.Clear();
    }

    [Fact]
    public void Allocating_and_freeing_take_no_managed_memory()
    {
        var heap = new NodeHeap(new PagePool(1L << 30, PageBytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) heap.Free(heap.Allocate(i), i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void FreeOne(NodeHeap heap, List<(nint Block, int Bytes, byte Fill)> blocks, int index)
    {
        var (block, bytes, fill) = blocks[index];
        Assert.Equal(-1, new Span<byte>((byte*)block, NodeHeap.UsableBytes(bytes)).IndexOfAnyExcept(fill));
        heap.Free((byte*)block, bytes);
        blocks[index] = blocks[^1];
        blocks.RemoveAt(blocks.Count - 1);
    }
}
