// Unsafe: a directory that dies is reached by nobody else any more.
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Lists;

/// <summary>Frees large lists: short ones at once, long ones little by little, so that removing a key stays
/// short.</summary>
internal static unsafe class ListFreeing
{
    /// <summary>Lists of more nodes (of 2 KB) are freed in the background.</summary>
    private const int AtOnceMax = 64;

    /// <summary>Frees a list, or lets it die: its memory then comes back with <see cref="Step"/>.</summary>
    public static void Free(NodeHeap heap, ListDirectory* directory)
    {
        if (directory->NodeCount > AtOnceMax)
        {
            directory->NextDying = (ListDirectory*)heap.DyingLists;
            heap.DyingLists = (nint)directory;
            return;
        }

        while (directory->NodeCount > 0) FreeLast(heap, directory);
        ListDirectory.Free(heap, directory);
    }

    /// <summary>Frees some nodes of the first dying list; false when there is none.</summary>
    public static bool Step(NodeHeap heap, int nodes)
    {
        var directory = (ListDirectory*)heap.DyingLists;
        if (directory == null) return false;
        for (; nodes > 0 && directory->NodeCount > 0; nodes--) FreeLast(heap, directory);
        if (directory->NodeCount > 0) return true;
        heap.DyingLists = (nint)directory->NextDying;
        ListDirectory.Free(heap, directory);
        return true;
    }

    private static void FreeLast(NodeHeap heap, ListDirectory* directory) =>
        ListNode.Free(heap, directory->Slots[--directory->End].Node);
}
