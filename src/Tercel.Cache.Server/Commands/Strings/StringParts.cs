namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>APPEND, STRLEN, SETRANGE, GETRANGE: parts of a value.</summary>
/// <remarks>Indexes count from 0; negative ones from the end, -1 the last byte.</remarks>
internal static class StringParts
{
    public static void StrLen(ref CommandContext c)
    {
        if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value)) c.Reply.Integer(0);
        else if (value.Kind == ValueKind.String) c.Reply.Integer(value.Bytes.Length);
        else c.Reply.WrongType();
    }

    public static void Append(ref CommandContext c)
    {
        var key = c.Key(1);
        if (!TryLength(ref c, key, out var length, out _)) return;
        Write(ref c, key, length, c.Args[2], "append"u8);
    }

    public static void SetRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var offset)) return;
        if (offset < 0)
        {
            c.Reply.Error("ERR offset is out of range"u8);
            return;
        }

        var key = c.Key(1);
        if (!TryLength(ref c, key, out var length, out _)) return;
        if (c.Args[3].Length == 0) c.Reply.Integer(length);
        else Write(ref c, key, offset, c.Args[3], "setrange"u8);
    }

    public static void GetRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var start) || !c.TryInteger(3, out var end)) return;
        if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.Bulk(default);
            return;
        }

        if (value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        var (from, length) = ByteRange(start, end, value.Bytes.Length);
        c.Reply.Bulk(value.Bytes.Slice(from, length));
    }

    /// <summary>Where the range of two indexes, both included, lies in so many bytes; (0, 0) when empty.</summary>
    private static (int From, int Length) ByteRange(long start, long end, int length)
    {
        if (start < 0 && end < 0 && start > end) return (0, 0);
        if (start < 0) start = Math.Max(0, start + length);
        if (end < 0) end = Math.Max(0, end + length);
        if (end >= length) end = length - 1;
        return start > end ? (0, 0) : ((int)start, (int)(end - start + 1));
    }

    /// <summary>Length of the string, 0 when missing; replies the error and returns false for another kind.</summary>
    private static bool TryLength(ref CommandContext c, in KeyRef key, out int length, out bool found)
    {
        found = c.Keyspace.TryPeek(key, c.NowMs, out var value);
        length = value.Bytes.Length;
        if (!found || value.Kind == ValueKind.String) return true;
        c.Reply.WrongType();
        return false;
    }

    /// <summary>Writes bytes at an offset, growing the value with zeros as needed, and replies the length.</summary>
    private static void Write(
        ref CommandContext c, in KeyRef key, long offset, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        if (offset > EngineLimits.ValueBytesMax - bytes.Length)
        {
            c.Reply.TooLarge();
            return;
        }

        var status = c.Keyspace.OpenString(key, (int)offset + bytes.Length, c.NowMs, out var target);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        bytes.CopyTo(target[(int)offset..]);
        var length = target.Length;
        c.Changed(key, KeyEvents.String, name);
        c.Reply.Integer(length);
    }
}
