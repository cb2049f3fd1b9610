// Unsafe: a node of the set's table, whose value is always the eight bytes of a score.
using System.Runtime.CompilerServices;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>A member of a large sorted set: a node of its table, with the score as its value.</summary>
internal static unsafe class ScoredMember
{
    public static ReadOnlySpan<byte> Text(byte* member) => TableNode.Read(member).Field;

    public static double Score(byte* member)
    {
        var element = TableNode.Read(member);
        return Unsafe.ReadUnaligned<double>(element.FieldStart + element.FieldBytes);
    }

    public static void SetScore(byte* member, double score)
    {
        var element = TableNode.Read(member);
        Unsafe.WriteUnaligned(element.FieldStart + element.FieldBytes, score);
    }
}
