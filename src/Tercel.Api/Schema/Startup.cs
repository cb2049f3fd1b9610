using Tercel.Api.Model;
using Tercel.Data.Sqlite;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>What a server may change by itself (setting <c>api.migrate</c>).</summary>
internal enum MigrateMode
{
    /// <summary>Safe steps; anything else is refused and waits for <c>tercel apply</c>.</summary>
    Safe,

    /// <summary>Whatever keeps all rows: safe steps, and rewrites after a backup.</summary>
    Auto,

    /// <summary>Nothing; any pending change is refused.</summary>
    Off,
}

/// <summary>How to bring a database up to a model when a server starts or a model file changes.</summary>
internal sealed record StartupOptions
{
    public MigrateMode Mode { get; init; } = MigrateMode.Safe;

    /// <summary>False: a new database stays empty although <c>seed.sql</c> lies beside the model.</summary>
    public bool Seed { get; init; } = true;

    public string Who { get; init; } = Environment.UserName;
}

/// <summary>What happened at the start.</summary>
/// <param name="Plan">What was pending; applied, unless it was empty.</param>
/// <param name="Warnings">Lines for the banner.</param>
/// <param name="SeedRows">Rows of the seed.</param>
/// <param name="BackupFile">The state before; null when every step was safe.</param>
internal sealed record StartupReport(
    SchemaPlan Plan, IReadOnlyList<string> Warnings, long SeedRows, string? BackupFile);

// Creates, migrates and seeds before the first request, and again whenever the model file changes.
internal static class Startup
{
    /// <summary>Makes the database fit the model as far as the mode allows.</summary>
    /// <returns>What was done; or the refusals, with the plan as text in the first one, and the database as it
    /// was.</returns>
    public static async Task<Result<StartupReport>> Prepare(
        ApiModel model, SqliteDatabase database, StartupOptions options, TimeProvider time,
        CancellationToken cancellation = default)
    {
        // A server that runs may make a table of its own (the first number of a sequence) between the plan and the
        // change.
        var result = await PrepareOnce(model, database, options, time, cancellation);
        return result.Errors is [{ Code: var code }] && code == SchemaErrors.ChangedMeanwhile
            ? await PrepareOnce(model, database, options, time, cancellation)
            : result;
    }

    private static async Task<Result<StartupReport>> PrepareOnce(
        ApiModel model, SqliteDatabase database, StartupOptions options, TimeProvider time,
        CancellationToken cancellation)
    {
        var plan = await SchemaPlanner.Plan(model, database, time, cancellation);
        if (!model.OwnsSchema) return new StartupReport(plan, [], 0, null);
        if (!plan.IsEmpty && !Allows(options.Mode, plan.Class)) return Refusal(plan, options.Mode);

        SeedScript? seed = null;
        if (options.Seed && !SeedScript.For(model, plan).TryGet(out seed, out var mistakes)) return mistakes.ToList();
        var apply = new ApplyOptions
        {
            ModelChecksum = ModelStamp.Checksum(model.Files),
            Who = options.Who,
            Seed = seed,
        };
        var applied = await SchemaApplier.Apply(plan, database, apply, time, cancellation);
        if (!applied.TryGet(out var report, out var errors)) return errors.ToList();
        return new StartupReport(plan, Warnings(plan, report), report.SeedRows, report.BackupFile);
    }

    private static bool Allows(MigrateMode mode, StepClass @class) => mode switch
    {
        MigrateMode.Safe => @class == StepClass.Safe,
        MigrateMode.Auto => @class is StepClass.Safe or StepClass.Rewrite,
        _ => false,
    };

    private static Error Refusal(SchemaPlan plan, MigrateMode mode) => new(
        SchemaErrors.Pending,
        $"the database does not fit the model, and 'migrate: {mode.ToString().ToLowerInvariant()}' does not change it\n"
        + PlanText.Render(plan, withSql: false))
    {
        Suggestion = "run 'tercel plan' to see the SQL and 'tercel apply' to make the changes",
    };

    private static List<string> Warnings(SchemaPlan plan, ApplyReport report)
    {
        var warnings = new List<string>();
        if (report.BackupFile is { } backup) warnings.Add($"the schema was changed; the state before is in {backup}");
        warnings.AddRange(plan.Drift);
        return warnings;
    }
}
