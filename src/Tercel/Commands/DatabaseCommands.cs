using Tercel.Api.Model;
using Tercel.Chassis.Lifecycle;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Serving;

namespace Tercel.Commands;

/// <summary>Opens the database of a model for a command that is no server.</summary>
internal static class DatabaseCommands
{
    /// <summary>Runs the work with the database and its place and closes the database; a failure of the database is
    /// printed and exits with 1.</summary>
    public static async Task<int> With(ApiModel model, bool writable, Func<SqliteDatabase, string, Task<int>> work)
    {
        var place = DatabasePlace.Parse(model.Database, model.Folder);
        if (!place.TryGet(out var file, out var errors))
        {
            await Console.Error.WriteLineAsync($"tercel: {errors[0].Detail}");
            return ExitCodes.Config;
        }

        // A plan for a database that does not exist yet is made against an empty one.
        var empty = writable || File.Exists(file) ? null : Directory.CreateTempSubdirectory("tercel-empty-").FullName;
        try
        {
            var options = new SqliteOptions
            {
                Path = empty is null ? file : Path.Combine(empty, "empty.db"),
                Writable = writable || empty is not null,
                CreateIfMissing = writable || empty is not null,
            };
            await using var database = SqliteDatabase.Open(options, TimeProvider.System);
            return await work(database, file);
        }
        catch (StoreException failure)
        {
            await Console.Error.WriteLineAsync($"tercel: {DatabasePlace.Explain(file, failure)}");
            return ExitCodes.Failed;
        }
        finally
        {
            if (empty is not null) Directory.Delete(empty, recursive: true);
        }
    }
}
