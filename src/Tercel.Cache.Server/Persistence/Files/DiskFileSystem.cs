using Microsoft.Win32.SafeHandles;

namespace Tercel.Cache.Server.Persistence.Files;

/// <summary>The files of the disk.</summary>
internal sealed class DiskFileSystem : IFileSystem
{
    public static readonly DiskFileSystem Instance = new();

    public IStoredFile OpenRead(string path) =>
        new DiskFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public IStoredFile OpenAppend(string path, bool truncate) =>
        new DiskFile(File.OpenHandle(path, truncate ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.ReadWrite,
            FileShare.Read | FileShare.Delete));

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string folder) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).ToList();

    public void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncFolder(string folder) => FolderSync.Flush(folder);

    private sealed class DiskFile(SafeFileHandle handle) : IStoredFile
    {
        private long _length = RandomAccess.GetLength(handle);

        public long Length => Volatile.Read(ref _length);

        public int Read(long offset, Span<byte> target) => RandomAccess.Read(handle, target, offset);

        public void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(handle, bytes, _length);
            Volatile.Write(ref _length, _length + bytes.Length);
        }

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Truncate(long length)
        {
            RandomAccess.SetLength(handle, length);
            Volatile.Write(ref _length, length);
        }

        public void Dispose() => handle.Dispose();
    }
}
