using System.CommandLine;
using System.Text;
using System.Text.Json;
using Tercel.Api.Schema;
using Tercel.Chassis.Lifecycle;

namespace Tercel.Commands;

/// <summary><c>tercel plan</c>: what separates the database from the model, without changing anything.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var path = ModelArgument.Create();
        var check = new Option<bool>("--check") { Description = "Exit with 3 when changes are pending (for CI)." };
        var json = new Option<bool>("--json") { Description = "Print the plan as JSON." };
        var command = new Command("plan", "Show the schema changes that the model asks for, with their SQL.")
        {
            path, check, json,
        };
        command.SetAction(async result =>
        {
            if (ModelArgument.Load(result.GetValue(path)) is not { } model) return ExitCodes.Config;
            if (DatabaseCommands.File(model) is not { } file) return ExitCodes.Config;
            return File.Exists(file)
                ? await DatabaseCommands.With(
                    file, writable: false,
                    async database => Print(await SchemaPlanner.Plan(model, database, TimeProvider.System)))
                : Print(await SchemaPlanner.PlanNew(model, file, TimeProvider.System));

            int Print(SchemaPlan plan)
            {
                Console.WriteLine(result.GetValue(json) ? Json(plan) : PlanText.Render(plan));
                return result.GetValue(check) ? PlanText.CheckExitCode(plan) : ExitCodes.Ok;
            }
        });
        return command;
    }

    private static string Json(SchemaPlan plan)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            PlanText.WriteJson(plan, json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
