namespace Tercel.Data.Sqlite;

// Looks at the database file before SQLite does, to choose how to open it and to word what is wrong with it.
internal static class SqliteFile
{
    private const int HeaderBytes = 20;
    private const int WriteVersionAt = 18; // 1: rollback journal, 2: write-ahead log
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    // How readers open the file.
    public static SqliteAccess Check(SqliteOptions options)
    {
        var path = options.Path;
        if (Directory.Exists(path))
            throw new StoreException(StoreFailure.Other, $"{path} is a folder, not a database file");
        if (!File.Exists(path))
        {
            if (options is { Writable: true, CreateIfMissing: true }) return SqliteAccess.Read;
            throw new StoreException(StoreFailure.Other, $"the database file {path} does not exist");
        }

        var usesWal = ReadHeader(path);
        if (options.Writable || !usesWal) return SqliteAccess.Read;

        // A reader of a write-ahead log needs two files beside the database. Where they are, somebody uses it:
        // share them. Where they cannot be made, nobody here can write either: then the file is read as it is.
        var hasLog = File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0;
        var canShare = hasLog || File.Exists(path + "-shm") || CanMakeFilesBeside(path);
        return canShare ? SqliteAccess.Read : SqliteAccess.Immutable;
    }

    private static bool ReadHeader(string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int read;
        try
        {
            using var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            read = RandomAccess.Read(file, header, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Other, $"cannot read the database file {path}: {e.Message}");
        }

        if (read == 0) return false; // an empty file is an empty database
        if (read < HeaderBytes || !header.StartsWith(Magic))
            throw new StoreException(StoreFailure.Corrupt, $"{path} is not a SQLite database");
        return header[WriteVersionAt] == 2;
    }

    private static bool CanMakeFilesBeside(string path)
    {
        // A name of this process, and one that is left over from a crash is taken again: a probe that fails for no
        // good reason would make us read a file as it is while others write it.
        var probe = $"{path}.tercel-probe-{Environment.ProcessId}";
        try
        {
            using var file = new FileStream(
                probe, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
