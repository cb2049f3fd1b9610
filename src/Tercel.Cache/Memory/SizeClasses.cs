using System.Numerics;

namespace Tercel.Cache.Memory;

/// <summary>The sizes that blocks of a <see cref="NodeHeap"/> are rounded up to.</summary>
/// <remarks>
/// Shape: multiples of 8 to 128; then eight steps per doubling, so at most 12.5% is lost: 144, 160 ... 512; then the
/// same steps less the 8 bytes of a header: 568, 632 ... 1016, 1144 ... Beyond 256 KiB: whole 4 KiB less a header.
/// </remarks>
internal static class SizeClasses
{
    /// <summary>Largest block that is cut from a span of equal blocks.</summary>
    public const int SmallBytesMax = 512;

    /// <summary>Classes up to <see cref="SmallBytesMax"/>.</summary>
    public const int SmallCount = SteppedCount + 16;

    /// <summary>What the classes over 512 bytes are short of a power of two and its eighths.</summary>
    public const int HeaderBytes = 8;

    private const int StepBytes = 8;
    private const int SteppedBytesMax = 128;
    private const int SteppedCount = SteppedBytesMax / StepBytes;
    private const int EighthsBytesMax = 256 * 1024 - HeaderBytes;
    private const int PageBytes = 4096;

    /// <summary>The size of the smallest class that holds so many bytes.</summary>
    public static int RoundUp(int bytes)
    {
        if (bytes <= SteppedBytesMax) return bytes <= StepBytes ? StepBytes : (bytes + StepBytes - 1) & -StepBytes;
        if (bytes > EighthsBytesMax)
            return ((bytes + LargeBlock.HeaderBytes + PageBytes - 1) & -PageBytes) - LargeBlock.HeaderBytes;
        var extra = bytes <= SmallBytesMax ? 0 : HeaderBytes;
        var wanted = bytes + extra;
        var step = 1 << (BitOperations.Log2((uint)(wanted - 1)) - 3);
        return ((wanted + step - 1) & -step) - extra;
    }

    /// <summary>The number of the class of a small block, from 0 on.</summary>
    public static int SmallIndexOf(int bytes)
    {
        if (bytes <= SteppedBytesMax) return bytes <= StepBytes ? 0 : (bytes - 1) / StepBytes;
        var log = BitOperations.Log2((uint)(bytes - 1));
        return SteppedCount + (log - 7) * 8 + ((bytes - 1) >> (log - 3)) - 8;
    }
}
