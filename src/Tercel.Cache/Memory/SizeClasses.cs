using System.Numerics;

namespace Tercel.Cache.Memory;

/// <summary>The sizes that blocks of a <see cref="NodeHeap"/> are rounded up to.</summary>
/// <remarks>
/// Shape: multiples of 8 to 128; then eight steps per doubling, so at most 12.5% is lost: 144, 160 ... 512; then the
/// same steps less 16 bytes: 560, 624 ... 1008, 1136 ... Four or more of those leave the 64 bytes that a page's header
/// needs, so blocks of a quarter page and less fill it as if it had no header. Beyond the largest class: whole
/// 4 KiB less a header.
/// </remarks>
internal static class SizeClasses
{
    /// <summary>Classes up to blocks of a quarter of the largest page (1 MiB).</summary>
    public const int Count = 104;

    /// <summary>Size of the last class.</summary>
    private const int ClassBytesMax = 256 * 1024 - ShortBytes;
    private const int StepBytes = 8;
    private const int SteppedBytesMax = 128;
    private const int SteppedCount = SteppedBytesMax / StepBytes;
    private const int WholeBytesMax = 512;

    /// <summary>What the classes over 512 bytes are short of a power of two and its eighths.</summary>
    private const int ShortBytes = 16;

    /// <summary>The size of the smallest class that holds so many bytes.</summary>
    public static int RoundUp(int bytes)
    {
        if (bytes <= SteppedBytesMax) return bytes <= StepBytes ? StepBytes : (bytes + StepBytes - 1) & -StepBytes;
        if (bytes > ClassBytesMax) return ((bytes + HeapPage.Bytes + 4095) & -4096) - HeapPage.Bytes;
        var extra = bytes <= WholeBytesMax ? 0 : ShortBytes;
        var wanted = bytes + extra;
        var step = 1 << (BitOperations.Log2((uint)(wanted - 1)) - 3);
        return ((wanted + step - 1) & -step) - extra;
    }

    /// <summary>The number of the class that holds so many bytes, which are not more than the last class
    /// has.</summary>
    public static int IndexOf(int bytes)
    {
        if (bytes <= SteppedBytesMax) return bytes <= StepBytes ? 0 : (bytes - 1) / StepBytes;
        var last = bytes - 1 + (bytes <= WholeBytesMax ? 0 : ShortBytes);
        var log = BitOperations.Log2((uint)last);
        return SteppedCount + (log - 7) * 8 + (last >> (log - 3)) - 8;
    }
}
