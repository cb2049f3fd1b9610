using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// The C interface of SQLite, as much of it as this project calls. SqliteLibrary decides which file "sqlite3" means.
// Calls that only move a value (bind, column, status) skip the GC transition: they take nanoseconds and never block.
// Calls that may touch a file, run a callback or wait (step, reset, prepare, open) must never skip it.
internal static unsafe partial class SqliteNative
{
    public const string Library = "tercel_sqlite3";

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* file, out nint db, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint db, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint db, int ms);

    [LibraryImport(Library)]
    public static partial int sqlite3_limit(nint db, int id, int value);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_errcode(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(
        nint db, byte* sql, int bytes, uint flags, out nint statement, out byte* tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_stmt_status(nint statement, int counter, int reset);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_count(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_column_name(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_changes(nint db);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_total_changes(nint db);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_get_autocommit(nint db);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_db_status(nint db, int counter, out int current, out int highest, int reset);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(
        nint db, int operations, delegate* unmanaged<nint, int> callback, nint state);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(
        nint db, delegate* unmanaged<nint, nint, byte*, int, int> callback, nint state);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(
        nint db, byte* schema, int mode, out int walPages, out int copiedPages);

    [LibraryImport(Library)]
    public static partial nint sqlite3_backup_init(nint target, byte* targetName, nint source, byte* sourceName);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_finish(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_create_function_v2(
        nint db, byte* name, int arguments, int flags, nint state,
        delegate* unmanaged<nint, int, nint*, void> function,
        delegate* unmanaged<nint, int, nint*, void> step,
        delegate* unmanaged<nint, void> final,
        nint destroy);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint sqlite3_user_data(nint context);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint* sqlite3_aggregate_context(nint context, int bytes);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_value_numeric_type(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_value_int64(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial double sqlite3_value_double(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_value_text(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_value_blob(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    public static partial nint sqlite3_value_dup(nint value);

    [LibraryImport(Library)]
    public static partial void sqlite3_value_free(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void sqlite3_result_int64(nint context, long value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void sqlite3_result_double(nint context, double value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_text(nint context, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_value(nint context, nint value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_error(nint context, byte* message, int bytes);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_error_code(nint context, int code);
}
