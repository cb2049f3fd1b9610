using System.Globalization;
using Tercel.Api.Model;

namespace Tercel.Api.Schema;

/// <summary>From a column's declared type and a sample of its values to a field type.</summary>
internal static class ColumnTypes
{
    private const int PrecisionMax = 15;
    private const int LengthMax = 1_000_000;

    public static FieldType Read(string declared, ColumnSample sample)
    {
        var open = declared.IndexOf('(', StringComparison.Ordinal);
        var name = (open < 0 ? declared : declared[..open]).Trim().ToUpperInvariant();
        var arguments = open < 0 ? [] : Arguments(declared[(open + 1)..]);
        switch (name)
        {
            case "BOOL" or "BOOLEAN" or "BIT":
                return sample.IsEmpty || sample.OnlyIntegers ? FieldType.Bool : BySample(sample);
            case "JSON":
                return sample.OnlyBlobs ? new FieldType(FieldKind.Bytes) : FieldType.Json;
            case "DATE":
                if (sample.IsEmpty || sample.OnlyDates) return FieldType.Date;
                return Time(sample);
            case "TIME":
                return sample.IsEmpty || sample.OnlyTimes ? new FieldType(FieldKind.Time) : BySample(sample);
            case "" or "ANY":
                return BySample(sample);
        }

        if (name.StartsWith("DATETIME", StringComparison.Ordinal)
            || name.StartsWith("TIMESTAMP", StringComparison.Ordinal))
            return Time(sample);
        return FieldStorage.AffinityOf(name) switch
        {
            Affinity.Integer => new FieldType(sample.HasLarge ? FieldKind.BigInt : FieldKind.Int),
            Affinity.Text => Text(name, arguments),
            Affinity.Blob => new FieldType(FieldKind.Bytes),
            Affinity.Real => FieldType.Float,
            _ => Numeric(name, arguments, sample),
        };
    }

    private static FieldType Text(string name, List<int> arguments) =>
        name.Contains("CHAR", StringComparison.Ordinal) && arguments is [var length and > 0 and <= LengthMax]
            ? new FieldType(FieldKind.String) { LengthMax = length }
            : FieldType.Text;

    // Times without values are taken to be what SQLite's own CURRENT_TIMESTAMP makes.
    private static FieldType Time(ColumnSample sample)
    {
        if (sample.IsEmpty) return FieldType.DateTime with { Format = DateTimeFormat.Sql };
        return sample.Times is { } format ? FieldType.DateTime with { Format = format } : BySample(sample);
    }

    private static FieldType Numeric(string name, List<int> arguments, ColumnSample sample)
    {
        var isDecimal = name is "NUMERIC" or "DECIMAL" or "NUMBER" or "MONEY" or "DEC" or "SMALLMONEY";
        if (!isDecimal) return sample.IsEmpty ? FieldType.Text : BySample(sample);
        if (!sample.IsEmpty && !sample.OnlyNumbers) return BySample(sample);

        // More digits than a double keeps, or values finer than declared: shown as stored.
        var plain = new FieldType(FieldKind.Decimal);
        if (arguments is not ([_, _] or [_])) return plain;
        var (precision, scale) = (arguments[0], arguments.Count > 1 ? arguments[1] : 0);
        if (precision is < 1 or > PrecisionMax || scale < 0 || scale > precision
            || sample.IsFinerThan(scale)) return plain;
        return plain with { Precision = precision, Scale = scale };
    }

    private static FieldType BySample(ColumnSample sample)
    {
        if (sample.OnlyIntegers) return new FieldType(sample.HasLarge ? FieldKind.BigInt : FieldKind.Int);
        if (sample.OnlyNumbers) return FieldType.Float;
        return sample.OnlyBlobs ? new FieldType(FieldKind.Bytes) : FieldType.Text;
    }

    private static List<int> Arguments(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.TrimEnd().TrimEnd(')').Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return [];
            numbers.Add(number);
        }

        return numbers;
    }
}
