using Tercel.Cache.Memory;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed unsafe class PagePoolTests
{
    private const int PageBytes = 32 << 10;

    public static TheoryData<bool> Spaces => [true, false];

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Pages_are_aligned_distinct_and_counted(bool isPortable)
    {
        using var pool = Make(isPortable, 64 << 20);
        var pages = new HashSet<nint>();
        for (var i = 0; i < 100; i++)
        {
            var page = pool.Take();
            Assert.Equal(0, (nint)page % PageBytes);
            Assert.True(pages.Add((nint)page));
            new Span<byte>(page, PageBytes).Fill((byte)i);
        }

        Assert.Equal(100 * PageBytes, pool.BytesUsed);
        foreach (var page in pages) pool.Return((byte*)page);
        Assert.Equal(0, pool.BytesUsed);
        Assert.Contains((nint)pool.Take(), pages);
    }

    [Theory]
    [MemberData(nameof(Spaces))]
    public void A_large_block_keeps_its_bytes_when_it_changes_size_and_new_ones_are_zero(bool isPortable)
    {
        using var pool = Make(isPortable, 64 << 20);
        long bytes = 50_000;
        var block = pool.TakeLarge(bytes);
        new Span<byte>(block, (int)bytes).Fill(7);
        foreach (var size in new long[] { 51_000, 60_000, 200_000, 100_001, 3_000_000, 70_000 })
        {
            block = pool.ResizeLarge(block, bytes, size);
            var kept = (int)Math.Min(bytes, size);
            Assert.Equal(-1, new Span<byte>(block, kept).IndexOfAnyExcept((byte)7));
            Assert.Equal(-1, new Span<byte>(block + kept, (int)size - kept).IndexOfAnyExcept((byte)0));
            new Span<byte>(block, (int)size).Fill(7);
            bytes = size;
            Assert.Equal(AddressSpace.RoundUp(bytes), pool.BytesUsed);
        }

        pool.ReturnLarge(block, bytes);
        Assert.Equal(0, pool.BytesUsed);
        var again = pool.TakeLarge(bytes);
        Assert.Equal(-1, new Span<byte>(again, (int)bytes).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Free_pages_go_back_to_the_system_when_large_blocks_need_their_memory()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only there is memory given back page by page");
        using var pool = Make(isPortable: false, 32 << 20);
        var pages = new nint[512];
        for (var i = 0; i < pages.Length; i++) pages[i] = (nint)pool.Take();
        foreach (var page in pages) pool.Return((byte*)page);
        Assert.Equal(16 << 20, pool.BytesFreeResident);
        pool.TakeLarge(24 << 20);
        Assert.InRange(pool.BytesFreeResident, 0, 8 << 20);
        Assert.Contains((nint)pool.Take(), pages);
    }

    private static PagePool Make(bool isPortable, long bytesMax) => isPortable
        ? new PagePool(bytesMax, PageBytes, new PortableAddressSpace(PageBytes))
        : new PagePool(bytesMax, PageBytes);
}
