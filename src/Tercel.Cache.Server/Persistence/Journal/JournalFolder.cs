using System.Globalization;
using Tercel.Cache.Server.Persistence.Files;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>The folder of the append-only files: names, manifest, and the steps of a rewrite.</summary>
/// <remarks>Thread: one at a time. Every step leaves a folder that a start can read, whenever it is cut
/// off.</remarks>
internal sealed class JournalFolder
{
    private readonly IFileSystem _files;
    private readonly string _name;

    public JournalFolder(IFileSystem files, PersistenceOptions options)
    {
        _files = files;
        _name = options.AppendName;
        Path = options.AppendFolder;
    }

    public string Path { get; }

    public AppendManifest Manifest { get; private set; } = new();

    private string ManifestName => _name + ".manifest";

    /// <summary>Reads the manifest; false when there is none.</summary>
    public bool TryOpen()
    {
        if (AppendManifest.Load(_files, Path, ManifestName) is not { } manifest) return false;
        Manifest = manifest;
        return true;
    }

    public string PathOf(AppendFile file) => System.IO.Path.Combine(Path, file.Name);

    /// <summary>The name that the next base will have.</summary>
    public AppendFile NextBase() => new(Name(Manifest.NextBase, "base.rdb"), Manifest.NextBase);

    /// <summary>Makes the next file to append to, empty and durable; it is not in the manifest yet.</summary>
    public (AppendFile Entry, IStoredFile File) CreateIncrement()
    {
        _files.CreateFolder(Path);
        var entry = new AppendFile(Name(Manifest.NextIncrement, "incr.aof"), Manifest.NextIncrement);
        var file = _files.OpenAppend(PathOf(entry), truncate: true);
        AppendLog.BeginFile(file);
        _files.SyncFolder(Path);
        return (entry, file);
    }

    /// <summary>Opens the last file of the manifest to append to it.</summary>
    public IStoredFile OpenLast() => _files.OpenAppend(PathOf(Manifest.Increments[^1]), truncate: false);

    /// <summary>From here on a start reads this file too, behind all others.</summary>
    public void Add(AppendFile increment) =>
        Save(Manifest with { Increments = [.. Manifest.Increments, increment] });

    /// <summary>Takes back <see cref="Add"/> of a file that was never appended to.</summary>
    public void Remove(AppendFile increment)
    {
        Save(Manifest with { Increments = [.. Manifest.Increments.Where(file => file != increment)] });
        _files.Delete(PathOf(increment));
    }

    /// <summary>A new base is in place, and what comes after it begins with that file: the older ones go.</summary>
    public void Replace(AppendFile @base, AppendFile firstIncrement)
    {
        var kept = Manifest.Increments.Where(file => file.Sequence >= firstIncrement.Sequence).ToList();
        if (kept.Count == 0) kept.Add(firstIncrement);
        var old = Manifest.Increments.Where(file => file.Sequence < firstIncrement.Sequence);
        if (Manifest.Base is { } oldBase) old = old.Append(oldBase);
        Save(Manifest with { Base = @base, Increments = kept, History = [.. Manifest.History, .. old] });
        DeleteHistory();
    }

    /// <summary>Deletes the files that are on their way out.</summary>
    public void DeleteHistory()
    {
        if (Manifest.History.Count == 0) return;
        foreach (var file in Manifest.History)
            if (_files.Exists(PathOf(file))) _files.Delete(PathOf(file));
        Save(Manifest with { History = [] });
    }

    /// <summary>Size of all files in the manifest. Units: bytes.</summary>
    public long Bytes()
    {
        long bytes = 0;
        foreach (var entry in Manifest.Increments.Concat(Manifest.Base is { } first ? [first] : []))
        {
            if (!_files.Exists(PathOf(entry))) continue;
            using var file = _files.OpenRead(PathOf(entry));
            bytes += file.Length;
        }

        return bytes;
    }

    private void Save(AppendManifest manifest)
    {
        manifest.Save(_files, Path, ManifestName);
        Manifest = manifest;
    }

    private string Name(long sequence, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{_name}.{sequence}.{kind}");
}
