// Unsafe: the slot of the root lies in an entry that stays where it is while the handle is in use.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values;

/// <summary>The root of a hash or set: the address of its block, with its form in the low bits.</summary>
internal unsafe struct CollectionRoot
{
    /// <summary>Blocks are aligned to 8, so three bits are free.</summary>
    private const ulong FormMask = 7;

    private readonly ulong* _slot;
    private ulong _value;

    public CollectionRoot(scoped CollectionHandle handle)
    {
        Heap = handle.Heap;
        _slot = handle.Root;
        _value = _slot == null ? 0 : Unsafe.ReadUnaligned<ulong>(_slot);
    }

    /// <summary>A root to look at only.</summary>
    public CollectionRoot(ulong root) => _value = root;

    /// <summary>Null when the collection may only be looked at.</summary>
    public readonly NodeHeap? Heap { get; }

    public readonly ulong Value => _value;

    public readonly bool IsEmpty => _value == 0;

    public readonly RootForm Form => (RootForm)(_value & FormMask);

    public readonly byte* Block => (byte*)(_value & ~FormMask);

    public void Set(void* block, RootForm form)
    {
        _value = (ulong)block | (ulong)form;
        Unsafe.WriteUnaligned(_slot, _value);
    }

    public void Clear()
    {
        _value = 0;
        Unsafe.WriteUnaligned(_slot, _value);
    }
}

/// <summary>How a hash or set is stored.</summary>
internal enum RootForm : byte
{
    Packed = 0,
    Table = 1,
    Integers = 2,
}
