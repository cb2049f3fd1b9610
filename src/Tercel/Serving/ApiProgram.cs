using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Chassis;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Lifecycle;
using Tercel.Commands;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>The API server from arguments to exit code: model, settings, database, schema, HTTP, until a stop
/// signal.</summary>
internal static class ApiProgram
{
    /// <summary>Runs the server.</summary>
    /// <returns>0 after a clean stop; 64 for wrong arguments, 78 for a wrong model or setting, 1 for any other
    /// failure.</returns>
    public static async Task<int> Run(ApiArguments arguments)
    {
        if (arguments is { Model: not null, Database: not null })
            return Refuse("give a model or --database, not both", ExitCodes.Usage);
        if (arguments is { Writable: true, Database: null })
            return Refuse("--writable goes with --database; a model's resources are writable anyway", ExitCodes.Usage);

        ApiModel? model = null;
        if (arguments.Database is null && (model = ModelArgument.Load(arguments.Model)) is null)
            return ExitCodes.Config;
        if (!ServingSettings.Load(arguments, model?.Settings ?? []).TryGet(out var settings, out var errors))
            return Refuse(errors);
        if (arguments.ConfigExplain) Console.Write(SettingsText.Explain(settings));
        var address = arguments.Database ?? model?.Database ?? "";
        if (!DatabasePlace.Parse(address, model?.Folder ?? ".").TryGet(out var file, out errors)) return Refuse(errors);
        if (arguments.ConfigExplain) return ExitCodes.Ok;
        if (arguments.ConfigCheck)
        {
            Console.WriteLine("model and settings are right");
            return ExitCodes.Ok;
        }

        return await Serve(arguments, settings, model, file);
    }

    private static async Task<int> Serve(ApiArguments arguments, Settings settings, ApiModel? model, string file)
    {
        try
        {
            using var core = new ServiceCore(settings);
            var owns = model is not null;
            var options = ServingDatabase.Options(settings, file, writable: owns || arguments.Writable, create: owns);
            await using var database = SqliteDatabase.Open(options, core.Time);
            var notes = new List<string>();
            if (model is null) model = await Introspection.Read(database, arguments.Writable);
            else if (!await Prepare(settings, model, database, core.Time, notes)) return ExitCodes.Config;

            core.Health.Add("database", cancel => ServingDatabase.Check(database, cancel));
            var server = await ApiHost.Add(core, database, model, arguments);
            return await core.Lifecycle.Run(
                () => Console.WriteLine(Banner.Render(model, database.Description, server.Addresses, notes)));
        }
        catch (StoreException failure)
        {
            return Refuse(DatabasePlace.Explain(file, failure), ExitCodes.Failed);
        }
    }

    private static async Task<bool> Prepare(
        Settings settings, ApiModel model, SqliteDatabase database, TimeProvider time, List<string> notes)
    {
        var options = new StartupOptions { Mode = settings.Get(Api.ApiSettings.Migrate) };
        var prepared = await Startup.Prepare(model, database, options, time);
        if (!prepared.TryGet(out var report, out var errors))
        {
            await Console.Error.WriteLineAsync(PlanText.Render(errors));
            return false;
        }

        if (report.SeedRows > 0) notes.Add($"made the database with {report.SeedRows:N0} rows of sample data");
        notes.AddRange(report.Warnings);
        return true;
    }

    private static int Refuse(IReadOnlyList<Error> errors)
    {
        foreach (var error in errors) Console.Error.WriteLine($"tercel: {error.Detail}");
        return ExitCodes.Config;
    }

    private static int Refuse(string why, int code)
    {
        Console.Error.WriteLine($"tercel: {why}");
        return code;
    }
}
