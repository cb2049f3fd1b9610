// Unsafe: as in ElementStore; nothing is changed here.
using System.Buffers;
using System.Numerics;
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values;

/// <summary>Picks elements at random, each with the same probability.</summary>
internal static unsafe class ElementPicker
{
    /// <summary>Elements that are picked one by one; their addresses are remembered in a pooled array.</summary>
    private const int FewMax = 64 * 1024;

    /// <summary>The element that a random number picks from a packed block or a table that is not empty.</summary>
    public static Element Pick(scoped in CollectionRoot root, ulong random)
    {
        if (root.Form == RootForm.Table)
        {
            while (true)
            {
                var node = TableWalk.Pick((FieldTable*)root.Block, random);
                if (node != null) return TableNode.Read(node);
                random = NextRandom(random);
            }
        }

        var block = (PackedBlock*)root.Block;
        var at = PackedBlock.First(block);
        for (var skip = Below(random, block->Count); skip > 0; skip--) at = PackedBlock.Read(block->Flags, at).End;
        return PackedBlock.Read(block->Flags, at);
    }

    /// <summary>Whether so few elements of a table are wanted that picking them one by one is quicker than walking all.
    /// </summary>
    public static bool IsFew(int wanted, int count) => wanted < count / 8 && wanted <= FewMax;

    /// <summary>Visits so many distinct elements of a table picked at random.</summary>
    public static void SampleFew<TVisitor>(FieldTable* table, int count, ulong random, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (count == 0) return;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);
        var seen = ArrayPool<ulong>.Shared.Rent(size);
        Array.Clear(seen, 0, size);
        while (count > 0)
        {
            random = NextRandom(random);
            var node = (ulong)TableWalk.Pick(table, random);
            if (node == 0) continue;
            var place = (int)(NextRandom(node) & (ulong)(size - 1));
            while (seen[place] != 0 && seen[place] != node) place = (place + 1) & (size - 1);
            if (seen[place] == node) continue;
            seen[place] = node;
            visitor.Visit(TableNode.Read((byte*)node));
            count--;
        }

        ArrayPool<ulong>.Shared.Return(seen);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public static int Below(ulong random, int limit) => (int)Math.BigMul(random, (ulong)limit, out _);

    /// <summary>The number after this one in a sequence that looks random. Source: SplitMix64.</summary>
    public static ulong NextRandom(ulong random)
    {
        var z = random + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Chooses so many elements of a walk, every choice with the same probability.</summary>
/// <remarks>Source: selection sampling, Knuth volume 2, 3.4.2, algorithm S.</remarks>
internal struct SampleChooser(int wanted, int count, ulong random)
{
    private int _wanted = wanted;
    private int _left = count;
    private ulong _random = random;

    /// <summary>Whether the next element is among the chosen.</summary>
    public bool Takes()
    {
        _random = ElementPicker.NextRandom(_random);
        if (ElementPicker.Below(_random, _left--) >= _wanted) return false;
        _wanted--;
        return true;
    }
}
