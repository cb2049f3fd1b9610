using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>Turns a JSON value into what the database stores for a type, or says why it cannot.</summary>
/// <remarks>Errors carry no pointer but the part below the value (<c>/3</c> for an element); the caller adds the rest.
/// Nothing is converted silently: a string is no number, and 1.5 is no integer.</remarks>
internal static class WriteReader
{
    public static Error? Read(BodyValue value, FieldType type, out SqlValue result)
    {
        result = default;
        switch (type.Kind)
        {
            case FieldKind.Int or FieldKind.BigInt:
                return ReadInteger(value, type.Kind, out result);
            case FieldKind.Decimal:
                return ReadDecimal(value, type, out result);
            case FieldKind.Float:
                return ReadFloat(value, out result);
            case FieldKind.Bool:
                if (value.Kind is not (BodyKind.True or BodyKind.False)) return WrongType("true or false", value);
                result = SqlValue.Of(value.Kind == BodyKind.True);
                return null;
            case FieldKind.Json:
                if (StoredJson.Unstorable(value) is { } problem) return new Error(WriteErrors.Range, problem);
                result = SqlValue.OfUtf8(StoredJson.Of(value));
                return null;
            case FieldKind.Array:
                return ReadArray(value, type.Element ?? FieldType.Text, out result);
            case FieldKind.Bytes:
                return ReadBytes(value, out result);
            default:
                return ReadText(value, type, out result);
        }
    }

    public static Error WrongType(string wanted, BodyValue value) =>
        new(WriteErrors.Type, $"must be {wanted}, not {Word(value.Kind)}") { Params = Param("type", wanted) };

    public static Dictionary<string, object?> Param(string name, object? value) =>
        new(StringComparer.Ordinal) { [name] = value };

    private static Error? ReadInteger(BodyValue value, FieldKind kind, out SqlValue result)
    {
        result = default;
        var quoted = kind == FieldKind.BigInt && value.Kind == BodyKind.String;
        if (value.Kind != BodyKind.Number && !quoted)
            return WrongType(kind == FieldKind.BigInt ? "an integer in a string" : "an integer", value);
        if (quoted && !IsInteger(value.Raw)) return new Error(WriteErrors.Format, "must be the digits of an integer");
        var number = NumberText.Of(value.Raw);
        if (!number.IsInteger) return new Error(WriteErrors.Type, "must be an integer, without a fraction");
        var max = kind == FieldKind.Int ? ValueText.IntMax : long.MaxValue;
        var min = kind == FieldKind.Int ? -ValueText.IntMax : long.MinValue;
        if (!number.TryInteger(out var integer) || integer < min || integer > max)
        {
            return new Error(WriteErrors.Range,
                string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}"))
            {
                Params = new Dictionary<string, object?> { ["min"] = min, ["max"] = max },
            };
        }

        result = SqlValue.Of(integer);
        return null;
    }

    private static bool IsInteger(ReadOnlySpan<byte> text)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        return digits.Length is > 0 and < 32 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static Error? ReadDecimal(BodyValue value, FieldType type, out SqlValue result)
    {
        result = default;
        if (value.Kind != BodyKind.Number) return WrongType("a number", value);
        var number = NumberText.Of(value.Raw);
        if (type.Scale is { } scale && number.Scale > scale)
        {
            var detail = scale == 0 ? "must have no digits after the point"
                : $"must have at most {scale} digits after the point";
            return new Error(WriteErrors.Scale, detail) { Params = Param("scale", scale) };
        }

        if (type.Precision is { } precision && number.WholeDigits > precision - (type.Scale ?? 0))
        {
            var whole = precision - (type.Scale ?? 0);
            return new Error(WriteErrors.Range,
                $"must have at most {whole} digits before the point") { Params = Param("digits", whole) };
        }

        if (number.TryInteger(out var integer)) result = SqlValue.Of(integer);
        else if (number.TryDouble(out var real)) result = SqlValue.Of(real);
        else return new Error(WriteErrors.Range, "is too large for a number");
        return null;
    }

    private static Error? ReadFloat(BodyValue value, out SqlValue result)
    {
        result = default;
        if (value.Kind != BodyKind.Number) return WrongType("a number", value);
        if (!NumberText.Of(value.Raw).TryDouble(out var real))
            return new Error(WriteErrors.Range, "is too large for a number");
        result = SqlValue.Of(real);
        return null;
    }

