// Unsafe: hands out raw addresses; who gets one owns that many bytes until giving it back.
namespace Tercel.Cache.Memory;

/// <summary>Where a <see cref="PagePool"/> gets its addresses from: the operating system.</summary>
/// <remarks>Thread: one at a time (the pool's lock), but for what says otherwise. Every address is below 2^47, since
/// an index slot keeps 46 bits of
/// it without the lowest. Pages are aligned to their size, and so are large blocks.</remarks>
internal abstract unsafe class AddressSpace : IDisposable
{
    /// <summary>Addresses end here; see the slots of the index.</summary>
    public const ulong AddressEnd = 1UL << 47;

    /// <summary>Unit in which the system gives and takes memory, as far as it matters here.</summary>
    public const int GrainBytes = 4096;

    /// <summary>Takes what the system has to offer; the portable way when it refuses a large reservation.</summary>
    public static AddressSpace Create(long bytesMax, int pageBytes) =>
        OperatingSystem.IsLinux() && LinuxAddressSpace.TryReserve(bytesMax, pageBytes) is { } reserved
            ? reserved
            : new PortableAddressSpace(pageBytes);

    /// <summary>Memory of a block in whole grains.</summary>
    public static long RoundUp(long bytes) => (bytes + GrainBytes - 1) & -GrainBytes;

    /// <summary>A page never handed out before.</summary>
    public abstract byte* NewPage();

    /// <summary>Gives the memory of a free page back, keeping its address readable and usable. False when this system
    /// cannot.</summary>
    public abstract bool TryRelease(byte* page);

    /// <summary>A large block of zeros.</summary>
    public abstract byte* NewLarge(long bytes);

    /// <summary>Gives the memory of a block back that is about to be freed; outside the pool's lock.</summary>
    public abstract void DropLarge(byte* block, long bytes);

    /// <summary>Frees a block after <see cref="DropLarge"/>.</summary>
    public abstract void FreeLarge(byte* block, long bytes);

    /// <summary>Another size for a large block where it is, new bytes being zero; false when it has to move. Outside
    /// the pool's lock.</summary>
    public abstract bool TryResizeLarge(byte* block, long bytes, long newBytes);

    public abstract void Dispose();
}
