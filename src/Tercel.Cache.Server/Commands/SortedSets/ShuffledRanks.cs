using System.Numerics;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>The numbers from 0 to a count in an order made at random, without keeping them.</summary>
/// <remarks>A Feistel network permutes the next power of four; numbers outside are permuted again until they are
/// inside, less than four times on average. Source: Black and Rogaway, Ciphers with Arbitrary Finite Domains.</remarks>
internal readonly struct ShuffledRanks
{
    private const int Rounds = 4;

    private readonly uint _count;
    private readonly int _halfBits;
    private readonly ulong _seed;

    public ShuffledRanks(int count, Prng random)
    {
        Invariant.Holds(count > 0);
        _count = (uint)count;
        _halfBits = Math.Max(1, (BitOperations.Log2(_count) + 2) / 2);
        _seed = random.Next();
    }

    /// <summary>The number at a place; each comes at one place only.</summary>
    public int At(int place)
    {
        Invariant.Holds((uint)place < _count);
        var number = (ulong)place;
        do number = Permute(number);
        while (number >= _count);
        return (int)number;
    }

    private ulong Permute(ulong number)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (number >> _halfBits, number & mask);
        for (var round = 0; round < Rounds; round++)
        {
            var mixed = (right + _seed + ((ulong)round << 32)) * 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
            (left, right) = (right, left ^ (mixed >> 32 & mask));
        }

        return left << _halfBits | right;
    }
}
