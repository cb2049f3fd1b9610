namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LPOS.</summary>
/// <remarks>Reply: the index of the match, or nil; with COUNT an array of indexes. Source:
/// redis.io/commands/lpos</remarks>
internal static class ListPositions
{
    public static void LPos(ref CommandContext c)
    {
        if (!TryReadOptions(ref c, out var options)) return;
        var status = c.FindList(c.Key(1), out var list);
        if (status == StoreStatus.WrongType) return;
        var matches = status == StoreStatus.Ok ? list.Find(c.Args[2], options.Rank < 0, options.ComparesMax) : default;
        var skip = (options.Rank < 0 ? -options.Rank : options.Rank) - 1;
        if (options.Count is { } countMax)
        {
            var array = c.Reply.BeginArray();
            var count = 0;
            while ((countMax == 0 || count < countMax) && matches.MoveNext())
            {
                if (skip-- > 0) continue;
                c.Reply.Integer(matches.Index);
                count++;
            }

            c.Reply.EndArray(array, count);
            return;
        }

        while (matches.MoveNext())
        {
            if (skip-- > 0) continue;
            c.Reply.Integer(matches.Index);
            return;
        }

        c.Reply.Null();
    }

    private static bool TryReadOptions(ref CommandContext c, out Options options)
    {
        options = new Options { Rank = 1 };
        for (var i = 3; i < c.Args.Count; i += 2)
        {
            var word = c.Args[i];
            long value;
            if (i + 1 == c.Args.Count)
            {
                c.Reply.Syntax();
                return false;
            }

            if (word.Is("RANK"u8))
            {
                if (!TryRank(ref c, i + 1, out value)) return false;
                options.Rank = value;
            }
            else if (word.Is("COUNT"u8))
            {
                if (!c.TryCount(i + 1, 0, "ERR COUNT can't be negative"u8, out value)) return false;
                options.Count = value;
            }
            else if (word.Is("MAXLEN"u8))
            {
                if (!c.TryCount(i + 1, 0, "ERR MAXLEN can't be negative"u8, out value)) return false;
                options.ComparesMax = value;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    private static bool TryRank(ref CommandContext c, int index, out long rank)
    {
        if (!c.TryInteger(index, out rank)) return false;
        if (rank == 0)
        {
            c.Reply.Error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "u8
                + "or use negative to start from the end of the list"u8);
            return false;
        }

        if (rank != long.MinValue) return true;
        c.Reply.NotAnInteger();
        return false;
    }

    private record struct Options
    {
        /// <summary>The how many-th match is the first to reply; negative: from the tail.</summary>
        public long Rank { get; set; }

        /// <summary>How many matches; 0 = all; null = one, and no array.</summary>
        public long? Count { get; set; }

        /// <summary>Elements to look at; 0 = all.</summary>
        public long ComparesMax { get; set; }
    }
}
