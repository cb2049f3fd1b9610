using System.Security.Cryptography;

namespace Tercel.Api.Http.Writes;

/// <summary>The ETag of a row: a hash of its JSON.</summary>
internal static class RowTag
{
    private const int HashBytes = 12;

    public static string Of(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return $"\"{Convert.ToHexStringLower(hash[..HashBytes])}\"";
    }
}
