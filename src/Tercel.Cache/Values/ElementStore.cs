// Unsafe: the root says whether its block is packed or a table; offsets are kept over calls that may move the block.
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>Changes to a collection that is a packed block or a table: what hashes and sets share.</summary>
/// <remarks>Every method writes the root anew when the block moved, and frees it with the last element.</remarks>
internal static unsafe class ElementStore
{
    /// <summary>Starts loading a packed block, or the bucket of an element; true when the element itself is then to be
    /// loaded.</summary>
    public static bool PrefetchNear(ulong rootValue, ReadOnlySpan<byte> field)
    {
        var root = new CollectionRoot(rootValue);
        if (root.Form == RootForm.Table) return FieldTable.PrefetchBucket((FieldTable*)root.Block, field);
        Sse.Prefetch0(root.Block);
        Sse.Prefetch0(root.Block + 64);
        return false;
    }

    /// <summary>Starts loading an element whose bucket was loaded.</summary>
    public static void PrefetchFar(ulong rootValue, ReadOnlySpan<byte> field)
    {
        var root = new CollectionRoot(rootValue);
        if (root.Form == RootForm.Table) FieldTable.PrefetchNode((FieldTable*)root.Block, field);
    }

    /// <summary>Finds an element, expired ones too.</summary>
    public static bool TryFind(scoped in CollectionRoot root, scoped ReadOnlySpan<byte> field, out Element element)
    {
        var needle = new Needle(field);
        element = default;
        if (root.IsEmpty) return false;
        if (root.Form == RootForm.Table)
        {
            var slot = FieldTable.Find((FieldTable*)root.Block, needle, out _, out _);
            if (slot == null) return false;
            element = TableNode.Read(TableBucket.Node(*slot));
            return true;
        }

        var at = PackedBlock.Find((PackedBlock*)root.Block, needle);
        if (at == null) return false;
        element = PackedBlock.Read(((PackedBlock*)root.Block)->Flags, at);
        return true;
    }

    /// <summary>Stores an element; false when it was there and not expired, and was replaced.</summary>
    /// <param name="root">The collection.</param>
    /// <param name="shape">What a new packed block holds.</param>
    /// <param name="field">The field or member.</param>
    /// <param name="value">Its value; empty in a set.</param>
    /// <param name="expireAtMs">0 = never.</param>
    /// <param name="nowMs">Tells whether a field that is there counts.</param>
    public static bool Set(
        ref CollectionRoot root, PackedFlags shape, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value,
        long expireAtMs, long nowMs)
    {
        if (expireAtMs != 0) MakeTimed(ref root, ref shape);
        if (root.Form == RootForm.Table || !SetPacked(ref root, shape, field, value, expireAtMs, nowMs, out var added))
            return SetInTable(ref root, field, value, expireAtMs, nowMs);
        return added;
    }

    /// <summary>Adds a member to a table; false when it is there already, which then stays untouched.</summary>
    public static bool AddToTable(ref CollectionRoot root, ReadOnlySpan<byte> member)
    {
        var table = (FieldTable*)root.Block;
        if (FieldTable.Find(table, new Needle(member), out var index, out var tag) != null) return false;
        FieldTable.Add(HeapOf(root), table, index, tag, member, default, expireAtMs: 0);
        return true;
    }

    /// <summary>Removes an element; false when it was missing or expired.</summary>
    public static bool Remove(ref CollectionRoot root, in Needle needle, long nowMs)
    {
        if (root.IsEmpty) return false;
        var heap = HeapOf(root);
        bool removed;
        if (root.Form == RootForm.Table)
        {
            var table = (FieldTable*)root.Block;
            var slot = FieldTable.Find(table, needle, out var index, out _);
            if (slot == null) return false;
            removed = !TableNode.Read(TableBucket.Node(*slot)).IsExpired(nowMs);
            FieldTable.Remove(heap, table, slot, index);
            TableGrowth.Shrink(heap, table);
            if (table->Count == 0) Drop(ref root);
            return removed;
        }

        var block = (PackedBlock*)root.Block;
        var at = PackedBlock.Find(block, needle);
        if (at == null) return false;
        removed = !PackedBlock.Read(block->Flags, at).IsExpired(nowMs);
        RemovePacked(ref root, at);
        return removed;
    }

    /// <summary>Removes the entry of a packed block that begins there.</summary>
    public static void RemovePacked(ref CollectionRoot root, byte* at)
    {
        var block = (PackedBlock*)root.Block;
        if (block->Count == 1)
        {
            Drop(ref root);
            return;
        }

        block->Count--;
        var bytes = (int)(PackedBlock.Read(block->Flags, at).End - at);
        root.Set(PackedBlock.Resize(HeapOf(root), block, (int)(at - (byte*)block), bytes, 0), RootForm.Packed);
    }

    /// <summary>Frees everything; the root is 0 then.</summary>
    public static void Drop(ref CollectionRoot root)
    {
        if (root.IsEmpty) return;
        if (root.Form == RootForm.Table) TableFreeing.Free(HeapOf(root), (FieldTable*)root.Block);
        else PackedBlock.Free(HeapOf(root), (PackedBlock*)root.Block);
        root.Clear();
    }

