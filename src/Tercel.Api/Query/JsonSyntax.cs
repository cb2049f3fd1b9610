using System.Text.Json;
using System.Text.Unicode;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Checks that a body is JSON within bounds, so that reading it afterwards cannot fail.</summary>
internal static class JsonSyntax
{
    /// <summary>The first mistake with its line and column; null when there is none.</summary>
    public static Error? Check(ReadOnlySpan<byte> body, QueryLimits limits)
    {
        if (body.Length > limits.BodyBytesMax)
            return new Error(QueryErrors.TooLong, $"the body has more than {limits.BodyBytesMax} bytes");
        if (!Utf8.IsValid(body)) return new Error(QueryErrors.MalformedJson, "the body is not UTF-8");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = limits.BodyDepthMax + 1 });
        try
        {
            while (reader.Read())
            {
                if (TooDeep(ref reader, limits))
                    return new Error(QueryErrors.TooDeep, $"more than {limits.BodyDepthMax} levels");
                if (HoldsNul(ref reader))
                    return new Error(QueryErrors.Encoding, "text cannot hold the character NUL");
            }

            return null;
        }
        catch (JsonException e)
        {
            return new Error(QueryErrors.MalformedJson, "the body is not JSON")
            {
                Line = (int)(e.LineNumber ?? 0) + 1,
                Column = (int)(e.BytePositionInLine ?? 0) + 1,
            };
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that an escape is half of a surrogate pair.
            return new Error(QueryErrors.MalformedJson, "an escaped character is incomplete");
        }
    }

    private static bool TooDeep(ref Utf8JsonReader reader, QueryLimits limits) =>
        reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
        && reader.CurrentDepth >= limits.BodyDepthMax;

    // A bare NUL is no JSON; an escaped one is.
    private static bool HoldsNul(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped
        && (reader.GetString() ?? "").Contains('\0');
}
