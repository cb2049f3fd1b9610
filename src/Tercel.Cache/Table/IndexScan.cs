namespace Tercel.Cache.Table;

/// <summary>The order in which SCAN goes through a shard: by the bits of the hash, lowest first.</summary>
/// <remarks>A unit holds all hashes that end in its bits, and splitting it cuts that set in two neighbours of this
/// order. So a position stays right whatever splits or merges meanwhile. A position is the reversed low
/// <see cref="PositionBits"/> bits of a hash.</remarks>
internal static class IndexScan
{
    public const int PositionBits = 40;
    public const ulong End = 1UL << PositionBits;

    /// <summary>The unit at a position, and where the next one begins.</summary>
    public static ulong UnitAt(in HashIndex index, ulong position, out ulong next)
    {
        var bits = Reverse(position);
        var unit = index.UnitOf(bits);
        // The unit is known by as many low bits as it takes to name it at its level.
        var level = index.Level;
        var depth = unit < index.UnitCount - (1UL << level) || unit >= 1UL << level ? level + 1 : level;
        var width = End >> depth;
        next = (position & ~(width - 1)) + width;
        return unit;
    }

    private static ulong Reverse(ulong position)
    {
        ulong result = 0;
        for (var i = 0; i < PositionBits; i++) result |= ((position >> i) & 1) << (PositionBits - 1 - i);
        return result;
    }
}
