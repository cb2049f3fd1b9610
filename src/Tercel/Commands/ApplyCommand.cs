using System.CommandLine;
using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Chassis.Lifecycle;
using Tercel.Data.Sqlite;

namespace Tercel.Commands;

/// <summary><c>tercel apply</c>: makes the schema changes of <c>tercel plan</c>, after a backup when rows could be
/// touched.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var path = ModelArgument.Create();
        var allowDrop = new Option<string[]>("--allow-drop")
        {
            Description = "A table or table.column that may be dropped with its data. May be given many times.",
        };
        var command =
            new Command("apply", "Change the database's schema to what the model asks for.") { path, allowDrop };
        command.SetAction(async result =>
        {
            if (ModelArgument.Load(result.GetValue(path)) is not { } model) return ExitCodes.Config;
            if (DatabaseCommands.File(model) is not { } file) return ExitCodes.Config;
            return await DatabaseCommands.With(
                file, writable: true, database => Apply(model, database, result.GetValue(allowDrop) ?? []));
        });
        return command;
    }

    private static async Task<int> Apply(ApiModel model, SqliteDatabase database, string[] allowDrop)
    {
        var plan = await SchemaPlanner.Plan(model, database, TimeProvider.System);
        Console.WriteLine(PlanText.Render(plan));
        if (!SeedScript.For(model, plan).TryGet(out var seed, out var mistakes))
        {
            Console.Error.WriteLine(PlanText.Render(mistakes));
            return ExitCodes.Failed;
        }

        var options = new ApplyOptions
        {
            AllowDrop = allowDrop,
            ModelChecksum = ModelStamp.Checksum(model.Files),
            Seed = seed,
        };
        var applied = await SchemaApplier.Apply(plan, database, options, TimeProvider.System);
        if (!applied.TryGet(out var report, out var errors))
        {
            Console.Error.WriteLine(PlanText.Render(errors));
            return ExitCodes.Failed;
        }

        if (report.BackupFile is { } backup) Console.WriteLine($"backup: {backup}");
        Console.WriteLine(report.Steps == 0 ? "nothing to do" : $"applied {report.Steps} steps");
        return ExitCodes.Ok;
    }
}
