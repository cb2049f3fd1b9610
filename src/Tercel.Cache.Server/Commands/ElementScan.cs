using System.Buffers.Text;
using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>What HSCAN, SSCAN and ZSCAN have in common: cursor, options and the form of the reply.</summary>
internal static class ElementScan
{
    /// <summary>Where the cursor is.</summary>
    private const int CursorIndex = 2;
    private const int CountDefault = 10;
    private const int CountMax = 1_000_000;
    private const int CursorDigitsMax = 20;

    /// <summary>Reads the cursor; replies the error and returns false when it is none.</summary>
    public static bool TryReadCursor(ref CommandContext c, out ulong cursor)
    {
        var text = c.Args[CursorIndex];
        if (Utf8Parser.TryParse(text, out cursor, out var used) && used == text.Length) return true;
        c.Reply.Error("ERR invalid cursor"u8);
        return false;
    }

    /// <summary>Reads MATCH, COUNT and, when <paramref name="mayOmitValues"/>, NOVALUES; replies the error and returns
    /// false when the words do not fit.</summary>
    public static bool TryReadOptions(ref CommandContext c, bool mayOmitValues, out ElementFilter filter, out int count)
    {
        filter = default;
        count = CountDefault;
        for (var i = CursorIndex + 1; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (mayOmitValues && word.Is("NOVALUES"u8)) filter.OmitsValues = true;
            else if (i + 1 < c.Args.Count && word.Is("MATCH"u8))
            {
                filter.Pattern = c.Args[++i];
                filter.HasPattern = true;
            }
            else if (i + 1 < c.Args.Count && word.Is("COUNT"u8))
            {
                if (!c.TryInteger(++i, out var number)) return false;
                if (number < 1)
                {
                    c.Reply.Syntax();
                    return false;
                }

                count = (int)Math.Min(number, CountMax);
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    /// <summary>The reply to a scan of a key that does not exist.</summary>
    public static void ReplyEmpty(ReplyWriter reply)
    {
        reply.Array(2);
        reply.Bulk("0"u8);
        reply.Array(0);
    }

    /// <summary>Starts the reply; the elements follow.</summary>
    /// <returns>The marks for <see cref="End"/>.</returns>
    public static (int Cursor, int Elements) Begin(ReplyWriter reply)
    {
        reply.Array(2);
        var mark = reply.Length;
        return (mark, reply.BeginArray());
    }

    /// <summary>Finishes the reply with so many elements, and puts the cursor before them.</summary>
    public static void End(ReplyWriter reply, (int Cursor, int Elements) marks, int count, ulong cursor)
    {
        reply.EndArray(marks.Elements, count);
        Span<byte> text = stackalloc byte[CursorDigitsMax];
        Utf8Formatter.TryFormat(cursor, text, out var digits);
        reply.InsertBulk(marks.Cursor, text[..digits]);
    }
}

/// <summary>What a scan lets through; <c>default</c> lets everything through, with values.</summary>
internal ref struct ElementFilter
{
    public bool HasPattern { get; set; }

    public ReadOnlySpan<byte> Pattern { get; set; }

    public bool OmitsValues { get; set; }

    public readonly bool Matches(ReadOnlySpan<byte> name) => !HasPattern || Glob.Matches(Pattern, name);
}

/// <summary>Writes the elements that pass as replies: names, and values in a hash.</summary>
internal ref struct ElementWriter(ReplyWriter reply, ElementFilter filter, bool withValues) : IElementVisitor
{
    private readonly ElementFilter _filter = filter;

    /// <summary>Replies written.</summary>
    public int Count { get; private set; }

    public void Visit(in Element element)
    {
        if (!_filter.Matches(element.Field)) return;
        reply.Bulk(element.Field);
        Count++;
        if (!withValues) return;
        reply.Bulk(element.Value);
        Count++;
    }
}
