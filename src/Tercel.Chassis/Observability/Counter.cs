using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Chassis.Observability;

// A number alone on two cache lines, so that neighbours do not slow each other.
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedLong
{
    [FieldOffset(64)]
    public long Value;
}

// How work is spread over counters so that cores do not fight for one cache line.
internal static class Stripes
{
    private const int CountMax = 16;

    // A power of two at least the number of cores, up to a bound.
    public static readonly int Count =
        (int)Math.Min(CountMax, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Current() => Thread.GetCurrentProcessorId() & (Count - 1);
}

/// <summary>A number that only grows, cheap to add to from every core.</summary>
/// <remarks>Thread: any. Cost: one interlocked add on a cache line that belongs to the core.</remarks>
public sealed class Counter
{
    private readonly PaddedLong[] _stripes = new PaddedLong[Stripes.Count];

    /// <summary>The sum of everything added.</summary>
    public long Value
    {
        get
        {
            long sum = 0;
            foreach (ref var stripe in _stripes.AsSpan()) sum += Volatile.Read(ref stripe.Value);
            return sum;
        }
    }

    /// <summary>Adds to the number.</summary>
    public void Add(long amount = 1) => Interlocked.Add(ref _stripes[Stripes.Current()].Value, amount);
}
