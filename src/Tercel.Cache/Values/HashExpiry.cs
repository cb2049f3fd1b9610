// Unsafe: as in ElementStore.
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values;

/// <summary>The times to live of a hash's fields.</summary>
internal static unsafe class HashExpiry
{
    /// <summary>Whether some field's time may be up.</summary>
    public static bool MayHaveExpired(ulong rootValue, long nowMs)
    {
        var root = new CollectionRoot(rootValue);
        if (root.IsEmpty) return false;
        if (root.Form == RootForm.Table) return ((FieldTable*)root.Block)->NextExpiryMs < nowMs;
        return ((PackedBlock*)root.Block)->IsTimed && FirstExpired((PackedBlock*)root.Block, nowMs) != null;
    }

    /// <summary>Whether the time of all fields is up for certain: the key is as good as gone.</summary>
    public static bool AllExpired(ulong rootValue, long nowMs)
    {
        var root = new CollectionRoot(rootValue);
        if (root.IsEmpty) return false;
        if (root.Form == RootForm.Table)
        {
            var table = (FieldTable*)root.Block;
            return table->TimedCount == table->Count && table->LastExpiryMs < nowMs;
        }

        var block = (PackedBlock*)root.Block;
        if (!block->IsTimed) return false;
        for (var at = PackedBlock.First(block); at < PackedBlock.End(block);)
        {
            var entry = PackedBlock.Read(block->Flags, at);
            if (!entry.IsExpired(nowMs)) return false;
            at = entry.End;
        }

        return true;
    }

    /// <summary>Changes the expiry of a field that is there (0 = never).</summary>
    public static void Set(ref CollectionRoot root, in Needle needle, long expireAtMs)
    {
        var shape = PackedFlags.None;
        if (expireAtMs != 0) ElementStore.MakeTimed(ref root, ref shape);
        if (root.Form == RootForm.Table)
        {
            var table = (FieldTable*)root.Block;
            var slot = FieldTable.Find(table, needle, out var index, out _);
            TableExpiry.Set(ElementStore.HeapOf(root), table, slot, index, expireAtMs);
            return;
        }

        var block = (PackedBlock*)root.Block;
        if (!block->IsTimed) return;
        Element.WriteExpiry(PackedBlock.Read(block->Flags, PackedBlock.Find(block, needle)).Expiry, expireAtMs);
    }

    /// <summary>Removes expired fields, so many and a few at most.</summary>
    public static int RemoveExpired(ref CollectionRoot root, long nowMs, int removalsMax)
    {
        var removed = 0;
        if (root.Form == RootForm.Table)
        {
            var table = (FieldTable*)root.Block;
            removed = TableExpiry.RemoveExpired(ElementStore.HeapOf(root), table, nowMs, removalsMax);
            if (table->Count == 0) ElementStore.Drop(ref root);
            return removed;
        }

        while (!root.IsEmpty && ((PackedBlock*)root.Block)->IsTimed)
        {
            var at = FirstExpired((PackedBlock*)root.Block, nowMs);
            if (at == null) break;
            ElementStore.RemovePacked(ref root, at);
            removed++;
        }

        return removed;
    }

    private static byte* FirstExpired(PackedBlock* block, long nowMs)
    {
        for (var at = PackedBlock.First(block); at < PackedBlock.End(block);)
        {
            var entry = PackedBlock.Read(block->Flags, at);
            if (entry.IsExpired(nowMs)) return at;
            at = entry.End;
        }

        return null;
    }
}
