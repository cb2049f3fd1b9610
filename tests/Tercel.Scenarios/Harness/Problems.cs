using System.Text.Json;

namespace Tercel.Scenarios.Harness;

internal static class Problems
{
    /// <summary>Status, and where and what each mistake is: <c>422 #/price min, #/name required</c>.</summary>
    public static string Summary(this Reply reply)
    {
        if (reply.Status < 400) return $"{reply.Status}";
        return $"{reply.Status} {Mistakes(reply.Json)}".TrimEnd();
    }

    /// <summary>The mistakes of a problem document.</summary>
    public static string Mistakes(JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors)
            ? string.Join(", ", errors.EnumerateArray().Select(Mistake))
            : "";

    /// <summary>The last part of the problem's type.</summary>
    public static string? Kind(this Reply reply) => reply.Json.GetProperty("type").GetString();

    private static string Mistake(JsonElement error)
    {
        foreach (var place in new[] { "pointer", "parameter", "header" })
        {
            if (error.TryGetProperty(place, out var value)) return $"{value.GetString()} {error.GetProperty("code")}";
        }

        return error.GetProperty("code").GetString() ?? "";
    }
}
