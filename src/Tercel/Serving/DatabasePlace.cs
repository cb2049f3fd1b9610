using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>Reads the address of a database: <c>sqlite:FILE</c>.</summary>
internal static class DatabasePlace
{
    private const string Sqlite = "sqlite:";

    /// <summary>The file's full path; a relative one counts from <paramref name="folder"/>.</summary>
    public static Result<string> Parse(string address, string folder)
    {
        if (address.StartsWith(Sqlite, StringComparison.Ordinal) && address.Length > Sqlite.Length)
            return Path.GetFullPath(address[Sqlite.Length..], Path.GetFullPath(folder));
        if (address.StartsWith("postgres", StringComparison.Ordinal))
            return new Error(ModelErrors.NotSupported, "PostgreSQL is not supported yet; use sqlite:FILE");
        return new Error(ModelErrors.Value, $"a database is sqlite:FILE, not '{address}'");
    }

    /// <summary>What went wrong with the database, with its file.</summary>
    public static string Explain(string file, StoreException failure) =>
        failure.Message.Contains(file, StringComparison.Ordinal) ? failure.Message : $"{file}: {failure.Message}";
}
