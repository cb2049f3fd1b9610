using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>The type of an integer inside a string: <c>i1</c> to <c>i64</c>, <c>u1</c> to <c>u63</c>.</summary>
internal readonly record struct BitFieldInteger(bool IsSigned, int Bits)
{
    private Int128 Max => IsSigned ? ((Int128)1 << Bits - 1) - 1 : ((Int128)1 << Bits) - 1;

    private Int128 Min => IsSigned ? -((Int128)1 << Bits - 1) : 0;

    public static bool TryParse(ReadOnlySpan<byte> text, out BitFieldInteger type)
    {
        type = default;
        if (text.Length < 2 || text[0] is not ((byte)'i' or (byte)'u')) return false;
        var isSigned = text[0] == (byte)'i';
        if (!RespNumber.TryInteger(text[1..], out var bits) || bits < 1 || bits > (isSigned ? 64 : 63)) return false;
        type = new BitFieldInteger(isSigned, (int)bits);
        return true;
    }

    /// <summary>Reads it at a bit; what lies behind the end of the string counts as zeros.</summary>
    public long Read(ReadOnlySpan<byte> bytes, long offset)
    {
        var value = 0UL;
        for (var i = 0; i < Bits; i++, offset++)
        {
            var bit = offset >> 3 < bytes.Length ? bytes[(int)(offset >> 3)] >> 7 - (int)(offset & 7) & 1 : 0;
            value = value << 1 | (uint)bit;
        }

        return IsSigned ? (long)(value << 64 - Bits) >> 64 - Bits : (long)value;
    }

    /// <summary>Writes its lowest bits at a bit of the string, which is long enough.</summary>
    public void Write(Span<byte> bytes, long offset, long value)
    {
        for (var i = Bits - 1; i >= 0; i--, offset++)
        {
            ref var target = ref bytes[(int)(offset >> 3)];
            var shift = 7 - (int)(offset & 7);
            target = (byte)((target & ~(1 << shift)) | (int)(value >> i & 1) << shift);
        }
    }

    /// <summary>Adds within the type.</summary>
    /// <param name="old">The number to add to.</param>
    /// <param name="delta">What is added.</param>
    /// <param name="unsignedDelta">Whether <paramref name="delta"/> counts as unsigned when the type is (as SET's value
    /// does).</param>
    /// <param name="overflow">What to do with a result that does not fit.</param>
    /// <param name="sum">The result; false without one.</param>
    public bool TryAdd(long old, long delta, bool unsignedDelta, BitFieldOverflow overflow, out long sum)
    {
        var exact = old + (unsignedDelta && !IsSigned ? (Int128)(ulong)delta : delta);
        sum = (long)(ulong)(exact & ulong.MaxValue);
        if (exact >= Min && exact <= Max) return true;
        if (overflow == BitFieldOverflow.Saturate) sum = (long)(exact > Max ? Max : Min);
        else if (IsSigned) sum = sum << 64 - Bits >> 64 - Bits;
        else sum &= (long)((1UL << Bits) - 1);
        return overflow != BitFieldOverflow.Fail;
    }
}
