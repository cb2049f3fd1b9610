using Microsoft.Net.Http.Headers;

namespace Tercel.Api.Http.Writes;

/// <summary>Which media types of bodies a write takes.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>The value of Accept-Patch.</summary>
    public const string Patches = $"{MergePatch}, {Json}";

    /// <summary>True when the header names a type that the method takes, in UTF-8; no header counts as JSON.</summary>
    public static bool Takes(WriteMethod method, string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return true;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        if (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return false;
        return type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            || (method == WriteMethod.Patch && type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase));
    }
}
