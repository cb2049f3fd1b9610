using Tercel.Api.Model;
using Tercel.Chassis.Lifecycle;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Serving;

namespace Tercel.Commands;

/// <summary>Opens the database of a model for a command that is no server.</summary>
internal static class DatabaseCommands
{
    /// <summary>The database file of a model; null after printing what is wrong with its address.</summary>
    public static string? File(ApiModel model)
    {
        if (DatabasePlace.Parse(model.Database, model.Folder).TryGet(out var file, out var errors)) return file;
        Console.Error.WriteLine($"tercel: {errors[0].Detail}");
        return null;
    }

    /// <summary>Runs the work with the database and closes it; a failure of the database is printed and exits with
    /// 1.</summary>
    public static async Task<int> With(string file, bool writable, Func<SqliteDatabase, Task<int>> work)
    {
        try
        {
            var options = new SqliteOptions { Path = file, Writable = writable, CreateIfMissing = writable };
            await using var database = SqliteDatabase.Open(options, TimeProvider.System);
            return await work(database);
        }
        catch (StoreException failure)
        {
            await Console.Error.WriteLineAsync($"tercel: {DatabasePlace.Explain(file, failure)}");
            return ExitCodes.Failed;
        }
    }
}
