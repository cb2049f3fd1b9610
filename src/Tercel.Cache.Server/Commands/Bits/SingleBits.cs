using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>SETBIT, GETBIT.</summary>
internal static class SingleBits
{
    public static void SetBit(ref CommandContext c)
    {
        if (!TryReadOffset(ref c, 2, 0, out var offset)) return;
        if (!RespNumber.TryInteger(c.Args[3], out var bit) || bit is not (0 or 1))
        {
            c.Reply.Error("ERR bit is not an integer or out of range"u8);
            return;
        }

        var key = c.Key(1);
        c.Keyspace.TryPeek(key, c.NowMs, out var old);
        var oldLength = old.Bytes.Length;
        var status = c.Keyspace.OpenString(key, (int)(offset >> 3) + 1, c.NowMs, out var bytes);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        ref var target = ref bytes[(int)(offset >> 3)];
        var shift = 7 - (int)(offset & 7);
        var before = target >> shift & 1;
        target = (byte)((target & ~(1 << shift)) | (int)bit << shift);
        if (before != bit || bytes.Length != oldLength) c.Changed(key, KeyEvents.String, "setbit"u8);
        c.Reply.Integer(before);
    }

    public static void GetBit(ref CommandContext c)
    {
        if (!TryReadOffset(ref c, 2, 0, out var offset)) return;
        c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value);
        if (value.Kind is not (ValueKind.None or ValueKind.String)) c.Reply.WrongType();
        else c.Reply.Integer(offset >> 3 < value.Bytes.Length
            ? value.Bytes[(int)(offset >> 3)] >> 7 - (int)(offset & 7) & 1 : 0);
    }

    /// <summary>Reads the place of a bit: a number, or <c>#n</c> for the n-th field of <paramref name="width"/> bits
    /// when that is not 0. Replies the error and returns false when it is none or past the largest value.</summary>
    public static bool TryReadOffset(ref CommandContext c, int index, int width, out long offset)
    {
        var text = c.Args[index];
        var counted = width > 0 && text.Length > 0 && text[0] == (byte)'#';
        const long OffsetMax = EngineLimits.ValueBytesMax * 8L;
        if (RespNumber.TryInteger(counted ? text[1..] : text, out offset) && offset >= 0 && offset < OffsetMax)
        {
            if (counted) offset *= width;
            if (offset < OffsetMax) return true;
        }

        c.Reply.Error("ERR bit offset is not an integer or out of range"u8);
        return false;
    }
}
