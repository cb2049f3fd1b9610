using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Writes the current row as a line of CSV (RFC 4180) by the steps of its JSON layout; objects become
/// columns.</summary>
/// <remarks>
/// Shape: NULL is an empty cell, an empty text is <c>""</c>, so that they can be told apart. Values are data: a text
/// that begins with <c>=</c> leaves as it is.
/// </remarks>
internal static class CsvRowWriter
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\",\r\n"u8);

    public static void Write(Utf8Buffer into, SqlRows rows, RowLayout layout)
    {
        var steps = layout.Steps;
        var (isFirst, absentUntil) = (true, 0);
        for (var i = 0; i < steps.Length; i++)
        {
            ref readonly var step = ref steps[i];
            switch (step.Kind)
            {
                case StepKind.Bytes: break;
                case StepKind.Object:
                    // The cells of a row that is not there are empty, down to its innermost objects.
                    if (i >= absentUntil && rows.Kind(step.Column) == SqlKind.Null) absentUntil = step.Argument;
                    break;
                default:
                    if (!isFirst) into.WriteByte((byte)',');
                    isFirst = false;
                    if (i >= absentUntil) WriteColumn(into, rows, step);
                    break;
            }
        }

        into.Write("\r\n"u8);
    }

    /// <summary>Writes a text, in quotes where it needs them.</summary>
    public static void WriteCell(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        if (!text.IsEmpty && text.IndexOfAny(Quoted) < 0)
        {
            into.Write(text);
            return;
        }

        into.WriteByte((byte)'"');
        while (text.IndexOf((byte)'"') is >= 0 and var at)
        {
            into.Write(text[..(at + 1)]);
            into.WriteByte((byte)'"');
            text = text[(at + 1)..];
        }

        into.Write(text);
        into.WriteByte((byte)'"');
    }

    private static void WriteColumn(Utf8Buffer into, SqlRows rows, in RowStep step)
    {
        var stored = rows.Kind(step.Column);
        if (stored == SqlKind.Null) return;
        if (stored == SqlKind.Text && step.Kind is StepKind.Text or StepKind.Json)
        {
            WriteCell(into, rows.Utf8(step.Column));
            return;
        }

        // Numbers, times and bytes look as in JSON, without its quotes.
        var start = into.Count;
        JsonColumn.Write(into, rows, step.Column, step.Kind, step.Argument);
        var written = into.Written[start..];
        if (written is not [(byte)'"', .., (byte)'"']) return;
        if (stored == SqlKind.Text && written.IndexOf((byte)'\\') >= 0)
        {
            into.Truncate(start);
            WriteCell(into, rows.Utf8(step.Column));
            return;
        }

        Unquote(into, start);
    }

    private static void Unquote(Utf8Buffer into, int start)
    {
        var inner = into.Written[(start + 1)..^1];
        if (inner.IndexOfAny(Quoted) < 0 && inner.Length > 0)
        {
            // Moves the bytes one to the left, over the opening quote.
            var count = inner.Length;
            into.Truncate(start);
            inner.CopyTo(into.GetSpan(count));
            into.Advance(count);
            return;
        }

        var copy = inner.ToArray();
        into.Truncate(start);
        WriteCell(into, copy);
    }
}
