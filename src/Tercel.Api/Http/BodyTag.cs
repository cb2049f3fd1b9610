using System.Globalization;
using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>The strong ETag of an answer: a hash of its bytes, so that it changes with anything the answer
/// shows.</summary>
internal static class BodyTag
{
    /// <summary>Sixteen hexadecimal digits in quotes.</summary>
    public static string Of(ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{Hash64.Of(body):x16}\"");
}
