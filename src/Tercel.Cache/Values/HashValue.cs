// Unsafe: the root says which of two forms the block has; both check their own bounds.
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>A hash: fields with values, each of which may have a time to live.</summary>
/// <remarks>
/// Shape: one packed block while small, then a table. Lifetime: as its handle; what it gives out ends with the next
/// change. Thread: the shard of its key is entered. Fields whose time is up are never shown; they are removed by
/// <see cref="RemoveExpired"/>, and a write puts new fields in their place. The caller removes the key when
/// <see cref="Count"/> is 0 after a change.
/// </remarks>
public unsafe ref struct HashValue
{
    private readonly long _nowMs;
    private CollectionRoot _root;

    /// <summary>The hash of a key.</summary>
    /// <param name="handle">From the keyspace: found or opened.</param>
    /// <param name="nowMs">Unix milliseconds, to tell expired fields; 0 shows them too.</param>
    public HashValue(scoped CollectionHandle handle, long nowMs)
    {
        _root = new CollectionRoot(handle);
        _nowMs = nowMs;
    }

    /// <summary>A hash to read only, from <see cref="ValueView.Root"/>.</summary>
    public HashValue(ulong root, long nowMs)
    {
        _root = new CollectionRoot(root);
        _nowMs = nowMs;
    }

    /// <summary>Number of fields, expired ones that were not removed yet included.</summary>
    public readonly int Count => _root.IsEmpty ? 0 : IsTable ? Table->Count : Packed->Count;

    /// <summary>Whether it may hold fields whose time is up: then <see cref="RemoveExpired"/> makes
    /// <see cref="Count"/> right.</summary>
    public readonly bool MayHaveExpired => !_root.IsEmpty && HashExpiry.MayHaveExpired(_root.Value, _nowMs);

    /// <summary>Finds a field.</summary>
    public readonly bool TryGet(scoped ReadOnlySpan<byte> field, out Element element) =>
        ElementStore.TryFind(_root, field, out element) && !element.IsExpired(_nowMs);

    /// <summary>Stores a field without an expiry. True: it was added; false: its value was replaced.</summary>
    public bool Set(scoped ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value) =>
        Set(field, value, expireAtMs: 0);

    /// <summary>Stores a field that expires then (0 = never). True: it was added; false: it was replaced.</summary>
    /// <remarks>Neither <paramref name="field"/> nor <paramref name="value"/> may be bytes of this hash. Range of
    /// <paramref name="expireAtMs"/>: 48 bits.</remarks>
    public bool Set(scoped ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value, long expireAtMs)
    {
        Invariant.Holds(expireAtMs is >= 0 and <= Element.ExpiryMsMax);
        return ElementStore.Set(ref _root, PackedFlags.Valued, field, value, expireAtMs, _nowMs);
    }

    /// <summary>Changes when a field expires (0 = never); false when there is no such field.</summary>
    public bool SetExpiry(scoped ReadOnlySpan<byte> field, long expireAtMs)
    {
        Invariant.Holds(expireAtMs is >= 0 and <= Element.ExpiryMsMax);
        if (!TryGet(field, out _)) return false;
        HashExpiry.Set(ref _root, new Needle(field), expireAtMs);
        return true;
    }

    /// <summary>Removes a field; false when there was none, or only an expired one.</summary>
    public bool Remove(scoped ReadOnlySpan<byte> field) => ElementStore.Remove(ref _root, new Needle(field), _nowMs);

    /// <summary>Removes fields whose time is up, so many and a few at most.</summary>
    /// <returns>How many were removed.</returns>
    public int RemoveExpired(int removalsMax = int.MaxValue) =>
        _root.IsEmpty ? 0 : HashExpiry.RemoveExpired(ref _root, _nowMs, removalsMax);

    /// <summary>All fields; must not be changed meanwhile.</summary>
    public readonly ElementEnumerator GetEnumerator() => new(_root.Value, _nowMs);

    /// <summary>Visits some fields and gives the cursor to go on with; 0 = done. A field that is there during the whole
    /// scan is visited at least once.</summary>
    public readonly ulong Scan<TVisitor>(ulong cursor, int count, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (IsTable) return TableWalk.Scan(Table, cursor, count, _nowMs, ref visitor);
        foreach (var element in this) visitor.Visit(element);
        return 0;
    }

    /// <summary>The field that a random number picks, each with the same probability, expired ones too.</summary>
    /// <remarks>The hash must not be empty.</remarks>
    public readonly Element Random(ulong random) => ElementPicker.Pick(_root, random);

    /// <summary>Visits so many distinct fields picked at random, expired ones too; all when there are not
    /// more.</summary>
    public readonly void Sample<TVisitor>(int count, ulong random, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (IsTable && ElementPicker.IsFew(count, Count))
        {
            ElementPicker.SampleFew(Table, count, random, ref visitor);
            return;
        }

        var chooser = new SampleChooser(count, Count, random);
        for (var fields = new ElementEnumerator(_root.Value, nowMs: 0); fields.MoveNext();)
            if (chooser.Takes()) visitor.Visit(fields.Current);
    }

    internal static void Free(NodeHeap heap, ulong root)
    {
        if (IsTableRoot(root)) TableFreeing.Free(heap, TableOf(root));
        else PackedBlock.Free(heap, PackedOf(root));
    }

    internal static long CountOf(ulong root) => new HashValue(root, 0).Count;

    internal static long BytesUsed(ulong root) =>
        IsTableRoot(root) ? TableCopy.BytesUsed(TableOf(root)) : PackedOf(root)->Capacity;

    internal static ReadOnlySpan<byte> EncodingName(ulong root) =>
        root == 0 || !IsTableRoot(root) ? "listpack"u8 : "hashtable"u8;

    internal static ulong Clone(ulong root, NodeHeap to) => IsTableRoot(root)
        ? (ulong)TableCopy.Clone(TableOf(root), to) | (ulong)RootForm.Table
        : (ulong)PackedBlock.Clone(PackedOf(root), to);

    internal static void IntegrityCheck(ulong root)
    {
        if (IsTableRoot(root)) TableCopy.IntegrityCheck(TableOf(root));
        else PackedBlock.IntegrityCheck(PackedOf(root));
    }

    private readonly bool IsTable => _root.Form == RootForm.Table;

    private readonly FieldTable* Table => (FieldTable*)_root.Block;

    private readonly PackedBlock* Packed => (PackedBlock*)_root.Block;

    private static bool IsTableRoot(ulong root) => new CollectionRoot(root).Form == RootForm.Table;

    private static FieldTable* TableOf(ulong root) => (FieldTable*)new CollectionRoot(root).Block;

    private static PackedBlock* PackedOf(ulong root) => (PackedBlock*)new CollectionRoot(root).Block;
}
