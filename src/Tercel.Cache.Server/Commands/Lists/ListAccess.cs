using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>How commands find a list and leave it.</summary>
internal static class ListAccess
{
    /// <summary>Finds the list of a key: Ok, NotFound, or WrongType, which was replied.</summary>
    public static StoreStatus FindList(this ref CommandContext c, scoped in KeyRef key, out ListValue list)
    {
        list = default;
        var status = c.Keyspace.FindCollection(key, ValueKind.List, c.NowMs, out var handle);
        if (status == StoreStatus.Ok) list = new ListValue(handle);
        else if (status != StoreStatus.NotFound) c.Reply.Status(status);
        return status;
    }

    /// <summary>Tells of elements removed, and removes the key of an emptied list.</summary>
    public static void Removed(
        this ref CommandContext c, scoped in KeyRef key, scoped ListValue list, ReadOnlySpan<byte> name)
    {
        c.Changed(key, KeyEvents.List, name);
        if (list.Count > 0) return;
        c.Keyspace.Remove(key, c.NowMs);
        c.Notify(key, KeyEvents.Generic, "del"u8);
    }

    /// <summary>Reads LEFT or RIGHT; replies the error and returns false for another word.</summary>
    public static bool TryEnd(this ref CommandContext c, int index, out bool head)
    {
        head = c.Args[index].Is("LEFT"u8);
        if (head || c.Args[index].Is("RIGHT"u8)) return true;
        c.Reply.Syntax();
        return false;
    }

    /// <summary>The part of a list that a start and an end (both included, negative from behind) name.</summary>
    public static (long Start, long Count) RangeOf(long start, long end, long count)
    {
        if (start < 0) start = Math.Max(0, start + count);
        if (end < 0) end += count;
        end = Math.Min(end, count - 1);
        return start > end ? (0, 0) : (start, end - start + 1);
    }
}
