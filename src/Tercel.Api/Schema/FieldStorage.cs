using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>What SQLite does with values of a declared type (its "affinity").</summary>
internal enum Affinity
{
    Text,
    Numeric,
    Integer,
    Real,
    Blob,
}

// How a field's type is kept in SQLite: the declared type, the affinities that serve as well, and a text that
// describes the type in the ledger, so that a later plan can tell a widened field from a narrowed one.
internal static class FieldStorage
{
    public const string DateTimeFormatText = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string DeclaredType(FieldType type) => type.Kind switch
    {
        FieldKind.Int or FieldKind.BigInt or FieldKind.Bool => "INTEGER",
        FieldKind.Decimal => "NUMERIC",
        FieldKind.Float => "REAL",
        FieldKind.Bytes => "BLOB",
        FieldKind.DateTime when type.Format is DateTimeFormat.Unix or DateTimeFormat.UnixMs => "INTEGER",
        _ => "TEXT",
    };

    /// <summary>True when a column of this affinity keeps values of the type as they are, so that no rebuild is
    /// needed.</summary>
    public static bool Serves(Affinity affinity, FieldType type) => DeclaredType(type) switch
    {
        "INTEGER" => affinity is Affinity.Integer or Affinity.Numeric,
        "NUMERIC" => affinity is Affinity.Numeric or Affinity.Integer or Affinity.Real,
        "REAL" => affinity is Affinity.Real or Affinity.Numeric,
        "BLOB" => affinity is Affinity.Blob,
        _ when type.Kind is FieldKind.DateTime or FieldKind.Date or FieldKind.Time => affinity != Affinity.Real,
        _ => affinity is Affinity.Text or Affinity.Blob,
    };

    /// <summary>SQLite's own rules, in their order (datatype3.html, 3.1).</summary>
    public static Affinity AffinityOf(string declaredType)
    {
        if (Has("INT")) return Affinity.Integer;
        if (Has("CHAR") || Has("CLOB") || Has("TEXT")) return Affinity.Text;
        if (Has("BLOB") || declaredType.Length == 0) return Affinity.Blob;
        return Has("REAL") || Has("FLOA") || Has("DOUB") ? Affinity.Real : Affinity.Numeric;

        bool Has(string part) => declaredType.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The type as the ledger and people read it: <c>string(160)</c>, <c>enum(draft,active)</c>,
    /// <c>int[]</c>.</summary>
    public static string Describe(FieldType type)
    {
        var text = new StringBuilder();
        if (type.Kind == FieldKind.Array) return $"{Describe(type.Element ?? FieldType.Json)}[]";
        text.Append(type.Kind.ToString().ToLowerInvariant());
        if (type.Kind == FieldKind.Enum) text.Append('(').AppendJoin(',', type.EnumValues).Append(')');
        else if (type.LengthMax is { } length) text.Append(CultureInfo.InvariantCulture, $"({length})");
        else if (type.Precision is { } precision)
            text.Append(CultureInfo.InvariantCulture, $"({precision},{type.Scale ?? 0})");
        if (type.Kind == FieldKind.DateTime && type.Format != DateTimeFormat.Iso)
            text.Append(" format=").Append(type.Format.ToString().ToLowerInvariant());
        return text.ToString();
    }

    /// <summary>The SQL literal that existing rows get in a new column, and hand-written inserts; null when there is
    /// none.</summary>
    public static string? DefaultLiteral(Field field)
    {
        if (field.IsVersion) return "1";
        if (field.Default is FieldDefault.Constant constant) return ConstantLiteral(field.Type, constant.Text);
        return field.Default is FieldDefault.Database { Sql: var sql } ? DefaultExpression(sql) : null;
    }

    /// <summary>The time of a change, for rows that existed before a <c>default=now</c> field did.</summary>
    public static string TimeLiteral(FieldType type, DateTimeOffset now) => type.Kind switch
    {
        FieldKind.Date => SchemaSql.Literal(now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        FieldKind.Time => SchemaSql.Literal(now.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)),
        _ => type.Format switch
        {
            DateTimeFormat.Unix => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            DateTimeFormat.UnixMs => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            DateTimeFormat.Sql => SchemaSql.Literal(
                now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            _ => SchemaSql.Literal(now.UtcDateTime.ToString(DateTimeFormatText, CultureInfo.InvariantCulture)),
        },
    };

    // SQLite reports the default of another column without the parentheses that a call needs.
    private static string DefaultExpression(string sql) =>
        sql.Contains('(', StringComparison.Ordinal) && !sql.StartsWith('(') ? $"({sql})" : sql;

    private static string ConstantLiteral(FieldType type, string text)
    {
        switch (type.Kind)
        {
            case FieldKind.Bool:
                return text is "true" or "1" ? "1" : "0";
            case FieldKind.Int or FieldKind.BigInt or FieldKind.Decimal or FieldKind.Float:
                // The loader has checked it; a number that is none must still not become SQL text.
                Invariant.Holds(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
                return text.Trim();
            case FieldKind.Bytes:
                return $"X'{Convert.ToHexString(Convert.FromBase64String(text))}'";
            case FieldKind.Uuid:
                return SchemaSql.Literal(text.ToLowerInvariant());
            case FieldKind.DateTime:
                return TimeLiteral(type, DateTimeOffset.Parse(
                    text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            default:
                return SchemaSql.Literal(text);
        }
    }
}