    private static Error? ReadArray(BodyValue value, FieldType element, out SqlValue result)
    {
        result = default;
        if (value.Kind != BodyKind.Array) return WrongType("an array", value);
        var output = new JsonOutput(64);
        output.Open('[');
        var index = 0;
        foreach (var item in value)
        {
            var stored = SqlValue.Null;
            var error = item.Kind == BodyKind.Null
                ? new Error(WriteErrors.Null, "an element must not be null")
                : Read(item, element, out stored) ?? FieldRules.CheckElement(element, stored);
            if (error is not null)
                return error with { Pointer = string.Create(CultureInfo.InvariantCulture, $"/{index}{error.Pointer}") };
            WriteElement(output, element, stored);
            index++;
        }

        output.Close(']');
        result = SqlValue.OfUtf8(output.Written);
        return null;
    }

    private static void WriteElement(JsonOutput output, FieldType type, SqlValue value)
    {
        if (type.Kind == FieldKind.Bool) output.Raw(value.Integer != 0 ? "true"u8 : "false"u8);
        else if (type.Kind is FieldKind.Json or FieldKind.Array) output.Raw(value.Bytes.Span);
        else if (value.Kind == SqlKind.Integer) output.Number(value.Integer);
        else if (value.Kind == SqlKind.Real) output.Number(value.Real);
        else if (value.Kind == SqlKind.Blob)
            output.Text(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(value.Bytes.Span)));
        else output.Text(value.Bytes.Span);
    }

    private static Error? ReadBytes(BodyValue value, out SqlValue result)
    {
        result = default;
        if (value.Kind != BodyKind.String) return WrongType("Base64 in a string", value);
        var text = value.TextUtf8.Span;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out var read, out var written) != OperationStatus.Done
            || read != text.Length)
            return new Error(WriteErrors.Format, "must be Base64");
        result = SqlValue.OfBlob(bytes.AsMemory(0, written));
        return null;
    }

    private static Error? ReadText(BodyValue value, FieldType type, out SqlValue result)
    {
        result = default;
        if (value.Kind != BodyKind.String) return WrongType("a string", value);
        var utf8 = value.TextUtf8;
        if (utf8.Span.Contains((byte)0)) return new Error(WriteErrors.Format, "must not contain the character NUL");
        switch (type.Kind)
        {
            case FieldKind.Enum:
                return ReadEnum(value.Text, type, out result);
            case FieldKind.Email when !TextForms.IsEmail(utf8.Span):
                return new Error(WriteErrors.Format, "must be an e-mail address");
            case FieldKind.Slug when !TextForms.IsSlug(utf8.Span):
                return new Error(WriteErrors.Format, "must be lower-case letters and digits, joined by single hyphens");
            case FieldKind.String or FieldKind.Text or FieldKind.Email or FieldKind.Slug:
                result = SqlValue.OfUtf8(utf8);
                return null;
            default:
                return ReadForm(value.Text, type, out result);
        }
    }

    // UUIDs, times and dates: the forms that URLs take too, but no "now-7d" and no space around.
    private static Error? ReadForm(string text, FieldType type, out SqlValue result)
    {
        var relative = text.Length == 0 || text[0] == 'n' || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]);
        if (!relative && ValueText.TryRead(text, type, default, out result, out _)) return null;
        result = default;
        return new Error(WriteErrors.Format, type.Kind switch
        {
            FieldKind.Uuid => "must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057",
            FieldKind.DateTime => "must be a time such as 2026-01-31T23:59:59Z",
            FieldKind.Date => "must be a date such as 2026-01-31",
            _ => "must be a time of day such as 23:59:59",
        });
    }

    private static Error? ReadEnum(string text, FieldType type, out SqlValue result)
    {
        result = SqlValue.Of(text);
        if (type.EnumValues.Contains(text, StringComparer.Ordinal)) return null;
        return new Error(WriteErrors.Enum, $"must be one of {string.Join(", ", type.EnumValues)}")
        {
            Suggestion = Suggestion.For(text, type.EnumValues),
            Params = Param("values", type.EnumValues),
        };
    }

    private static string Word(BodyKind kind) => kind switch
    {
        BodyKind.Null => "null",
        BodyKind.False or BodyKind.True => "a boolean",
        BodyKind.Number => "a number",
        BodyKind.String => "a string",
        BodyKind.Array => "an array",
        _ => "an object",
    };
}
