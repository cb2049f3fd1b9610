// Why this is correct: a name is read with one load of 16 bytes only where those lie in the same memory page as its
// first byte, hence in mapped memory; otherwise byte by byte.
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Server.Commands;

/// <summary>Finds commands by name: one multiplication and, nearly always, one comparison of two words.</summary>
/// <remarks>Shape: names of up to 16 letters, padded with zeros, without regard to case; the few longer ones are not
/// here. An open table at most a quarter full. Built once, read by every loop.</remarks>
internal sealed unsafe class CommandNames
{
    public const int NameBytesMax = 16;

    private const int PageBytes = 4096;
    private const ulong CaseMask = 0xDFDF_DFDF_DFDF_DFDF;

    private readonly Slot[] _slots;
    private readonly int _shift;

    public CommandNames(IReadOnlyCollection<CommandInfo> commands)
    {
        var bits = Math.Max(4, BitOperations.Log2((uint)commands.Count) + 3);
        _slots = new Slot[1 << bits];
        _shift = 64 - bits;
        Span<byte> padded = stackalloc byte[NameBytesMax];
        foreach (var info in commands)
        {
            if (info.Name.Length > NameBytesMax) continue;
            padded.Clear();
            System.Text.Encoding.ASCII.GetBytes(info.Name, padded);
            var low = Unsafe.ReadUnaligned<ulong>(ref padded[0]) & CaseMask;
            var high = Unsafe.ReadUnaligned<ulong>(ref padded[8]) & CaseMask;
            var at = Home(low, high);
            while (_slots[at].Info is not null) at = Next(at);
            _slots[at] = new Slot(low, high, info);
        }
    }

    /// <summary>The command of that name; false also for names longer than <see cref="NameBytesMax"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(byte* name, int length, [NotNullWhen(true)] out CommandInfo? info)
    {
        info = null;
        if ((uint)(length - 1) >= NameBytesMax) return false;
        Read(name, length, out var low, out var high);
        for (var at = Home(low, high); ; at = Next(at))
        {
            ref readonly var slot = ref _slots[at];
            if (slot.Info is null) return false;
            if (slot.Low != low || slot.High != high) continue;
            info = slot.Info;
            return true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Read(byte* name, int length, out ulong low, out ulong high)
    {
        if (((nuint)name & (PageBytes - 1)) > PageBytes - NameBytesMax)
        {
            ReadBytes(name, length, out low, out high);
            return;
        }

        low = Unsafe.ReadUnaligned<ulong>(name) & CaseMask;
        if (length <= 8)
        {
            low &= ulong.MaxValue >> (64 - length * 8);
            high = 0;
        }
        else
        {
            high = Unsafe.ReadUnaligned<ulong>(name + 8) & CaseMask & ulong.MaxValue >> (128 - length * 8);
        }
    }

    private static void ReadBytes(byte* name, int length, out ulong low, out ulong high)
    {
        low = high = 0;
        for (var i = 0; i < length; i++)
        {
            var value = (ulong)(name[i] & 0xDF) << (i % 8 * 8);
            if (i < 8) low |= value;
            else high |= value;
        }
    }

    private int Home(ulong low, ulong high) =>
        (int)((low ^ BitOperations.RotateLeft(high, 29)) * 0x9E37_79B9_7F4A_7C15 >> _shift);

    private int Next(int at) => at + 1 == _slots.Length ? 0 : at + 1;

    private readonly record struct Slot(ulong Low, ulong High, CommandInfo Info);
}
