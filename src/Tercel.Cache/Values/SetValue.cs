// Unsafe: the root says which of three forms the block has; each checks its own bounds.
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values;

/// <summary>A set: distinct members.</summary>
/// <remarks>
/// Shape: sorted numbers while all members are integers and few, one packed block while small, then a table.
/// Lifetime: as its handle; what it gives out ends with the next change. Thread: the shard of its key is entered.
/// The caller removes the key when <see cref="Count"/> is 0 after a change.
/// </remarks>
public unsafe ref struct SetValue
{
    private CollectionRoot _root;

    /// <summary>Room that <see cref="Random"/> needs. Units: bytes.</summary>
    public const int ScratchBytes = IntegerText.BytesMax;

    /// <summary>The set of a key.</summary>
    /// <param name="handle">From the keyspace: found or opened.</param>
    public SetValue(scoped CollectionHandle handle) => _root = new CollectionRoot(handle);

    /// <summary>A set to read only, from <see cref="ValueView.Root"/>.</summary>
    public SetValue(ulong root) => _root = new CollectionRoot(root);

    /// <summary>Number of members.</summary>
    public readonly int Count => _root.IsEmpty ? 0 : _root.Form switch
    {
        RootForm.Integers => Integers->Count,
        RootForm.Table => ((FieldTable*)_root.Block)->Count,
        _ => ((PackedBlock*)_root.Block)->Count,
    };

    /// <summary>The root of the set, for <see cref="SetValue(ulong)"/>. Lifetime: until the next change.</summary>
    public readonly ulong Root => _root.Value;

    /// <summary>Whether that is a member.</summary>
    public readonly bool Contains(scoped ReadOnlySpan<byte> member)
    {
        if (_root.Form != RootForm.Integers) return ElementStore.TryFind(_root, member, out _);
        return IntegerText.TryParse(member, out var number) && IntegerSet.Contains(Integers, number, out _);
    }

    /// <summary>Adds a member; false when it is there already.</summary>
    /// <remarks><paramref name="member"/> must not be bytes of this set.</remarks>
    public bool Add(scoped ReadOnlySpan<byte> member)
    {
        if (_root.IsEmpty && IntegerText.TryParse(member, out var first))
        {
            _root.Set(IntegerSet.Create(ElementStore.HeapOf(_root), first), RootForm.Integers);
            return true;
        }

        if (_root.Form == RootForm.Integers)
        {
            if (IntegerText.TryParse(member, out var number))
            {
                if (IntegerSet.Contains(Integers, number, out var index)) return false;
                if (Integers->Count < IntegerSet.CountMax)
                {
                    var set = IntegerSet.Insert(ElementStore.HeapOf(_root), Integers, index, number);
                    _root.Set(set, RootForm.Integers);
                    return true;
                }
            }

            WriteOut();
        }

        if (_root.Form == RootForm.Table) return ElementStore.AddToTable(ref _root, member);
        return ElementStore.Set(ref _root, PackedFlags.None, member, default, 0, 0);
    }

    /// <summary>Removes a member; false when there was none. The bytes may be the set's own.</summary>
    public bool Remove(scoped ReadOnlySpan<byte> member)
    {
        if (_root.Form != RootForm.Integers) return ElementStore.Remove(ref _root, new Needle(member), 0);
        if (!IntegerText.TryParse(member, out var number)) return false;
        if (!IntegerSet.Contains(Integers, number, out var index)) return false;
        var heap = ElementStore.HeapOf(_root);
        if (Integers->Count == 1)
        {
            IntegerSet.Free(heap, Integers);
            _root.Clear();
        }
        else
        {
            _root.Set(IntegerSet.RemoveAt(heap, Integers, index), RootForm.Integers);
        }

        return true;
    }

    /// <summary>All members; integers in rising order while the set is small. It must not change meanwhile.</summary>
    public readonly MemberEnumerator GetEnumerator() => new(_root.Value);

    /// <summary>Visits some members and gives the cursor to go on with; 0 = done. A member that is there during the
    /// whole scan is visited at least once.</summary>
    public readonly ulong Scan<TVisitor>(ulong cursor, int count, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (_root.Form == RootForm.Table)
            return TableWalk.Scan((FieldTable*)_root.Block, cursor, count, nowMs: 0, ref visitor);
        var members = GetEnumerator();
        while (members.MoveNext()) visitor.Visit(members.CurrentElement);
        return 0;
    }

    /// <summary>The member that a random number picks, each with the same probability. The set must not be
    /// empty.</summary>
    /// <param name="random">64 random bits.</param>
    /// <param name="scratch">Room for <see cref="ScratchBytes"/>: an integer's text is written there.</param>
    public readonly ReadOnlySpan<byte> Random(ulong random, Span<byte> scratch)
    {
        if (_root.Form != RootForm.Integers) return ElementPicker.Pick(_root, random).Field;
        var number = IntegerSet.Read(Integers, ElementPicker.Below(random, Integers->Count));
        return scratch[..IntegerText.Format(number, scratch)];
    }

    /// <summary>Visits so many distinct members picked at random; all when there are not more.</summary>
    public readonly void Sample<TVisitor>(int count, ulong random, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (_root.Form == RootForm.Table && ElementPicker.IsFew(count, Count))
        {
            ElementPicker.SampleFew((FieldTable*)_root.Block, count, random, ref visitor);
            return;
        }

        var chooser = new SampleChooser(count, Count, random);
        for (var members = GetEnumerator(); members.MoveNext();)
            if (chooser.Takes()) visitor.Visit(members.CurrentElement);
    }

    internal static void Free(NodeHeap heap, ulong rootValue)
    {
        var root = new CollectionRoot(rootValue);
        switch (root.Form)
        {
            case RootForm.Integers: IntegerSet.Free(heap, (IntegerSet*)root.Block); break;
            case RootForm.Table: TableFreeing.Free(heap, (FieldTable*)root.Block); break;
            default: PackedBlock.Free(heap, (PackedBlock*)root.Block); break;
        }
    }

    internal static long CountOf(ulong root) => new SetValue(root).Count;

    internal static long BytesUsed(ulong rootValue)
    {
        var root = new CollectionRoot(rootValue);
        return root.Form switch
        {
            RootForm.Integers => ((IntegerSet*)root.Block)->Capacity,
            RootForm.Table => TableCopy.BytesUsed((FieldTable*)root.Block),
            _ => ((PackedBlock*)root.Block)->Capacity,
        };
    }

    internal static ReadOnlySpan<byte> EncodingName(ulong root) => new CollectionRoot(root).Form switch
    {
        RootForm.Integers => "intset"u8,
        RootForm.Table => "hashtable"u8,
        _ => "listpack"u8,
    };

    internal static ulong Clone(ulong rootValue, NodeHeap to)
    {
        var root = new CollectionRoot(rootValue);
        var copy = root.Form switch
        {
            RootForm.Integers => (ulong)IntegerSet.Clone((IntegerSet*)root.Block, to),
            RootForm.Table => (ulong)TableCopy.Clone((FieldTable*)root.Block, to),
            _ => (ulong)PackedBlock.Clone((PackedBlock*)root.Block, to),
        };
        return copy | (ulong)root.Form;
    }

    internal static void IntegrityCheck(ulong rootValue)
    {
        var root = new CollectionRoot(rootValue);
        switch (root.Form)
        {
            case RootForm.Integers: IntegerSet.IntegrityCheck((IntegerSet*)root.Block); break;
            case RootForm.Table: TableCopy.IntegrityCheck((FieldTable*)root.Block); break;
            default: PackedBlock.IntegrityCheck((PackedBlock*)root.Block); break;
        }
    }

    private readonly IntegerSet* Integers => (IntegerSet*)_root.Block;

    /// <summary>Writes the numbers as text: into a packed block, or a table when they are many.</summary>
    private void WriteOut()
    {
        var numbers = Integers;
        var heap = ElementStore.HeapOf(_root);
        _root.Clear();
        if (numbers->Count >= PackedBlock.CountMax) ElementStore.MakeTable(ref _root);
        Span<byte> text = stackalloc byte[IntegerText.BytesMax];
        for (var i = 0; i < numbers->Count; i++)
        {
            var length = IntegerText.Format(IntegerSet.Read(numbers, i), text);
            ElementStore.Set(ref _root, PackedFlags.None, text[..length], default, 0, 0);
        }

        IntegerSet.Free(heap, numbers);
    }
}
