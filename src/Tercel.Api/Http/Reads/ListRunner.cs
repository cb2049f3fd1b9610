using System.Text;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Reads a page and writes its envelope: <c>{"data":[...],"page":{...}}</c>.</summary>
internal static class ListRunner
{
    public static async ValueTask<ListAnswer> Run(IReadSession session, ListCall call, byte[] secret, Utf8Buffer into)
    {
        var (list, inputs) = (call.List, call.Inputs);
        CursorToken? cursor = null;
        if (call.Range.Cursor is { } text)
        {
            cursor = CursorToken.Read(text, secret, list, inputs);
            if (cursor is null) return new ListAnswer(ReadOutcome.Ok, BadCursor: true);
        }

        var offset = cursor?.Offset ?? call.Range.Offset;
        inputs.Limit = call.Range.Limit + 1;
        inputs.Offset = offset;
        inputs.Cursor = cursor?.Values ?? [];
        var read = cursor is null or { Offset: not null } ? list.Page : list.FromCursor(cursor.Form);
        var counts = list.Plan.Count != CountMode.None;
        if (counts || read.Layout.Embeds.Length > 0 || list.Facets is not null) await session.BeginSnapshot();

        into.Write("{\"data\":"u8);
        var (outcome, page) = await PageReader.Page(session, read, inputs, into);
        if (outcome != ReadOutcome.Ok) return new ListAnswer(outcome);
        var (next, previous) = new PageLinks(call, secret).Of(page, cursor, offset);
        WritePage(into, call, next, previous);
        // No link leads on, but rows do: past the largest offset, or after sort values too long for a cursor.
        var hasNext = cursor is { IsBackward: true } ? page.Count > 0 : page.HasMore;
        if (hasNext && next is null) into.Write(",\"more\":true"u8);
        if (counts) await WriteCount(session, call, into);
        into.WriteByte((byte)'}');
        if (list.Facets is { } facets) outcome = await facets.Write(session, inputs, into);
        into.WriteByte((byte)'}');
        if (into.Overflowed) outcome = ReadOutcome.TooLarge;
        return new ListAnswer(outcome, next, previous, IsEmpty: page.Count == 0);
    }

    private static void WritePage(Utf8Buffer into, ListCall call, string? next, string? previous)
    {
        into.Write(",\"page\":{\"limit\":"u8);
        JsonText.WriteInteger(into, call.Range.Limit);
        var isUrl = call.QueryText is not null;
        WriteLink(into, isUrl ? ",\"next\":"u8 : ",\"next_cursor\":"u8, next);
        WriteLink(into, isUrl ? ",\"prev\":"u8 : ",\"prev_cursor\":"u8, previous);
    }

    private static void WriteLink(Utf8Buffer into, ReadOnlySpan<byte> name, string? link)
    {
        into.Write(name);
        if (link is null) into.Write("null"u8);
        else JsonText.WriteString(into, Encoding.UTF8.GetBytes(link));
    }

    private static async ValueTask WriteCount(IReadSession session, ListCall call, Utf8Buffer into)
    {
        var list = call.List;
        var isEstimate = list.Plan.Count == CountMode.Estimate;
        var count = await PageReader.Scalar(session, list.Count(), call.Inputs) ?? 0;
        var isBounded = isEstimate && count > list.EstimateRows;
        var kind = isBounded ? "at_least" : "exact";
        if (isBounded && list.Span() is { } span)
        {
            count = await PageReader.Scalar(session, span, call.Inputs) ?? count;
            kind = "estimate";
        }
        else if (isBounded)
        {
            count = list.EstimateRows;
        }

        into.Write(",\"count\":"u8);
        JsonText.WriteInteger(into, count);
        into.Write(",\"count_kind\":\""u8);
        into.Write(Encoding.UTF8.GetBytes(kind));
        into.WriteByte((byte)'"');
    }
}
