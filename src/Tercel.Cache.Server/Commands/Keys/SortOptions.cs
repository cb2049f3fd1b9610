namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>The options of one SORT. GET patterns stay among the arguments, see <see cref="NextGet"/>.</summary>
internal record struct SortOptions
{
    /// <summary>Index of the BY pattern; 0 = none.</summary>
    public int ByIndex { get; private set; }

    /// <summary>BY with a pattern that names no element: the order stays as it is.</summary>
    public bool IsUnsorted { get; set; }

    public long Offset { get; private set; }

    /// <summary>Negative = all.</summary>
    public long Count { get; private set; }

    public int GetCount { get; private set; }

    public bool IsDescending { get; private set; }

    /// <summary>ALPHA: compares bytes instead of numbers.</summary>
    public bool IsText { get; set; }

    /// <summary>Index of the destination; 0 = none.</summary>
    public int StoreIndex { get; private set; }

    /// <summary>Reads the arguments behind the key; replies the error and returns false when they do not fit.</summary>
    public static bool TryRead(ref CommandContext c, bool readOnly, out SortOptions options)
    {
        options = new SortOptions { Count = -1 };
        for (var i = 2; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            var rest = c.Args.Count - i - 1;
            if (word.Is("ASC"u8)) options.IsDescending = false;
            else if (word.Is("DESC"u8)) options.IsDescending = true;
            else if (word.Is("ALPHA"u8)) options.IsText = true;
            else if (rest >= 2 && word.Is("LIMIT"u8))
            {
                if (!c.TryInteger(i + 1, out var offset) || !c.TryInteger(i + 2, out var count)) return false;
                (options.Offset, options.Count) = (Math.Max(0, offset), count);
                i += 2;
            }
            else if (rest >= 1 && !readOnly && word.Is("STORE"u8)) options.StoreIndex = ++i;
            else if (rest >= 1 && word.Is("BY"u8))
            {
                options.ByIndex = ++i;
                if (c.Args[i].IndexOf((byte)'*') < 0) options.IsUnsorted = true;
            }
            else if (rest >= 1 && word.Is("GET"u8))
            {
                options.GetCount++;
                i++;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    /// <summary>Index of the next GET pattern behind <paramref name="index"/> (start with 1); 0 = no more.</summary>
    public static int NextGet(in CommandContext c, int index)
    {
        for (var i = index + 1; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (word.Is("GET"u8)) return i + 1;
            if (word.Is("LIMIT"u8)) i += 2;
            else if (word.Is("BY"u8) || word.Is("STORE"u8)) i++;
        }

        return 0;
    }

    /// <summary>The part of so many elements that LIMIT asks for.</summary>
    public readonly (int First, int Count) Window(int elements)
    {
        if (Offset >= elements) return (0, 0);
        var left = elements - Offset;
        return ((int)Offset, (int)(Count < 0 ? left : Math.Min(Count, left)));
    }
}
