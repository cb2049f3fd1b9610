using System.Globalization;
using Tercel.Api.Model;

namespace Tercel.Api.Schema;

// SQL that tells whether stored values are good values of a type, and SQL that turns values of one type into another.
// A value that cannot be turned stays as it is, and then does not fit: the plan blocks and shows the row.
internal static class ValueFit
{
    private const string Digits4 = "[0-9][0-9][0-9][0-9]";
    private const string Digits2 = "[0-9][0-9]";
    private const string DateGlob = $"{Digits4}-{Digits2}-{Digits2}";
    private const string TimeGlob = $"{Digits2}:{Digits2}:{Digits2}";
    private const string IsoFormat = "%Y-%m-%dT%H:%M:%fZ";

    // Any modifier makes SQLite compute the day: without one, February 30 passes as it is.
    private const string Real = "'+0 days'";

    /// <summary>An SQL condition that is true when <paramref name="value"/> (never NULL) is a value of the
    /// type.</summary>
    public static string Fits(FieldType type, string value) => type.Kind switch
    {
        FieldKind.String or FieldKind.Slug when type.LengthMax is { } length =>
            $"typeof({value}) = 'text' AND length({value}) <= {Text(length)}",
        FieldKind.String or FieldKind.Slug or FieldKind.Text => $"typeof({value}) = 'text'",
        FieldKind.Email => $"typeof({value}) = 'text' AND {value} LIKE '_%@_%'",
        FieldKind.Uuid => $"length({value}) = 36 AND {value} NOT GLOB '*[^0-9a-f-]*'",
        FieldKind.Int or FieldKind.BigInt => $"typeof({value}) = 'integer'",
        FieldKind.Bool => $"{value} IN (0, 1)",
        FieldKind.Float => $"typeof({value}) IN ('integer', 'real')",
        FieldKind.Decimal => FitsDecimal(type, value),
        FieldKind.Enum => $"{value} IN ({string.Join(", ", type.EnumValues.Select(SchemaSql.Literal))})",
        FieldKind.Date => $"{value} GLOB '{DateGlob}' AND date({value}, {Real}) = {value}",
        FieldKind.Time => $"{value} GLOB '{TimeGlob}' AND time({value}) = {value}",
        FieldKind.DateTime => type.Format switch
        {
            DateTimeFormat.Unix or DateTimeFormat.UnixMs => $"typeof({value}) = 'integer'",
            DateTimeFormat.Sql => $"{value} GLOB '{DateGlob} {TimeGlob}' AND datetime({value}, {Real}) = {value}",
            _ => $"{value} GLOB '{DateGlob}T{TimeGlob}.[0-9][0-9][0-9]Z' "
                + $"AND strftime('{IsoFormat}', {value}, {Real}) = {value}",
        },
        FieldKind.Json => $"json_valid({value})",
        FieldKind.Array => $"CASE WHEN json_valid({value}) THEN json_type({value}) = 'array' ELSE 0 END",
        _ => $"typeof({value}) = 'blob'",
    };

    /// <summary>An SQL expression that turns a value of <paramref name="from"/> into one of <paramref
    /// name="to"/>.</summary>
    /// <returns>Null when stored values are the same for both.</returns>
    public static string? Convert(StoredType from, FieldType to, string value)
    {
        if (to.Kind == from.Kind && to.Format == from.Format) return null;
        return to.Kind switch
        {
            FieldKind.Int or FieldKind.BigInt => ToInteger(from, value),
            FieldKind.Float or FieldKind.Decimal => from.IsText ? NumberFromText(value, value) : null,
            FieldKind.Bool => from.IsText
                ? $"CASE lower({value}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 WHEN '1' THEN 1 WHEN '0' THEN 0 "
                    + $"ELSE {value} END"
                : null,
            FieldKind.DateTime => ToTime(from, to, value),
            FieldKind.Date => from.Kind == FieldKind.DateTime && from.Format == DateTimeFormat.Iso
                ? $"CASE WHEN substr({value}, 11) = 'T00:00:00.000Z' THEN substr({value}, 1, 10) ELSE {value} END"
                : null,
            FieldKind.Uuid => from.IsText ? $"lower({value})" : null,
            FieldKind.Json => ToJson(from, value),
            FieldKind.Array => from.Kind is FieldKind.Json or FieldKind.Array ? null : $"json_array({value})",
            FieldKind.Bytes => $"CAST({value} AS BLOB)",
            _ => ToText(from, value),
        };
    }

