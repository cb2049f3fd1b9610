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
            ReleaseFree();
            return _space.NewLarge(bytes);
        }
    }

    /// <summary>Returns a large block with the size it was taken or last resized with.</summary>
    public void ReturnLarge(byte* block, long bytes)
    {
        var used = Interlocked.Add(ref _bytesUsed, -AddressSpace.RoundUp(bytes));
        Invariant.Holds(used >= 0);
        lock (_gate) _space.FreeLarge(block, bytes);
    }

    /// <summary>Grows or shrinks a large block; new bytes are zero, the address may change.</summary>
    public byte* ResizeLarge(byte* block, long bytes, long newBytes)
    {
        Interlocked.Add(ref _bytesUsed, AddressSpace.RoundUp(newBytes) - AddressSpace.RoundUp(bytes));
        lock (_gate)
        {
            ReleaseFree();
            return _space.ResizeLarge(block, bytes, newBytes);
        }
    }

    /// <summary>Gives free memory back to the system as far as the maximum asks for it.</summary>
    public void Trim()
    {
        lock (_gate) ReleaseFree();
    }

    public void Dispose()
    {
        _free.Free();
        _space.Dispose();
    }

    private void ReleaseFree()
    {
        var room = Math.Max(0, BytesMax - BytesUsed) / PageBytes;
        while (_free.Count - _coldCount > room && _space.TryRelease(_free[_coldCount])) _coldCount++;
    }
}
