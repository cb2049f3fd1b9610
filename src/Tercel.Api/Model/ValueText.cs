using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Model;

/// <summary>Why a text is no value of a type: the end of a sentence that starts with the field's name.</summary>
/// <param name="Detail">The end of the sentence.</param>
/// <param name="Suggestion">What was probably meant.</param>
/// <param name="Code">Null for the usual one: no value of the type.</param>
internal readonly record struct ValueFault(string Detail, string? Suggestion = null, ErrorCode? Code = null);

/// <summary>
/// The text form of a value, as URLs, row keys, cursors, defaults of the model file and CSV write it, and its
/// storage form.
/// </summary>
internal static class ValueText
{
    /// <summary>The largest integer that JSON carries exactly, 2^53 - 1.</summary>
    public const long IntMax = 9_007_199_254_740_991;

    /// <summary>Reads a value of the type.</summary>
    /// <remarks>Lengths, patterns and a field's own bounds are not checked here: a filter may compare with anything
    /// that the type can hold. A decimal may have more digits than its scale; <see cref="FitsDecimal"/>
    /// tells.</remarks>
    public static bool TryRead(
        ReadOnlySpan<char> text, FieldType type, DateTimeOffset now, out SqlValue value, out ValueFault fault)
    {
        fault = default;
        switch (type.Kind)
        {
            case FieldKind.Int or FieldKind.BigInt: return ReadInteger(text, type.Kind, out value, out fault);
            case FieldKind.Decimal or FieldKind.Float: return ReadNumber(text, out value, out fault);
            case FieldKind.Bool: return ReadBool(text, out value, out fault);
            case FieldKind.Uuid: return ReadUuid(text, out value, out fault);
            case FieldKind.Enum: return ReadEnum(text, type, out value, out fault);
            case FieldKind.DateTime or FieldKind.Date or FieldKind.Time:
                return ReadTime(text, type, now, out value, out fault);
            case FieldKind.Bytes: return ReadBytes(text, out value, out fault);
            case FieldKind.Json: value = ReadJsonScalar(text); return true;
            case FieldKind.Array:
                return Fail(out value, out fault, "is a list: compare its elements with has, hasany or hasall");
            default: value = OfText(text); return true;
        }
    }

    /// <summary>Tells whether a decimal has at most the digits that the type allows.</summary>
    public static bool FitsDecimal(decimal value, FieldType type, out ValueFault fault)
    {
        fault = default;
        var scale = type.Scale ?? 15;
        if (decimal.Round(value, Math.Min(scale, 28)) != value)
            fault = new ValueFault(scale == 0 ? "must have no digits after the point"
                : $"must have at most {scale} digits after the point");
        else if (type.Precision is { } precision && Math.Abs(value) >= (decimal)Math.Pow(10, precision - scale))
            fault = new ValueFault($"must have at most {precision - scale} digits before the point");
        return fault.Detail is null;
    }

    /// <summary>Writes a stored value in its text form: what <see cref="TryRead"/> reads back to the same
    /// value.</summary>
    public static string Write(SqlValue value, FieldType type)
    {
        if (value.Kind == SqlKind.Blob) return Convert.ToBase64String(value.Bytes.Span);
        if (value.IsNull) return "";
        if (type.Kind == FieldKind.Bool && value.Kind == SqlKind.Integer) return value.Integer != 0 ? "true" : "false";
        if (type.Kind == FieldKind.DateTime && value.Kind == SqlKind.Integer)
            return WriteUnix(value.Integer, type.Format);
        if (type is { Kind: FieldKind.Decimal, Scale: { } scale } && value.Kind is SqlKind.Real or SqlKind.Integer)
        {
            var number = value.Kind == SqlKind.Integer ? value.Integer : value.Real;
            return number.ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        return value.ToString();
    }

    /// <summary>A text as it is.</summary>
    public static SqlValue OfText(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return SqlValue.OfUtf8(bytes);
    }

    /// <summary>What people call values of a type: "an integer", "a date (2026-01-31)".</summary>
    public static string Describe(FieldType type) => type.Kind switch
    {
        FieldKind.Int or FieldKind.BigInt => "an integer",
        FieldKind.Decimal or FieldKind.Float => "a number",
        FieldKind.Bool => "true or false",
        FieldKind.Uuid => "a UUID",
        FieldKind.DateTime => "a time",
        FieldKind.Date => "a date",
        FieldKind.Time => "a time of day",
        FieldKind.Enum => "one of a list",
        FieldKind.Json => "JSON",
        FieldKind.Array => "a list",
        FieldKind.Bytes => "bytes",
        _ => "text",
    };

    private static bool ReadInteger(ReadOnlySpan<char> text, FieldKind kind, out SqlValue value, out ValueFault fault)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Fail(out value, out fault, "must be an integer");
        if (kind == FieldKind.Int && number is > IntMax or < -IntMax)
            return Fail(out value, out fault, "must be between -9007199254740991 and 9007199254740991");
        return Ok(SqlValue.Of(number), out value, out fault);
    }