    /// <summary>Turns a packed block into a table.</summary>
    public static FieldTable* MakeTable(ref CollectionRoot root)
    {
        var heap = HeapOf(root);
        var table = FieldTable.Create(heap, heap.HashSeed);
        if (!root.IsEmpty)
        {
            var block = (PackedBlock*)root.Block;
            for (var at = PackedBlock.First(block); at < PackedBlock.End(block);)
            {
                var entry = PackedBlock.Read(block->Flags, at);
                FieldTable.Find(table, new Needle(entry.Field), out var index, out var tag);
                FieldTable.Add(heap, table, index, tag, entry.Field, entry.Value, entry.ExpireAtMs);
                at = entry.End;
            }

            PackedBlock.Free(heap, block);
        }

        root.Set(table, RootForm.Table);
        return table;
    }

    /// <summary>Gives all entries of a packed block room for an expiry.</summary>
    public static void MakeTimed(ref CollectionRoot root, ref PackedFlags shape)
    {
        shape |= PackedFlags.Timed;
        if (root.IsEmpty || root.Form == RootForm.Table) return;
        var block = (PackedBlock*)root.Block;
        shape = block->Flags | PackedFlags.Timed;
        if (block->IsTimed) return;
        var bytes = block->Used + block->Count * Element.ExpiryBytes;
        if (!PackedBlock.Fits(block->Count, bytes))
        {
            MakeTable(ref root);
            return;
        }

        var heap = HeapOf(root);
        var timed = PackedBlock.Create(heap, bytes, shape);
        var target = PackedBlock.First(timed);
        for (var at = PackedBlock.First(block); at < PackedBlock.End(block);)
        {
            var entry = PackedBlock.Read(block->Flags, at);
            PackedBlock.Write(shape, target, entry.Field, entry.Value, 0);
            target = PackedBlock.Read(shape, target).End;
            at = entry.End;
        }

        timed->Used = (ushort)bytes;
        timed->Count = block->Count;
        PackedBlock.Free(heap, block);
        root.Set(timed, RootForm.Packed);
    }

    /// <summary>The heap of a collection that may be changed.</summary>
    public static NodeHeap HeapOf(in CollectionRoot root)
    {
        Invariant.Holds(root.Heap is not null);
        return root.Heap;
    }

    /// <summary>False when the block would be too large: the caller goes on with a table.</summary>
    private static bool SetPacked(
        ref CollectionRoot root, PackedFlags shape, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value,
        long expireAtMs, long nowMs, out bool added)
    {
        added = true;
        var heap = HeapOf(root);
        var block = (PackedBlock*)root.Block;
        if (block != null) shape = block->Flags;
        if ((long)field.Length + value.Length > PackedBlock.FewBytesMax) return ToTable(ref root);
        var newBytes = PackedBlock.EntryBytes(shape, field.Length, value.Length);
        var at = block == null ? null : PackedBlock.Find(block, new Needle(field));
        if (at == null)
        {
            var count = block == null ? 1 : block->Count + 1;
            var used = block == null ? PackedBlock.HeaderBytes : block->Used;
            if (!PackedBlock.Fits(count, used + newBytes)) return ToTable(ref root);
            block = block == null
                ? PackedBlock.Create(heap, used + newBytes, shape)
                : PackedBlock.Resize(heap, block, used, 0, newBytes);
            block->Used = (ushort)(used + newBytes);
            block->Count = (ushort)count;
            PackedBlock.Write(shape, (byte*)block + used, field, value, expireAtMs);
            root.Set(block, RootForm.Packed);
            return true;
        }

        var old = PackedBlock.Read(shape, at);
        added = old.IsExpired(nowMs);
        var oldBytes = (int)(old.End - at);
        if (oldBytes != newBytes)
        {
            if (!PackedBlock.Fits(block->Count, block->Used - oldBytes + newBytes)) return ToTable(ref root);
            var offset = (int)(at - (byte*)block);
            block = PackedBlock.Resize(heap, block, offset, oldBytes, newBytes);
            at = (byte*)block + offset;
            root.Set(block, RootForm.Packed);
        }

        PackedBlock.Write(shape, at, field, value, expireAtMs);
        return true;
    }

    private static bool ToTable(ref CollectionRoot root)
    {
        MakeTable(ref root);
        return false;
    }

    private static bool SetInTable(
        ref CollectionRoot root, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs,
        long nowMs)
    {
        var heap = HeapOf(root);
        var table = (FieldTable*)root.Block;
        var slot = FieldTable.Find(table, new Needle(field), out var index, out var tag);
        if (slot == null)
        {
            FieldTable.Add(heap, table, index, tag, field, value, expireAtMs);
            return true;
        }

        var wasExpired = TableNode.Read(TableBucket.Node(*slot)).IsExpired(nowMs);
        FieldTable.Replace(heap, table, slot, index, field, value, expireAtMs);
        return wasExpired;
    }
}
