using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Problems;

/// <summary>One failure as a client sees it: an RFC 9457 problem with all mistakes of the request.</summary>
/// <remarks>Lifetime: immutable.</remarks>
public sealed record ProblemDocument(ProblemType Type)
{
    /// <summary>The media type of the rendered document.</summary>
    public const string ContentType = "application/problem+json";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One sentence about this occurrence; null when title and errors say all.</summary>
    public string? Detail { get; init; }

    /// <summary>The mistakes, all of them.</summary>
    public IReadOnlyList<Error> Errors { get; init; } = [];

    /// <summary>The path of the request; null when the problem is part of a larger answer.</summary>
    public string? Instance { get; init; }

    /// <summary>The id to look for in the log; null when the problem is part of a larger answer.</summary>
    public string? RequestId { get; init; }

    /// <summary>Further members, such as <c>violated-policies</c>; values are texts, numbers, booleans or lists of
    /// those.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>The code that stands in the log for this problem: the first error's, else the type's name.</summary>
    public string Code => Errors.Count > 0 ? Errors[0].Code.Name : Type.Name;

    /// <summary>Writes the document as JSON.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Json);
        Write(json);
    }

    /// <summary>Writes the document as a JSON object into a larger answer.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, Type.Uri);
        json.WriteString("title"u8, Type.Title);
        json.WriteNumber("status"u8, Type.Status);
        if (Detail is not null) json.WriteString("detail"u8, Detail);
        if (Instance is not null) json.WriteString("instance"u8, Instance);
        if (RequestId is not null) json.WriteString("request_id"u8, RequestId);
        if (Errors.Count > 0)
        {
            json.WriteStartArray("errors"u8);
            foreach (var error in Errors) WriteError(json, error);
            json.WriteEndArray();
        }

        foreach (var (name, value) in Extensions ?? EmptyMembers)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static IReadOnlyDictionary<string, object?> EmptyMembers { get; } = new Dictionary<string, object?>();

    private static void WriteError(Utf8JsonWriter json, Error error)
    {
        json.WriteStartObject();
        if (error.Parameter is not null) json.WriteString("parameter"u8, error.Parameter);
        if (error.Pointer is not null) json.WriteString("pointer"u8, error.Pointer);
        if (error.Header is not null) json.WriteString("header"u8, error.Header);
        json.WriteString("code"u8, error.Code.Name);
        json.WriteString("detail"u8, error.Detail);
        if (error.Position is { } position) json.WriteNumber("position"u8, position);
        if (error.Line is { } line) json.WriteNumber("line"u8, line);
        if (error.Column is { } column) json.WriteNumber("column"u8, column);
        if (error.Suggestion is not null) json.WriteString("suggestion"u8, error.Suggestion);
        if (error.Params is { Count: > 0 } members)
        {
            json.WriteStartObject("params"u8);
            foreach (var (name, value) in members)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case System.Collections.IEnumerable items:
                json.WriteStartArray();
                foreach (var item in items) WriteValue(json, item);
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
