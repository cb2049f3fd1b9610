// Unsafe: an array in native memory that belongs to this object alone; indexes are checked against its count.
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Memory;

/// <summary>A stack of addresses outside the managed heap, and outside of what they point at.</summary>
/// <remarks>Thread: one at a time.</remarks>
internal sealed unsafe class AddressStack
{
    private const int CapacityMin = 64;

    private byte** _items;
    private int _capacity;

    public int Count { get; private set; }

    public byte* this[int index]
    {
        get
        {
            Invariant.Holds((uint)index < (uint)Count);
            return _items[index];
        }
    }

    public void Push(byte* address)
    {
        if (Count == _capacity)
        {
            _capacity = Math.Max(CapacityMin, _capacity * 2);
            _items = (byte**)NativeMemory.Realloc(_items, (nuint)_capacity * (nuint)sizeof(byte*));
        }

        _items[Count++] = address;
    }

    public bool TryPop(out byte* address)
    {
        address = Count > 0 ? _items[--Count] : null;
        return address != null;
    }

    public void Free()
    {
        NativeMemory.Free(_items);
        _items = null;
        Count = _capacity = 0;
    }
}
