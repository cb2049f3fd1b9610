using System.Text;
using Tercel.Data;
using Tercel.Data.Sqlite;

namespace Tercel.Tests.Data;

// A folder of its own for each test, and short ways to run SQL in it.
internal sealed class SqliteFixture : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-data-").FullName;

    public SqliteFixture() => Path = In("test.db");

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(_folder, name);

    public SqliteOptions Options => new()
    {
        Path = Path,
        Writable = true,
        CreateIfMissing = true,
        Readers = 2,
        StreamReaders = 1,
        WriteBatchTimeMax = TimeSpan.FromSeconds(10), // batches end when the queue is empty, on a busy machine too
    };

    public static SqliteDatabase Open(SqliteOptions options) => SqliteDatabase.Open(options, TimeProvider.System);

    // Makes the file through the raw connection, before the database under test opens it.
    public void Make(string sql, string? file = null)
    {
        using var connection = SqliteConnection.Open(
            Options with { Path = file ?? Path }, SqliteAccess.Write, TimeProvider.System);
        connection.Script(sql);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

internal static class SqliteTestExtensions
{
    // All rows, columns joined by '|' and NULL as "null".
    public static async Task<List<string>> Rows(this ISqlSession session, string sql, params SqlValue[] parameters)
    {
        using var rows = await session.Query(new SqlText(sql), parameters);
        var lines = new List<string>();
        while (await rows.Next())
            lines.Add(string.Join('|', Enumerable.Range(0, rows.ColumnCount).Select(i => rows.Value(i).ToString())));
        return lines;
    }

    public static async Task<List<string>> Rows(this IDatabase database, string sql, params SqlValue[] parameters)
    {
        using var session = await database.Read(ReadLane.Page, default);
        return await session.Rows(sql, parameters);
    }

    public static async Task<string> One(this IDatabase database, string sql, params SqlValue[] parameters) =>
        (await database.Rows(sql, parameters)).Single();

    public static Task<long> Run(this IDatabase database, string sql, params SqlValue[] parameters) =>
        database.Write(session => session.Execute(new SqlText(sql), parameters), default);

    public static async Task<StoreException> Fails(this Task task)
    {
        try
        {
            await task;
        }
        catch (StoreException e)
        {
            return e;
        }

        throw new InvalidOperationException("it did not fail");
    }

    public static string Utf8Text(this SqlRows rows, int column) => Encoding.UTF8.GetString(rows.Utf8(column));
}
