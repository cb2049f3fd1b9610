namespace Tercel.Scenarios.Harness;

/// <summary>A folder of its own for one test; gone when disposed.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tercel-test-").FullName;

    /// <summary>Full path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name]) ?? Path);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Copies a folder's files into it, without databases that someone left there.</summary>
    public void CopyFrom(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = System.IO.Path.GetRelativePath(folder, file);
            if (name.Contains(".db", StringComparison.Ordinal)) continue;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name]) ?? Path);
            File.Copy(file, this[name]);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
