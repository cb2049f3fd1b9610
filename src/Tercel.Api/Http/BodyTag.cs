using System.Globalization;
using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>The strong ETag of an answer: a hash of its bytes, so that it changes with anything the answer
/// shows.</summary>
internal static class BodyTag
{
    /// <summary>The tag of a row: its version before the hash when it has one, since If-Match compares the version
    /// only.</summary>
    public static string OfRow(ReadOnlySpan<byte> body, long? version) => version is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"\"{number}.{Hash64.Of(body):x16}\"")
        : Of(body);

    /// <summary>Sixteen hexadecimal digits in quotes.</summary>
    public static string Of(ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{Hash64.Of(body):x16}\"");
}
