// Unsafe: hands out raw memory; a page or block belongs to its taker until returned, and addresses stay readable.
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>All memory of a keyspace: equal pages and a few large blocks, counted against one maximum.</summary>
/// <remarks>Thread: any; pages are handed out under a short lock, which is rare next to the work done in a page.
/// Lifetime: a page belongs to its taker until returned. Errors: never refuses; the keyspace makes room before a
/// command runs, and a command may overdraw by what it stores. Free pages stay with the process for the next taker,
/// until large blocks need the memory: then they go back to the system, so that what is resident follows the
/// maximum.</remarks>
internal sealed unsafe class PagePool : IDisposable
{
    /// <summary>Free pages kept for the next taker: so much, or this part of what is in use.</summary>
    private const long SpareBytesMin = 16L << 20;
    private const int SparePart = 4;

    private readonly Lock _gate = new();
    private readonly AddressSpace _space;

    /// <summary>Free pages; the lower <see cref="_coldCount"/> of them have no memory behind them.</summary>
    private readonly AddressStack _free = new();
    private int _coldCount;
    private long _bytesMax;
    private long _bytesUsed;

    public PagePool(long bytesMax, int pageBytes)
        : this(bytesMax, pageBytes, AddressSpace.Create(bytesMax, pageBytes))
    {
    }

    internal PagePool(long bytesMax, int pageBytes, AddressSpace space)
    {
        Invariant.Holds(long.IsPow2(pageBytes) && pageBytes >= AddressSpace.GrainBytes);
        _bytesMax = bytesMax;
        PageBytes = pageBytes;
        _space = space;
    }

    /// <summary>The maximum. Units: bytes. May change while running.</summary>
    public long BytesMax { get => Volatile.Read(ref _bytesMax); set => Volatile.Write(ref _bytesMax, value); }

    /// <summary>Size of a page. Units: bytes; a power of two, and pages are aligned to it.</summary>
    public int PageBytes { get; }

    /// <summary>Pages and blocks in use. Units: bytes.</summary>
    public long BytesUsed => Volatile.Read(ref _bytesUsed);

    /// <summary>Free pages that still have memory behind them. Units: bytes.</summary>
    public long BytesFreeResident
    {
        get
        {
            lock (_gate) return (long)(_free.Count - _coldCount) * PageBytes;
        }
    }

    /// <summary>Takes one page; its bytes are not cleared.</summary>
    public byte* Take()
    {
        Interlocked.Add(ref _bytesUsed, PageBytes);
        lock (_gate)
        {
            if (!_free.TryPop(out var page)) return _space.NewPage();
            _coldCount = Math.Min(_coldCount, _free.Count);
            return page;
        }
    }

    /// <summary>Returns a page taken before.</summary>
    public void Return(byte* page)
    {
        Invariant.Holds(((ulong)page & (ulong)(PageBytes - 1)) == 0);
        var used = Interlocked.Add(ref _bytesUsed, -PageBytes);
        Invariant.Holds(used >= 0);
        lock (_gate) _free.Push(page);
    }

    /// <summary>Takes a block larger than a page can serve; cleared, aligned to a page.</summary>
    public byte* TakeLarge(long bytes)
    {
        Interlocked.Add(ref _bytesUsed, AddressSpace.RoundUp(bytes));
        lock (_gate)
        {
            ReleaseFree(int.MaxValue);
            return _space.NewLarge(bytes);
        }
    }

    /// <summary>Returns a large block with the size it was taken or last resized with.</summary>
    public void ReturnLarge(byte* block, long bytes)
    {
        var used = Interlocked.Add(ref _bytesUsed, -AddressSpace.RoundUp(bytes));
        Invariant.Holds(used >= 0);
        _space.DropLarge(block, bytes);
        lock (_gate) _space.FreeLarge(block, bytes);
    }

    /// <summary>Grows or shrinks a large block; new bytes are zero, the address may change.</summary>
    public byte* ResizeLarge(byte* block, long bytes, long newBytes)
    {
        if (_space.TryResizeLarge(block, bytes, newBytes))
        {
            Interlocked.Add(ref _bytesUsed, AddressSpace.RoundUp(newBytes) - AddressSpace.RoundUp(bytes));
            lock (_gate) ReleaseFree(int.MaxValue);
            return block;
        }

        var moved = TakeLarge(newBytes);
        Buffer.MemoryCopy(block, moved, newBytes, Math.Min(bytes, newBytes));
        ReturnLarge(block, bytes);
        return moved;
    }

    /// <summary>Gives a few free pages back to the system: what is above the maximum, and what is much next to what is
    /// in use.</summary>
    /// <returns>False when there was nothing to give back.</returns>
    public bool Trim(int pagesMax)
    {
        lock (_gate)
        {
            var before = _coldCount;
            ReleaseFree(pagesMax);
            var spare = Math.Max(SpareBytesMin, BytesUsed / SparePart) / PageBytes;
            while (_coldCount - before < pagesMax && _free.Count - _coldCount > spare && TryReleaseOne())
            {
            }

            return _coldCount != before;
        }
    }

    public void Dispose()
    {
        _free.Free();
        _space.Dispose();
    }

    private void ReleaseFree(int pagesMax)
    {
        var room = Math.Max(0, BytesMax - BytesUsed) / PageBytes;
        for (; pagesMax > 0 && _free.Count - _coldCount > room && TryReleaseOne(); pagesMax--)
        {
        }
    }

    private bool TryReleaseOne()
    {
        if (!_space.TryRelease(_free[_coldCount])) return false;
        _coldCount++;
        return true;
    }
}