    private static bool ReadNumber(ReadOnlySpan<char> text, out SqlValue value, out ValueFault fault)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowExponent;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            && whole is <= IntMax and >= -IntMax) return Ok(SqlValue.Of(whole), out value, out fault);
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return Fail(out value, out fault, "must be a number");
        return Ok(SqlValue.Of(number), out value, out fault);
    }

    private static bool ReadBool(ReadOnlySpan<char> text, out SqlValue value, out ValueFault fault) => text switch
    {
        "true" or "1" => Ok(SqlValue.Of(true), out value, out fault),
        "false" or "0" => Ok(SqlValue.Of(false), out value, out fault),
        _ => Fail(out value, out fault, "must be true or false"),
    };

    private static bool ReadUuid(ReadOnlySpan<char> text, out SqlValue value, out ValueFault fault)
    {
        if (!Guid.TryParseExact(text, "D", out var id))
            return Fail(out value, out fault, "must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057");
        var bytes = new byte[36];
        Utf8Formatter.TryFormat(id, bytes, out _);
        return Ok(SqlValue.OfUtf8(bytes), out value, out fault);
    }

    private static bool ReadEnum(ReadOnlySpan<char> text, FieldType type, out SqlValue value, out ValueFault fault)
    {
        foreach (var allowed in type.EnumValues)
            if (text.SequenceEqual(allowed)) return Ok(OfText(text), out value, out fault);
        var near = Suggestion.For(text.ToString(), type.EnumValues);
        return Fail(out value, out fault, $"must be one of {string.Join(", ", type.EnumValues)}", near);
    }

    private static bool ReadTime(
        ReadOnlySpan<char> text, FieldType type, DateTimeOffset now, out SqlValue value, out ValueFault fault)
    {
        switch (type.Kind)
        {
            case FieldKind.Date:
                return TimeText.TryReadDate(text, now, out var date)
                    ? Ok(TimeText.Store(date), out value, out fault)
                    : Fail(out value, out fault, "must be a date such as 2026-01-31, or now-7d");
            case FieldKind.Time:
                return TimeText.TryReadTime(text, out var time)
                    ? Ok(TimeText.Store(time), out value, out fault)
                    : Fail(out value, out fault, "must be a time of day such as 23:59:59");
            default:
                return TimeText.TryReadDateTime(text, now, out var moment)
                    ? Ok(TimeText.Store(moment, type.Format), out value, out fault)
                    : Fail(out value, out fault, "must be a time such as 2026-01-31T23:59:59Z, 2026-01-31, or now-7d");
        }
    }

    private static bool ReadBytes(ReadOnlySpan<char> text, out SqlValue value, out ValueFault fault)
    {
        // URLs like the URL-safe alphabet; forms turn the plus sign into a space.
        var standard = text.ToString().Replace('-', '+').Replace('_', '/').Replace(' ', '+');
        standard = standard.TrimEnd('=');
        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var bytes = new byte[standard.Length / 4 * 3];
        return Convert.TryFromBase64String(standard, bytes, out var count)
            ? Ok(SqlValue.OfBlob(bytes.AsMemory(0, count)), out value, out fault)
            : Fail(out value, out fault, "must be Base64");
    }

    // A member of a JSON document has no declared type: what looks like a JSON number, true or false is one.
    private static SqlValue ReadJsonScalar(ReadOnlySpan<char> text)
    {
        if (text is "true") return SqlValue.Of(true);
        if (text is "false") return SqlValue.Of(false);
        var digits = text.TrimStart('-');
        var leadingZero = digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]) || leadingZero) return OfText(text);
        return ReadNumber(text, out var number, out _) ? number : OfText(text);
    }

    private static string WriteUnix(long value, DateTimeFormat format)
    {
        var milliseconds = format == DateTimeFormat.Unix ? Math.Clamp(value, -62135596800, 253402300799) * 1000 : value;
        milliseconds = Math.Clamp(milliseconds, -62135596800000, 253402300799999);
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static bool Ok(SqlValue read, out SqlValue value, out ValueFault fault)
    {
        value = read;
        fault = default;
        return true;
    }

    private static bool Fail(out SqlValue value, out ValueFault fault, string detail, string? suggestion = null)
    {
        value = default;
        fault = new ValueFault(detail, suggestion);
        return false;
    }
}
