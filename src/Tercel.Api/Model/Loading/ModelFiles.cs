using System.Text;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads the main file and all that it includes, each once, never outside the model's folder.</summary>
internal sealed class ModelFiles(Func<string, string?> environment, ModelReport report)
{
    private static readonly string[] FolderNames = ["tercel.yaml", "tercel.yml", "tercel.json"];

    private readonly List<ModelNode.Map> _documents = [];
    private readonly List<string> _paths = [];
    private string _folder = ".";

    /// <summary>The folder of the main file.</summary>
    public string Folder => _folder;

    /// <summary>The files that were read, the main file first.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The documents, the main one first; empty when it cannot be read.</summary>
    public IReadOnlyList<ModelNode.Map> Read(string path)
    {
        var main = path;
        if (Directory.Exists(path))
        {
            var found = FolderNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
            if (found is null)
            {
                report.Add(
                    new Place(path, 1, 1), ModelErrors.File, $"no {string.Join(", ", FolderNames)} in this folder");
                return [];
            }

            main = found;
        }

        _folder = Path.GetDirectoryName(main) is { Length: > 0 } folder ? folder : ".";
        ReadFile(main, new Place(main, 1, 1), depth: 0, []);
        return _documents;
    }

    private void ReadFile(string path, Place from, int depth, List<string> trail)
    {
        _paths.Add(path);
        if (ReadBytes(path, from) is not { } bytes) return;
        var substitution = new Substitution(environment, report);
        var root = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonTree.Read(path, bytes, substitution.Apply, report)
            : ReadYaml(path, bytes, substitution);
        if (root is null) return;
        if (root is not ModelNode.Map document)
        {
            report.Add(root.Place, ModelErrors.Kind, $"a model file is a map, not {root.Kind}");
            return;
        }

        _documents.Add(document);
        if (document.Entries.FirstOrDefault(e => e.Key.Text == "include")?.Value is not { } include) return;
        var names = include is ModelNode.Scalar { IsNull: false } one ? [one]
            : Scalars.Texts(include, "'include'", report);
        foreach (var name in names) Include(name, path, depth + 1, [.. trail, path]);
    }

    private ModelNode? ReadYaml(string path, byte[] bytes, Substitution substitution)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var line = bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length)).Count((byte)'\n') + 1;
            report.Add(new Place(path, line, 1), ModelErrors.Syntax, "not UTF-8");
            return null;
        }

        var root = YamlTree.Read(path, text.TrimStart('\uFEFF'), substitution.Apply, report);
        if (root is null
            && !report.HasErrors) report.Add(new Place(path, 1, 1), ModelErrors.Missing, "the file is empty", "api: 1");
        return root;
    }

    private byte[]? ReadBytes(string path, Place from)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[ModelFileLimits.FileBytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= ModelFileLimits.FileBytesMax) return bytes[..length];
            report.Add(new Place(path, 1, 1), ModelErrors.Limit, $"larger than {ModelFileLimits.FileBytesMax} bytes");
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            report.Add(from, ModelErrors.File, $"cannot read {path}: {e.Message}");
        }

        return null;
    }

    private void Include(ModelNode.Scalar name, string from, int depth, List<string> trail)
    {
        if (Target(name, from) is not { } path) return;
        if (trail.Contains(path))
            report.Add(name.Place, ModelErrors.Cycle,
                $"{name.Text} includes this file already: {string.Join(" -> ", trail.Append(path))}");
        else if (_paths.Contains(path))
            report.Add(name.Place, ModelErrors.Duplicate, $"{name.Text} is included already");
        else if (depth > ModelFileLimits.IncludeDepthMax)
            report.Add(name.Place, ModelErrors.Limit,
                $"files include each other more than {ModelFileLimits.IncludeDepthMax} deep");
        else if (_paths.Count >= ModelFileLimits.FilesMax)
            report.Add(name.Place, ModelErrors.Limit, $"more than {ModelFileLimits.FilesMax} files");
        else ReadFile(path, name.Place, depth, trail);
    }

    // Relative to the including file, inside the model's folder, and no links, which could lead out of it.
    private string? Target(ModelNode.Scalar name, string from)
    {
        var mistake = name.Text.Length is 0 or > 500 || name.Text.Contains('\0', StringComparison.Ordinal)
            ? "is no file name"
            : Path.IsPathRooted(name.Text) || name.Text.Contains("://", StringComparison.Ordinal)
                ? "must be a path relative to this file"
            : Path.GetExtension(name.Text) is not (".yaml" or ".yml" or ".json") ? "must end in .yaml, .yml or .json"
            : null;
        if (mistake is null)
        {
            var folder = Path.GetFullPath(_folder);
            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from) ?? "", name.Text));
            var inside = Path.GetRelativePath(folder, path);
            if (!inside.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(inside))
            {
                if (!HasLink(folder, inside)) return Path.Combine(_folder, inside);
                mistake = "is a link; links are not followed";
            }
            else
            {
                mistake = "is outside of the model's folder";
            }
        }

        report.Add(name.Place, ModelErrors.Include, $"'{name.Text}' {mistake}");
        return null;
    }

    private static bool HasLink(string folder, string inside)
    {
        var path = folder;
        foreach (var part in inside.Split(Path.DirectorySeparatorChar))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null) return true;
        }

        return false;
    }
}
