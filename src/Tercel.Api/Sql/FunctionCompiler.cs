using System.Diagnostics;
using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes scalar functions in SQLite's words.</summary>
internal sealed class FunctionCompiler(SqlBuilder sql, ExpressionCompiler expressions)
{
    private readonly SqlBuilder _sql = sql;
    private readonly ExpressionCompiler _expressions = expressions;

    public void Write(Bound.Scalar call)
    {
        switch (call.Name)
        {
            case "lower": Call("tercel_fold", call); break;
            case "upper": Call("tercel_upper", call); break;
            case "trim" or "length" or "coalesce" or "nullif" or "abs": Call(call.Name, call); break;
            case "concat": WriteConcat(call); break;
            case "if": WriteIf(call); break;
            case "items": WriteItems(call.Arguments[0]); break;
            case "round": WriteRound(call); break;
            case "floor": WriteFloor(call.Arguments[0], up: false); break;
            case "ceil": WriteFloor(call.Arguments[0], up: true); break;
            case "bin": WriteBin(call); break;
            case "same_kind": WriteSameKind(call); break;
            case "binary": _expressions.Wrap("", call.Arguments[0], " COLLATE BINARY"); break;
            default: WriteTime(call); break;
        }
    }

    private void Call(string name, Bound.Scalar call)
    {
        _sql.Add(name).Add("(");
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (i > 0) _sql.Add(", ");
            _expressions.Write(call.Arguments[i]);
        }

        _sql.Add(")");
    }

    private void WriteConcat(Bound.Scalar call)
    {
        _sql.Add("(");
        for (var i = 0; i < call.Arguments.Length; i++)
            _expressions.Wrap(i > 0 ? " || coalesce(" : "coalesce(", call.Arguments[i], ", '')");
        _sql.Add(")");
    }

    private void WriteIf(Bound.Scalar call)
    {
        _expressions.Wrap("CASE WHEN ", call.Arguments[0], " THEN ");
        _expressions.Write(call.Arguments[1]);
        _expressions.Wrap(" ELSE ", call.Arguments[2], " END");
    }

    private void WriteItems(Bound list)
    {
        _sql.Add("json_array_length(");
        _expressions.WriteDocument(list);
        _sql.Add(")");
    }

    private void WriteRound(Bound.Scalar call)
    {
        var digits = call.Type.Scale ?? 0;
        _expressions.Wrap("round(", call.Arguments[0], string.Create(CultureInfo.InvariantCulture, $", {digits})"));
    }

    // CAST cuts towards zero; one comparison corrects it. (SQLite's own floor is a build option.)
    private void WriteFloor(Bound number, bool up)
    {
        _expressions.Wrap("(CAST(", number, " AS INTEGER)");
        _expressions.Wrap(up ? " + (" : " - (", number, up ? " > CAST(" : " < CAST(");
        _expressions.Wrap("", number, " AS INTEGER)))");
    }

    private void WriteBin(Bound.Scalar call)
    {
        var (number, width) = (call.Arguments[0], call.Arguments[1]);
        // 0.3 / 0.1 is a little less than 3 in binary: rounding brings it back before it is cut.
        var quotient = new Bound.Arithmetic('/', number, width, new FieldType(FieldKind.Decimal) { Scale = 9 });
        var scale = call.Type is { Kind: FieldKind.Decimal } type ? type.Scale : null;
        _sql.Add(scale is null ? "(" : "round(");
        WriteFloor(quotient, up: false);
        var end = scale is null ? ")" : string.Create(CultureInfo.InvariantCulture, $", {scale})");
        _expressions.Wrap(" * ", width, end);
    }

    private void WriteSameKind(Bound.Scalar call)
    {
        _expressions.Wrap("((typeof(", call.Arguments[0], ") = 'text')");
        _expressions.Wrap(" = (typeof(", call.Arguments[1], ") = 'text'))");
    }

    private void WriteTime(Bound.Scalar call)
    {
        var time = call.Arguments[0];
        switch (call.Name)
        {
            case "year": Format("CAST(strftime('%Y', ", time, ") AS INTEGER)"); break;
            case "quarter": WriteQuarter(time); break;
            case "month": Format("strftime('%Y-%m-01', ", time, ")"); break;
            case "week": Format("date(", time, ", 'weekday 0', '-6 days')"); break;
            case "date": Format("date(", time, ")"); break;
            case "hour": Format("strftime('%Y-%m-%dT%H:00:00.000Z', ", time, ")"); break;
            case "minute": Format("strftime('%Y-%m-%dT%H:%M:00.000Z', ", time, ")"); break;
            case "bucket": WriteBucket(time, call.Arguments[1]); break;
            case "plus_seconds": WritePlus(time, call.Arguments[1]); break;
            case "time_as": WriteAs(time, call.Type); break;
            default: throw new UnreachableException();
        }
    }

    // Writes a time as the first arguments of SQLite's date functions, whatever its storage.
    private void Format(string before, Bound time, string after)
    {
        _sql.Add(before);
        var format = time.Type.Kind == FieldKind.DateTime ? time.Type.Format : DateTimeFormat.Iso;
        if (format == DateTimeFormat.Unix) _expressions.Wrap("", time, ", 'unixepoch'");
        else if (format == DateTimeFormat.UnixMs) _expressions.Wrap("(", time, ") / 1000.0, 'unixepoch'");
        else _expressions.Write(time);
        _sql.Add(after);
    }

    private void WriteQuarter(Bound time)
    {
        Format("(strftime('%Y-', ", time, ")");
        Format(
            " || printf('%02d', (CAST(strftime('%m', ", time, ") AS INTEGER) - 1) / 3 * 3 + 1) || '-01')");
    }

    // Whole spans since 1970, rounded down for earlier times too.
    private void WriteBucket(Bound time, Bound seconds)
    {
        Format("strftime('%Y-%m-%dT%H:%M:%fZ', CAST(strftime('%s', ", time, ") AS INTEGER) - ");
        Format("((CAST(strftime('%s', ", time, ") AS INTEGER) % ");
        _expressions.Wrap("", seconds, " + ");
        _expressions.Wrap("", seconds, ") % ");
        _expressions.Wrap("", seconds, "), 'unixepoch')");
    }

    private void WritePlus(Bound time, Bound seconds)
    {
        if (time.Type is { Kind: FieldKind.DateTime, Format: DateTimeFormat.Unix or DateTimeFormat.UnixMs })
        {
            _expressions.Wrap("(", time, " + ");
            var isSeconds = time.Type.Format == DateTimeFormat.Unix;
            _expressions.Wrap("CAST(", seconds, isSeconds ? " AS INTEGER))" : " * 1000 AS INTEGER))");
            return;
        }

        WriteAs(time, time.Type, seconds);
    }

    private void WriteAs(Bound time, FieldType to, Bound? seconds = null)
    {
        var format = to.Kind == FieldKind.Date ? "date(" : to.Format switch
        {
            DateTimeFormat.Sql => "strftime('%Y-%m-%d %H:%M:%S', ",
            DateTimeFormat.Unix => "CAST(strftime('%s', ",
            DateTimeFormat.UnixMs => "CAST(1000 * strftime('%s', ",
            _ => "strftime('%Y-%m-%dT%H:%M:%fZ', ",
        };
        Format(format, time, "");
        if (seconds is not null) _expressions.Wrap(", ", seconds, " || ' seconds'");
        _sql.Add(format.StartsWith("CAST", StringComparison.Ordinal) ? ") AS INTEGER)" : ")");
    }
}
