namespace Tercel.Cache.Server.Persistence.Files;

/// <summary>The files that persistence works with: the disk, or in simulations one that loses and tears
/// writes.</summary>
/// <remarks>Thread: any. Errors: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> pass
/// through.</remarks>
internal interface IFileSystem
{
    /// <summary>Opens an existing file to read.</summary>
    IStoredFile OpenRead(string path);

    /// <summary>Opens a file to append to; made when missing, emptied when asked.</summary>
    IStoredFile OpenAppend(string path, bool truncate);

    bool Exists(string path);

    /// <summary>Names (without the folder) of the files in a folder; none when the folder is missing.</summary>
    IReadOnlyList<string> List(string folder);

    void CreateFolder(string folder);

    /// <summary>Gives a file another name in one step, replacing what had it; durable after
    /// <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in a folder durable.</summary>
    void SyncFolder(string folder);
}

/// <summary>One open file.</summary>
/// <remarks>Thread: one at a time, but <see cref="Sync"/> may run beside <see cref="Append"/>.</remarks>
internal interface IStoredFile : IDisposable
{
    /// <summary>Units: bytes.</summary>
    long Length { get; }

    /// <summary>Reads some bytes at that place; 0 only at the end.</summary>
    int Read(long offset, Span<byte> target);

    /// <summary>Writes all bytes at the end, or throws.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes everything appended before durable.</summary>
    void Sync();

    /// <summary>Cuts the file to a length; durable after <see cref="Sync"/>.</summary>
    void Truncate(long length);
}
