using System.Runtime.CompilerServices;

namespace Tercel.Resp;

/// <summary>Where one argument lies relative to the start of its command's bytes.</summary>
/// <remarks>Units: bytes. <c>default</c> is an empty argument at the start.</remarks>
public readonly record struct ArgSlice(int Offset, int Length);

/// <summary>The arguments of one command: slices of a receive buffer, nothing copied.</summary>
/// <remarks>Lifetime: that of the buffer, which is at least until the command has run. Argument 0 is the command's
/// name.
/// <c>default</c> has no arguments.</remarks>
public readonly unsafe ref struct CommandArgs
{
    private readonly byte* _start;
    private readonly ArgSlice* _slices;

    /// <summary>Looks at <paramref name="count"/> slices relative to <paramref name="start"/>; both stay the
    /// caller's.</summary>
    public CommandArgs(byte* start, ArgSlice* slices, int count)
    {
        _start = start;
        _slices = slices;
        Count = count;
    }

    /// <summary>Number of arguments, the name included.</summary>
    public int Count { get; }

    /// <summary>Where the command begins: what the slices count from.</summary>
    public byte* Start => _start;

    /// <summary>One argument. Errors: an index outside the command is a broken invariant of the caller
    /// (unchecked).</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_start + _slices[index].Offset, _slices[index].Length);
    }

    /// <summary>The arguments from one index on, as a command of their own.</summary>
    public CommandArgs From(int index) => new(_start, _slices + index, Count - index);
}
