using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// Chooses between the SQLite that travels with the program and the machine's own: the newer one wins, and the
// machine's own at the same version, since its distribution repairs it. Unsafe, because the candidates are asked
// for their version through bare function pointers before either of them is bound.
internal sealed unsafe class SqliteLibrary
{
    private const int VersionMin = 3_035_000;
    private const int ConfigMemoryStatus = 9;

    private static readonly string[] SystemNames = OperatingSystem.IsWindows()
        ? ["winsqlite3.dll", "sqlite3.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<SqliteLibrary> Loaded = new(Choose);

    private readonly nint _handle;
    private readonly string _origin;
    private readonly int _number;

    private SqliteLibrary(nint handle, string origin)
    {
        _handle = handle;
        _origin = origin;
        _number = ((delegate* unmanaged<int>)NativeLibrary.GetExport(handle, "sqlite3_libversion_number"))();
    }

    // Such as "3.40.1 (system)". The first call loads the library; it throws when none is good enough.
    public static string Version => Loaded.Value.Text;

    private string Text => $"{_number / 1_000_000}.{_number / 1000 % 1000}.{_number % 1000} ({_origin})";

    private static SqliteLibrary Choose()
    {
        var found = new List<SqliteLibrary>();
        var assembly = typeof(SqliteLibrary).Assembly;
        foreach (var name in SystemNames)
        {
            if (!NativeLibrary.TryLoad(name, out var handle)) continue;
            found.Add(new SqliteLibrary(handle, "system"));
            break;
        }

        if (NativeLibrary.TryLoad("e_sqlite3", assembly, null, out var bundled))
            found.Add(new SqliteLibrary(bundled, "bundled"));

        var refusals = new List<string>();
        SqliteLibrary? best = null;
        foreach (var candidate in found)
        {
            if (candidate.WhyNot() is { } reason) refusals.Add($"{candidate.Text}: {reason}");
            else if (best is null || candidate._number > best._number) best = candidate;
        }

        if (best is null)
        {
            var tried = refusals.Count == 0 ? "none was found" : string.Join("; ", refusals);
            throw new StoreException(StoreFailure.Other, $"no usable SQLite library ({tried})");
        }

        best.StopCountingMemory();
        NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == SqliteNative.Library ? best._handle : 0);
        return best;
    }

    // The library counts its memory under one mutex for all connections, which every allocation takes. Nobody asks for
    // the count. sqlite3_config is variadic: this call fits wherever such arguments travel like others, which they do
    // not on Apple's ARM; there, and where the library is already in use, it goes on counting.
    private void StopCountingMemory()
    {
        if (OperatingSystem.IsMacOS()) return;
        _ = ((delegate* unmanaged<int, int, int>)NativeLibrary.GetExport(_handle, "sqlite3_config"))(
            ConfigMemoryStatus, 0);
    }

    private string? WhyNot()
    {
        if (_number < VersionMin) return "older than 3.35.0";
        if (((delegate* unmanaged<int>)NativeLibrary.GetExport(_handle, "sqlite3_threadsafe"))() == 0)
            return "built without threads";
        if (!Has("ENABLE_FTS5"u8)) return "built without FTS5";
        var json = _number >= 3_038_000 ? !Has("OMIT_JSON"u8) : Has("ENABLE_JSON1"u8);
        return json ? null : "built without JSON";
    }

    private bool Has(ReadOnlySpan<byte> option)
    {
        var used = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(_handle, "sqlite3_compileoption_used");
        fixed (byte* name = option) return used(name) != 0; // u8 literals end in a zero byte
    }
}
