using System.CommandLine;
using Tercel.Api.Schema;
using Tercel.Chassis.Lifecycle;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Serving;

namespace Tercel.Commands;

/// <summary><c>tercel init --from sqlite:FILE</c>: writes the model file of an existing database.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "The database: sqlite:FILE.", Required = true };
        var output = new Option<string>("--out")
        {
            Description = "The file to write.",
            DefaultValueFactory = _ => "tercel.yaml",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the file." };
        var command =
            new Command("init", "Write a commented model file for an existing database.") { from, output, force };
        command.SetAction(async result =>
        {
            var address = result.GetRequiredValue(from);
            if (!DatabasePlace.Parse(address, ".").TryGet(out var file, out var errors))
                return Refuse(errors[0].Detail);
            var target = result.GetRequiredValue(output);
            if (File.Exists(target) && !result.GetValue(force))
                return Refuse($"{target} exists; --force overwrites it");
            return await Write(file, target);
        });
        return command;
    }

    private static async Task<int> Write(string file, string target)
    {
        try
        {
            await using var database = SqliteDatabase.Open(new SqliteOptions { Path = file }, TimeProvider.System);
            var model = await Introspection.Read(database, writable: true);
            foreach (var warning in model.Warnings) await Console.Error.WriteLineAsync($"warning: {warning}");
            var folder = Path.GetDirectoryName(Path.GetFullPath(target)) ?? ".";
            var place = $"sqlite:{Path.GetRelativePath(folder, file)}";
            await File.WriteAllTextAsync(target, ModelWriter.Write(model, place));
            Console.WriteLine($"{target}: {model.Entities.Count} resources. Start it with: tercel api {target}");
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"cannot write {target}: {e.Message}");
        }
        catch (StoreException failure)
        {
            return Refuse(DatabasePlace.Explain(file, failure));
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine($"tercel: {why}");
        return ExitCodes.Failed;
    }
}
