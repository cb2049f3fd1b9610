using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;

namespace Tercel.Api.Http.Pages;

/// <summary>The files under Assets/, embedded in the program; compressed once, on first use.</summary>
/// <remarks>Thread: any. Cost: the first request of a large file compresses it (tens of milliseconds).</remarks>
internal sealed class Assets
{
    private const string Prefix = "Assets/";

    private readonly FrozenDictionary<string, Lazy<Asset>> _byPath;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        _byPath = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => "/" + name[Prefix.Length..],
                name => new Lazy<Asset>(() => Load(assembly, name)),
                StringComparer.Ordinal);
    }

    /// <summary>The file at a URL path such as <c>/docs/init.js</c>; null when there is none.</summary>
    public Asset? Find(string path) => _byPath.TryGetValue(path, out var asset) ? asset.Value : null;

    private static Asset Load(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException("an embedded file is missing", name);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".json" => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        return new Asset(type, bytes.ToArray(), Gzip(bytes.ToArray()), BodyTag.Of(bytes.ToArray()));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal)) gzip.Write(bytes);
        return target.ToArray();
    }
}

/// <summary>One embedded file.</summary>
internal sealed record Asset(string ContentType, byte[] Bytes, byte[] Gzip, string Tag);
