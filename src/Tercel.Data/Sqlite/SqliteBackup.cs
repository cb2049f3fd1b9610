using System.Text;

namespace Tercel.Data.Sqlite;

// Copies a live database, as it is at one moment, into a new file. Unsafe, because the names go to SQLite as
// pointers.
internal static unsafe class SqliteBackup
{
    private const int PagesPerStep = 1024;

    // The source is a reader's connection, of the file at place, that nobody else uses meanwhile.
    public static void Copy(SqliteConnection source, string place, string file, CancellationToken cancellation)
    {
        if (File.Exists(file)) throw new StoreException(StoreFailure.Other, $"the file {file} exists already");
        var unfinished = file + ".unfinished";
        File.Delete(unfinished);
        try
        {
            MakeLike(place, unfinished);

            // An open read keeps the copy on one state while writes go on.
            source.Script("BEGIN");
            _ = source.ReadText("SELECT count(*) FROM sqlite_master");
            try
            {
                CopyPages(source, unfinished, cancellation);
            }
            finally
            {
                source.Script("COMMIT");
            }

            File.Move(unfinished, file, overwrite: false);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    // Whoever may not read the database may not read its copy; SQLite would make the file with the usual rights.
    private static void MakeLike(string place, string file)
    {
        if (OperatingSystem.IsWindows()) return; // there the folder decides
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = File.GetUnixFileMode(place),
            };
            using var made = new FileStream(file, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Other, $"cannot make {file}: {e.Message}");
        }
    }

    private static void CopyPages(SqliteConnection source, string file, CancellationToken cancellation)
    {
        var target = SqliteConnection.OpenHandle(
            file, SqliteCode.OpenNoMutex | SqliteCode.OpenReadWrite | SqliteCode.OpenCreate);
        try
        {
            nint backup;
            fixed (byte* main = "main"u8) backup = SqliteNative.sqlite3_backup_init(target, main, source.Handle, main);
            if (backup == 0) throw DriverErrors.From(SqliteCode.Error, Message(target));
            var code = SqliteCode.Ok;
            while (code == SqliteCode.Ok && !cancellation.IsCancellationRequested)
                code = SqliteNative.sqlite3_backup_step(backup, PagesPerStep);
            var end = SqliteNative.sqlite3_backup_finish(backup);
            if (code == SqliteCode.Ok) throw new StoreException(StoreFailure.Cancelled, "the backup was cancelled");
            if (code != SqliteCode.Done) throw DriverErrors.From(code, Message(target));
            if (end != SqliteCode.Ok) throw DriverErrors.From(end, Message(target));
        }
        finally
        {
            _ = SqliteNative.sqlite3_close_v2(target);
        }
    }

    private static string Message(nint db)
    {
        var text = SqliteNative.sqlite3_errmsg(db);
        var length = 0;
        while (text[length] != 0) length++;
        return "the backup failed: " + Encoding.UTF8.GetString(text, length);
    }
}
