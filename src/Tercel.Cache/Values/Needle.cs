// Unsafe: reads as many bytes behind a pointer as the needle has; callers compare the stored length first.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Cache.Values;

/// <summary>The bytes that are looked for, prepared so that most comparisons take one load.</summary>
/// <remarks>The end is compared first: names of fields and members often begin alike. Lifetime: that of the
/// bytes.</remarks>
internal readonly unsafe ref struct Needle
{
    private readonly ref byte _first;
    private readonly ulong _word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Needle(ReadOnlySpan<byte> bytes)
    {
        _first = ref MemoryMarshal.GetReference(bytes);
        Length = bytes.Length;
        _word = bytes.Length >= 8 ? Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref _first, bytes.Length - 8))
            : bytes.Length >= 4
                ? Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref _first, bytes.Length - 4)) | (ulong)
                    Unsafe.ReadUnaligned<uint>(ref _first) << 32
            : bytes.Length > 0
                ? _first | (uint)Unsafe.Add(ref _first, bytes.Length >> 1) << 8
                    | (uint)Unsafe.Add(ref _first, bytes.Length - 1) << 16
            : 0;
    }

    public int Length { get; }

    public ReadOnlySpan<byte> Bytes => MemoryMarshal.CreateReadOnlySpan(ref _first, Length);

    /// <summary>Whether the <see cref="Length"/> bytes at <paramref name="at"/> are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(byte* at)
    {
        if (Length >= 8)
            return Unsafe.ReadUnaligned<ulong>(at + Length - 8) == _word && (Length == 8 || FrontMatches(at));
        if (Length >= 4)
            return Unsafe.ReadUnaligned<uint>(at + Length - 4) == (uint)_word
                && Unsafe.ReadUnaligned<uint>(at) == (uint)(_word >> 32);
        return Length == 0 || (at[0] | (uint)at[Length >> 1] << 8 | (uint)at[Length - 1] << 16) == (uint)_word;
    }

    private bool FrontMatches(byte* at) => new ReadOnlySpan<byte>(at, Length - 8).SequenceEqual(Bytes[..^8]);
}
