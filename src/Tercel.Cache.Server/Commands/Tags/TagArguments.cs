using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Tags;

namespace Tercel.Cache.Server.Commands.Tags;

/// <summary>Tags among the arguments of a command.</summary>
internal static class TagArguments
{
    /// <summary>Whether so many arguments may be tags; replies the error when not.</summary>
    public static bool TryCheck(ref CommandContext c, int first, int count)
    {
        if (count > TagTable.TagsPerKeyMax)
        {
            c.Reply.Error("ERR too many tags"u8);
            return false;
        }

        for (var i = first; i < first + count; i++)
        {
            if (c.Args[i].Length is > 0 and <= TagTable.NameBytesMax && c.Args[i][0] != 0) continue;
            c.Reply.Error("ERR invalid tag name"u8);
            return false;
        }

        return true;
    }

    /// <summary>The set of the tags among the arguments, of those of another set, and of a stale window; replies the
    /// error and returns false when there are too many.</summary>
    public static bool TryIntern(ref CommandContext c, int first, int count, uint others, long staleMs, out uint set)
    {
        set = 0;
        Span<uint> tags = stackalloc uint[TagTable.TagsPerSetMax * 2];
        var table = c.Keyspace.Tags;
        var total = others == 0 ? 0 : table.TagsOf(others, tags);
        for (var i = first; i < first + count; i++)
        {
            if (!table.TryGetTag(c.Args[i], out var tag)) return RefuseMore(ref c);
            if (!tags[..total].Contains(tag)) tags[total++] = tag;
        }

        var windows = total > 0 && table.StaleMsOf(others) != 0 ? 1 : 0;
        if (total - windows > TagTable.TagsPerKeyMax) return RefuseMore(ref c);
        if (staleMs != 0)
        {
            if (!table.TryGetWindow(staleMs, out var window)) return RefuseMore(ref c);
            tags[total++] = window;
        }

        return total == 0 || table.TryGetSet(tags[..total], out set) || RefuseMore(ref c);
    }

    /// <summary>Adds <c>TAGS n name ...</c> to a journaled SET.</summary>
    public static void Journal(TagTable table, uint set, RewriteBuilder words)
    {
        Span<uint> tags = stackalloc uint[TagTable.TagsPerSetMax];
        var count = NamedTagsOf(table, set, tags);
        if (count == 0) return;
        words.Word("TAGS"u8).Word(count);
        foreach (var tag in tags[..count]) words.Word(table.NameOf(tag).Span);
    }

    /// <summary>The tags of a set that clients have named; returns how many.</summary>
    public static int NamedTagsOf(TagTable table, uint set, Span<uint> tags)
    {
        if (set == 0) return 0;
        var count = table.TagsOf(set, tags);
        var named = 0;
        for (var i = 0; i < count; i++)
            if (!table.IsWindow(tags[i])) tags[named++] = tags[i];
        return named;
    }

    private static bool RefuseMore(ref CommandContext c)
    {
        c.Reply.Error("ERR too many tags"u8);
        return false;
    }
}
