using System.Security.Cryptography;

namespace Tercel.Api.Schema;

// Tells whether the files of a model have changed.
internal static class ModelStamp
{
    /// <summary>SHA-256 over the files' contents, in order; files that cannot be read count as empty.</summary>
    public static string Checksum(IReadOnlyList<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            try
            {
                hash.AppendData(File.ReadAllBytes(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // An editor is replacing it at this moment; the next look sees it.
            }

            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
