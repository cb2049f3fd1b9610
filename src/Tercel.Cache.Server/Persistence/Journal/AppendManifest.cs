using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Persistence.Files;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>One file of the append-only folder.</summary>
internal sealed record AppendFile(string Name, long Sequence);

/// <summary>The list of the append-only files: a base, what came after it in order, and files on their way
/// out.</summary>
/// <remarks>Shape: as Redis 7 writes it, a line <c>file NAME seq N type T</c> each, T being b, i or h. Immutable;
/// <see cref="Save"/> replaces the file on the disk in one step. Source: redis/src/aof.c.</remarks>
internal sealed record AppendManifest
{
    private const int BytesMax = 1 << 20;

    /// <summary>The snapshot the journal starts from; null = from nothing.</summary>
    public AppendFile? Base { get; init; }

    /// <summary>The journal's files, oldest first; the last one is appended to.</summary>
    public IReadOnlyList<AppendFile> Increments { get; init; } = [];

    /// <summary>Files that are no longer needed and not deleted yet.</summary>
    public IReadOnlyList<AppendFile> History { get; init; } = [];

    public long NextBase => (Base?.Sequence ?? 0) + 1;

    public long NextIncrement => Increments.Count == 0 ? 1 : Increments[^1].Sequence + 1;

    /// <summary>Reads the manifest of a folder; null when there is none.</summary>
    /// <remarks>Errors: <see cref="PersistenceException"/> with the line that does not fit.</remarks>
    public static AppendManifest? Load(IFileSystem files, string folder, string manifestName)
    {
        var path = Path.Combine(folder, manifestName);
        if (!files.Exists(path)) return null;
        using var file = files.OpenRead(path);
        if (file.Length > BytesMax)
            throw new PersistenceException($"{path} is longer than a list of files can be");
        var bytes = new byte[(int)file.Length];
        for (var at = 0; at < bytes.Length;)
        {
            var count = file.Read(at, bytes.AsSpan(at));
            if (count == 0) throw new PersistenceException($"{path} became shorter while it was read");
            at += count;
        }

        return Parse(Encoding.UTF8.GetString(bytes), path);
    }

    /// <summary>Reads the text of a manifest; <paramref name="path"/> is for messages.</summary>
    public static AppendManifest Parse(string text, string path)
    {
        var manifest = new AppendManifest();
        var line = 0;
        foreach (var row in text.Split('\n'))
        {
            line++;
            var words = row.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#')) continue;
            if (!TryParseLine(words, out var file, out var type))
                throw new PersistenceException($"{path}, line {line}: expected 'file NAME seq N type b|i|h'");
            manifest = type switch
            {
                'b' when manifest.Base is null => manifest with { Base = file },
                'i' when manifest.Increments.Count == 0 || file.Sequence > manifest.Increments[^1].Sequence =>
                    manifest with { Increments = [.. manifest.Increments, file] },
                'h' => manifest with { History = [.. manifest.History, file] },
                'b' => throw new PersistenceException($"{path}, line {line}: there is a second base"),
                _ => throw new PersistenceException($"{path}, line {line}: the sequence numbers do not rise"),
            };
        }

        return manifest;
    }

    /// <summary>Writes the manifest under a temporary name, makes it durable and gives it its name.</summary>
    public void Save(IFileSystem files, string folder, string manifestName)
    {
        var path = Path.Combine(folder, manifestName);
        var temporary = Path.Combine(folder, "temp-" + manifestName);
        using (var file = files.OpenAppend(temporary, truncate: true))
        {
            file.Append(Encoding.UTF8.GetBytes(ToText()));
            file.Sync();
        }

        files.Rename(temporary, path);
        files.SyncFolder(folder);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        void Add(AppendFile file, char type) =>
            text.Append(CultureInfo.InvariantCulture, $"file {file.Name} seq {file.Sequence} type {type}\n");
        if (Base is not null) Add(Base, 'b');
        foreach (var file in History) Add(file, 'h');
        foreach (var file in Increments) Add(file, 'i');
        return text.ToString();
    }

    private static bool TryParseLine(string[] words, out AppendFile file, out char type)
    {
        file = new AppendFile("", 0);
        type = ' ';
        if (words.Length < 6) return false;
        // The order of the pairs is free.
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "file": file = file with { Name = words[i + 1] }; break;
                case "seq" when long.TryParse(
                    words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence):
                    file = file with { Sequence = sequence };
                    break;
                case "type" when words[i + 1] is "b" or "i" or "h": type = words[i + 1][0]; break;
                case "seq" or "type": return false;
            }
        }

        // A name with a folder in it could point anywhere.
        return type != ' ' && file.Sequence > 0 && file.Name.Length > 0 && Path.GetFileName(file.Name) == file.Name
            && file.Name is not ("." or "..") && !file.Name.Any(char.IsControl);
    }
}
