using System.CommandLine;
using Tercel.Serving;

namespace Tercel.Commands;

/// <summary><c>tercel api</c>: serves a model, or an existing database without one.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var model = ModelArgument.Create();
        var database = new Option<string?>("--database")
        {
            Description = "Serve an existing database without a model file: sqlite:FILE.",
        };
        var writable = new Option<bool>("--writable")
        {
            Description = "With --database: allow writes (read-only without it).",
        };
        var listen = new Option<string?>("--listen")
        {
            Description = "Where to listen, such as 8080, localhost:8080 or 0.0.0.0:8080.",
        };
        var production = new Option<bool>("--production")
        {
            Description = "No reload when the model file changes, no explain; TERCEL_ENV=production does the same.",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Sets a setting, key=value; see docs/reference/settings.md. May be given many times.",
        };
        var check = new Option<bool>("--config-check") { Description = "Check model and settings, then stop." };
        var explain =
            new Option<bool>("--config-explain") { Description = "Print each setting with its source, then stop." };
        var command = new Command("api", "Serve a REST API from a model file or an existing database.")
        {
            model, database, writable, listen, production, set, check, explain,
        };
        // Settings with a flag of their own, such as --port.
        var flags = ServingSettings.Schema.All.Where(setting => setting.Flag is not null)
            .Select(setting => new Option<string?>(setting.Flag ?? "") { Description = setting.Description }).ToList();
        flags.ForEach(command.Add);
        command.SetAction(result => ApiProgram.Run(new ApiArguments
        {
            Model = result.GetValue(model),
            Database = result.GetValue(database),
            Writable = result.GetValue(writable),
            Listen = result.GetValue(listen),
            Production = result.GetValue(production)
                || Environment.GetEnvironmentVariable("TERCEL_ENV") == "production",
            Flags =
            [
                .. (result.GetValue(set) ?? []).Select(text => $"--set={text}"),
                .. flags.Where(flag => result.GetValue(flag) is not null)
                    .Select(flag => $"{flag.Name}={result.GetValue(flag)}"),
            ],
            ConfigCheck = result.GetValue(check),
            ConfigExplain = result.GetValue(explain),
        }));
        return command;
    }
}
