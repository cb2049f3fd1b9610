using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>RENAME, RENAMENX, COPY, MOVE.</summary>
/// <remarks>A key is in the same shard in all databases, so the shards entered for the arguments are
/// enough.</remarks>
internal static class KeyMoves
{
    public static void Rename(ref CommandContext c)
    {
        if (TryRename(ref c, replace: true)) c.Reply.Ok();
    }

    public static void RenameNx(ref CommandContext c)
    {
        if (TryRename(ref c, replace: false)) c.Reply.Integer(1);
    }

    public static void Copy(ref CommandContext c)
    {
        if (!TryReadCopy(ref c, out var database, out var replace)) return;
        var from = c.Key(1);
        var to = c.Keyspace.Key(c.Args[2], database);
        if (database == from.Database && from.Bytes.SequenceEqual(to.Bytes))
        {
            c.Reply.Error("ERR source and destination objects are the same"u8);
            return;
        }

        if (!c.Keyspace.TryPeek(from, c.NowMs, out _) || (!replace && c.Keyspace.TryPeek(to, c.NowMs, out _)))
        {
            c.Reply.Integer(0);
            return;
        }

        var status = c.Keyspace.Copy(from, to, c.NowMs);
        Invariant.Holds(status == StoreStatus.Ok);
        c.Changed(to, KeyEvents.Generic, "copy_to"u8);
        c.Reply.Integer(1);
    }

    public static void Move(ref CommandContext c)
    {
        if (!TryReadDatabase(ref c, 2, out var database)) return;
        var from = c.Key(1);
        if (database == from.Database)
        {
            c.Reply.Error("ERR source and destination objects are the same"u8);
            return;
        }

        var to = c.Keyspace.Key(c.Args[1], database);
        if (!c.Keyspace.TryPeek(from, c.NowMs, out _) || c.Keyspace.TryPeek(to, c.NowMs, out _))
        {
            c.Reply.Integer(0);
            return;
        }

        var status = c.Keyspace.Rename(from, to, c.NowMs);
        Invariant.Holds(status == StoreStatus.Ok);
        c.Changed(from, KeyEvents.Generic, "move_from"u8);
        c.Changed(to, KeyEvents.Generic, "move_to"u8);
        c.Reply.Integer(1);
    }

    private static bool TryRename(ref CommandContext c, bool replace)
    {
        var from = c.Key(1);
        var to = c.Key(2);
        if (!c.Keyspace.TryPeek(from, c.NowMs, out _))
        {
            c.Reply.NoSuchKey();
            return false;
        }

        var same = from.Bytes.SequenceEqual(to.Bytes);
        if (!replace && (same || c.Keyspace.TryPeek(to, c.NowMs, out _)))
        {
            c.Reply.Integer(0);
            return false;
        }

        if (same) return true;
        var status = c.Keyspace.Rename(from, to, c.NowMs);
        Invariant.Holds(status == StoreStatus.Ok);
        c.Changed(from, KeyEvents.Generic, "rename_from"u8);
        c.Changed(to, KeyEvents.Generic, "rename_to"u8);
        return true;
    }

    private static bool TryReadCopy(ref CommandContext c, out int database, out bool replace)
    {
        database = c.Session.Database;
        replace = false;
        for (var i = 3; i < c.Args.Count; i++)
        {
            if (c.Args[i].Is("REPLACE"u8)) replace = true;
            else if (c.Args[i].Is("DB"u8) && i + 1 < c.Args.Count)
            {
                if (!TryReadDatabase(ref c, ++i, out database)) return false;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    private static bool TryReadDatabase(ref CommandContext c, int index, out int database)
    {
        database = 0;
        if (!c.TryInteger(index, out var number)) return false;
        database = (int)number;
        if (number is >= 0 and < EngineLimits.DatabaseCount) return true;
        c.Reply.Error(number is >= int.MinValue and <= int.MaxValue
            ? "ERR DB index is out of range"u8
            : "ERR value is out of range, value must between -2147483648 and 2147483647"u8);
        return false;
    }
}
