using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Tercel.Chassis.Web.Responses;

internal enum Coding
{
    Identity,
    Gzip,
    Brotli,
}

// Chooses how a body is compressed, and does it.
internal static class ContentCoding
{
    // The fastest Brotli level beats gzip's fastest in size and about equals it in time.
    private const int BrotliQuality = 1;
    private const int BrotliWindowBits = 20;

    // Text types compress; images, archives and streams do not.
    public static bool Compresses(string contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        if (end >= 0) type = type[..end];
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("javascript", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("ndjson", StringComparison.OrdinalIgnoreCase);
    }

    // The best coding the client accepts; at equal weight Brotli, then gzip.
    public static Coding Choose(StringValues acceptEncoding)
    {
        double gzip = -1, brotli = -1, any = -1;
        foreach (var line in acceptEncoding)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var (name, weight) = Read(line.AsSpan()[range]);
                if (name is "gzip" or "x-gzip") gzip = weight;
                else if (name is "br") brotli = weight;
                else if (name is "*") any = weight;
            }
        }

        if (gzip < 0) gzip = any;
        if (brotli < 0) brotli = any;
        if (brotli > 0 && brotli >= gzip) return Coding.Brotli;
        return gzip > 0 ? Coding.Gzip : Coding.Identity;
    }

    public static string NameOf(Coding coding) => coding == Coding.Brotli ? "br" : "gzip";

    public static int CompressedBytesMax(int bytes) =>
        Math.Max(BrotliEncoder.GetMaxCompressedLength(bytes), bytes + bytes / 64 + 256);

    // The number of bytes written; 0 when they did not fit.
    public static int Compress(ReadOnlySpan<byte> body, byte[] target, Coding coding)
    {
        if (coding == Coding.Brotli)
        {
            var fits = BrotliEncoder.TryCompress(body, target, out var written, BrotliQuality, BrotliWindowBits);
            return fits ? written : 0;
        }

        using var stream = new MemoryStream(target);
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return (int)stream.Position;
    }

    private static double Weight(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            ? weight
            : 0;

    private static (string Name, double Weight) Read(ReadOnlySpan<char> item)
    {
        item = item.Trim();
        var semicolon = item.IndexOf(';');
        if (semicolon < 0) return (item.ToString().ToLowerInvariant(), 1);
        var name = item[..semicolon].TrimEnd().ToString().ToLowerInvariant();
        var parameter = item[(semicolon + 1)..].Trim();
        var weight = parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            ? Weight(parameter[2..])
            : 0;
        return (name, weight);
    }
}
