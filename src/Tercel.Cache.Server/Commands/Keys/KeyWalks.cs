using System.Buffers.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>SCAN, KEYS, RANDOMKEY.</summary>
/// <remarks>The keyspace enters one shard at a time, a few buckets long, so other loops go on meanwhile.</remarks>
internal static class KeyWalks
{
    private const int CountDefault = 10;

    /// <summary>Keys that one step of KEYS visits between two looks at other work.</summary>
    private const int KeysPerStep = 1024;

    private const int CursorDigitsMax = 20;

    private const long CountMax = 1_000_000;

    public static void Scan(ref CommandContext c)
    {
        if (!TryReadCursor(ref c, out var cursor) || !TryReadOptions(ref c, out var filter, out var count)) return;
        c.Reply.Array(2);
        var mark = c.Reply.Length;
        var list = c.Reply.BeginArray();
        var visitor = new KeyCollector(c.Reply, filter);
        cursor = c.Keyspace.Scan(cursor, c.Session.Database, count, c.NowMs, ref visitor);
        c.Reply.EndArray(list, visitor.Count);
        Span<byte> text = stackalloc byte[CursorDigitsMax];
        Utf8Formatter.TryFormat(cursor, text, out var digits);
        c.Reply.InsertBulk(mark, text[..digits]);
    }

    public static void Keys(ref CommandContext c)
    {
        var list = c.Reply.BeginArray();
        var visitor = new KeyCollector(c.Reply, new KeyFilter { Pattern = c.Args[1] });
        var cursor = 0UL;
        do cursor = c.Keyspace.Scan(cursor, c.Session.Database, KeysPerStep, c.NowMs, ref visitor);
        while (cursor != 0);
        c.Reply.EndArray(list, visitor.Count);
    }

    public static void RandomKey(ref CommandContext c)
    {
        var visitor = new KeyCollector(c.Reply, default);
        var random = c.Dispatcher.Random.Next();
        if (!c.Keyspace.VisitRandom(c.Session.Database, random, c.NowMs, ref visitor)) c.Reply.Null();
    }

    private static bool TryReadCursor(ref CommandContext c, out ulong cursor)
    {
        if (Utf8Parser.TryParse(c.Args[1], out cursor, out var used) && used == c.Args[1].Length) return true;
        c.Reply.Error("ERR invalid cursor"u8);
        return false;
    }

    private static bool TryReadOptions(ref CommandContext c, out KeyFilter filter, out int count)
    {
        filter = default;
        count = CountDefault;
        for (var i = 2; i < c.Args.Count; i += 2)
        {
            var hasValue = i + 1 < c.Args.Count;
            if (hasValue && c.Args[i].Is("COUNT"u8))
            {
                if (!c.TryInteger(i + 1, out var number)) return false;
                if (number < 1)
                {
                    c.Reply.Syntax();
                    return false;
                }

                count = (int)Math.Min(number, CountMax);
            }
            else if (hasValue && c.Args[i].Is("MATCH"u8)) filter.Pattern = c.Args[i + 1];
            else if (hasValue && c.Args[i].Is("TYPE"u8)) filter.KindName = c.Args[i + 1];
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    /// <summary>What a walk lets through; <c>default</c> lets everything through.</summary>
    private ref struct KeyFilter
    {
        private ReadOnlySpan<byte> _pattern;
        private ReadOnlySpan<byte> _kindName;
        private bool _hasPattern;
        private bool _hasKind;

        public ReadOnlySpan<byte> Pattern
        {
            set
            {
                _pattern = value;
                _hasPattern = !Glob.IsAll(value);
            }
        }

        /// <summary>As TYPE replies it; an unknown name lets nothing through.</summary>
        public ReadOnlySpan<byte> KindName
        {
            set
            {
                _kindName = value;
                _hasKind = true;
            }
        }

        public readonly bool Passes(ReadOnlySpan<byte> key, ValueKind kind) =>
            (!_hasKind || _kindName.Is(KeyRemoval.KindName(kind))) && (!_hasPattern || Glob.Matches(_pattern, key));
    }

    /// <summary>Writes the keys that pass as replies.</summary>
    private ref struct KeyCollector(ReplyWriter reply, KeyFilter filter) : IEntryVisitor
    {
        private readonly KeyFilter _filter = filter;

        public int Count { get; private set; }

        public void Visit(ReadOnlySpan<byte> key, int database, in ValueView value)
        {
            if (!_filter.Passes(key, value.Kind)) return;
            reply.Bulk(key);
            Count++;
        }
    }
}
