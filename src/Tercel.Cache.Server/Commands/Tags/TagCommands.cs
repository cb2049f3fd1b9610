// unsafe: takes the addresses of static command functions, which live as long as the process.
using Tercel.Cache.Tags;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.Tags;

/// <summary>TAG.ADD, TAG.INVALIDATE, TAG.LIST, TAG.STATS.</summary>
/// <remarks>Reference: docs/reference/cache-tags.md.</remarks>
internal static unsafe class TagCommands
{
    /// <summary>The version that commands of our own came with.</summary>
    public const string Since = "0.2.0";

    private const string Group = "tags";

    public static void Register(CommandTable table)
    {
        table.Add("TAG.ADD", -3, CommandFlags.Write | CommandFlags.DenyOom, KeySpec.One, &TagAdd, Group, Since,
            "Adds tags to a key.");
        table.Add("TAG.INVALIDATE", -2, CommandFlags.Write | CommandFlags.Fast, KeySpec.WholeKeyspace, &Invalidate,
            Group, Since, "Drops all keys that carry one of the tags.");
        table.Add("TAG.LIST", 2, CommandFlags.ReadOnly, KeySpec.One, &List, Group, Since, "The tags of a key.");
        table.Add("TAG.STATS", 1, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.None, &Stats, Group, Since,
            "Numbers of tags, sets of tags and invalidations.");
    }

    private static void TagAdd(ref CommandContext c)
    {
        if (!TagArguments.TryCheck(ref c, 2, c.Args.Count - 2)) return;
        var key = c.Key(1);
        if (!c.Keyspace.TryPeek(key, c.NowMs, out var value))
        {
            c.Reply.Integer(0);
            return;
        }

        var old = value.TagSet;
        if (!TagArguments.TryIntern(ref c, 2, c.Args.Count - 2, old, staleMs: 0, out var set)) return;
        if (set != old)
        {
            var found = c.Keyspace.SetTags(key, set, c.NowMs);
            Invariant.Holds(found);
            c.Changed(key, KeyEvents.Generic, "tag"u8);
        }

        c.Reply.Integer(1);
    }

    /// <summary>All shards are entered: a store that comes after it is journaled after it.</summary>
    private static void Invalidate(ref CommandContext c)
    {
        var count = c.Args.Count - 1;
        if (!TagArguments.TryCheck(ref c, 1, count)) return;
        var known = 0;
        for (var i = 1; i <= count; i++)
            if (c.Keyspace.Tags.Invalidate(c.Args[i])) known++;
        if (known > 0) c.ChangedTags();
        c.Reply.Integer(known);
    }

    private static void List(ref CommandContext c)
    {
        if (!c.Keyspace.TryPeek(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.NullArray();
            return;
        }

        Span<uint> tags = stackalloc uint[TagTable.TagsPerSetMax];
        var count = TagArguments.NamedTagsOf(c.Keyspace.Tags, value.TagSet, tags);
        c.Reply.Array(count);
        foreach (var tag in tags[..count]) c.Reply.Bulk(c.Keyspace.Tags.NameOf(tag).Span);
    }

    private static void Stats(ref CommandContext c)
    {
        var tags = c.Keyspace.Tags;
        c.Reply.Map(4);
        c.Reply.Bulk("tags"u8);
        c.Reply.Integer(tags.TagCount);
        c.Reply.Bulk("sets"u8);
        c.Reply.Integer(tags.SetCount);
        c.Reply.Bulk("max"u8);
        c.Reply.Integer(TagTable.TagsMax);
        c.Reply.Bulk("invalidations"u8);
        c.Reply.Integer((long)tags.Epoch);
    }
}
