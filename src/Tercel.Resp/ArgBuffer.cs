// Why this is correct: the pointer is the buffer's own, indexes are checked against the capacity before every store,
// and callers address commands by index, so that growing may move the slices.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Resp;

/// <summary>The argument slices of the commands that wait to be run, outside the managed heap.</summary>
/// <remarks>Thread: one owner. Commands refer to it by index, since it moves when it grows.</remarks>
public sealed unsafe class ArgBuffer : IDisposable
{
    private const int CapacityAtStart = 1024;
    private const int KeptMax = 64 * 1024;

    private ArgSlice* _slices;
    private int _capacity;

    /// <summary>Starts empty.</summary>
    public ArgBuffer() => Resize(CapacityAtStart);

    /// <summary>Frees the memory of a buffer nobody disposed.</summary>
    ~ArgBuffer() => NativeMemory.Free(_slices);

    /// <summary>Slices held.</summary>
    public int Count { get; private set; }

    /// <summary>The slices from that index on. Lifetime: until the next <see cref="Add"/>.</summary>
    public ArgSlice* At(int index) => _slices + index;

    /// <summary>Appends a slice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int offset, int length)
    {
        if (Count == _capacity) Resize(_capacity * 2);
        _slices[Count++] = new ArgSlice(offset, length);
    }

    /// <summary>Forgets the slices from that index on.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Forgets all slices; memory that an unusually long command needed is given back.</summary>
    public void Clear()
    {
        Count = 0;
        if (_capacity > KeptMax) Resize(KeptMax);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_slices);
        _slices = null;
        _capacity = 0;
        Count = 0;
        GC.SuppressFinalize(this);
    }

    private void Resize(int capacity)
    {
        _slices = (ArgSlice*)NativeMemory.Realloc(_slices, (nuint)capacity * (nuint)sizeof(ArgSlice));
        _capacity = capacity;
    }
}