    private static string? ToText(StoredType from, string value)
    {
        if (from.Kind == FieldKind.Bool) return $"CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {value} END";
        return from.IsText || from.Kind is FieldKind.Json or FieldKind.Array or FieldKind.Date or FieldKind.Time
            || from is { Kind: FieldKind.DateTime, Format: DateTimeFormat.Iso or DateTimeFormat.Sql }
                ? null
                : $"CAST({value} AS TEXT)";
    }

    private static string? ToInteger(StoredType from, string value)
    {
        if (from.IsText)
        {
            return $"CASE WHEN CAST(CAST({value} AS INTEGER) AS TEXT) = {value} "
                + $"THEN CAST({value} AS INTEGER) ELSE {value} END";
        }

        return from.Kind is FieldKind.Float or FieldKind.Decimal
            ? $"CASE WHEN CAST({value} AS INTEGER) = {value} THEN CAST({value} AS INTEGER) ELSE {value} END"
            : null;
    }

    private static string NumberFromText(string value, string otherwise) =>
        $"CASE WHEN json_valid({value}) THEN CASE WHEN json_type({value}) IN ('integer', 'real') "
        + $"THEN CAST({value} AS NUMERIC) ELSE {otherwise} END ELSE {otherwise} END";

    private static string ToJson(StoredType from, string value) => from.Kind switch
    {
        FieldKind.Array => value,
        FieldKind.Bool => $"CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {value} END",
        _ => $"json_quote({value})",
    };

    private static string? ToTime(StoredType from, FieldType to, string value)
    {
        var source = from switch
        {
            { Kind: FieldKind.DateTime, Format: DateTimeFormat.Unix } => $"{value}, 'unixepoch'",
            { Kind: FieldKind.DateTime, Format: DateTimeFormat.UnixMs } => $"{value} / 1000.0, 'unixepoch'",
            { Kind: FieldKind.Int or FieldKind.BigInt } => $"{value}, 'unixepoch'",
            _ => value,
        };
        var made = to.Format switch
        {
            DateTimeFormat.Unix => $"CAST(strftime('%s', {source}) AS INTEGER)",
            DateTimeFormat.UnixMs => $"CAST(round((julianday({source}) - 2440587.5) * 86400000) AS INTEGER)",
            DateTimeFormat.Sql => $"datetime({source})",
            _ => $"strftime('{IsoFormat}', {source})",
        };
        return $"coalesce({made}, {value})";
    }

    private static string FitsDecimal(FieldType type, string value)
    {
        var fits = $"typeof({value}) IN ('integer', 'real')";
        if (type.Scale is not { } scale || type.Precision is not { } precision) return fits;
        var limit = Math.Pow(10, precision - scale).ToString("F0", CultureInfo.InvariantCulture);
        return $"{fits} AND round({value}, {Text(scale)}) = {value} AND abs({value}) < {limit}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The type of a column's values before a change, as the ledger or the column's affinity tells it.</summary>
internal sealed record StoredType(FieldKind Kind, DateTimeFormat Format = DateTimeFormat.Iso)
{
    public bool IsText => Kind is FieldKind.String or FieldKind.Text or FieldKind.Email or FieldKind.Slug
        or FieldKind.Enum or FieldKind.Uuid;

    /// <summary>Reads <see cref="FieldStorage.Describe"/>'s text; the affinity decides when there is none.</summary>
    public static StoredType Of(string? definition, Affinity affinity)
    {
        if (definition is null)
        {
            return new StoredType(affinity switch
            {
                Affinity.Integer => FieldKind.Int,
                Affinity.Real or Affinity.Numeric => FieldKind.Float,
                Affinity.Blob => FieldKind.Bytes,
                _ => FieldKind.Text,
            });
        }

        if (definition.EndsWith("[]", StringComparison.Ordinal)) return new StoredType(FieldKind.Array);
        var word = definition.AsSpan(0, Math.Max(definition.AsSpan().IndexOfAny('(', ' '), 0));
        if (word.IsEmpty) word = definition;
        var kind = Enum.TryParse<FieldKind>(word, ignoreCase: true, out var parsed) ? parsed : FieldKind.Text;
        var at = definition.IndexOf("format=", StringComparison.Ordinal);
        return at >= 0 && Enum.TryParse<DateTimeFormat>(definition.AsSpan(at + 7), ignoreCase: true, out var format)
            ? new StoredType(kind, format)
            : new StoredType(kind);
    }
}
