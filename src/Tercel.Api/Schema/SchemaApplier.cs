using System.Globalization;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>How to apply a plan.</summary>
internal sealed record ApplyOptions
{
    /// <summary>What may be dropped: <c>products.title</c>, <c>products</c>.</summary>
    public IReadOnlyCollection<string> AllowDrop { get; init; } = [];

    /// <summary>Which model file this was, for the history.</summary>
    public string ModelChecksum { get; init; } = "";

    /// <summary>Who asked, for the history.</summary>
    public string Who { get; init; } = Environment.UserName;

    /// <summary>Rows for a new database; null for none.</summary>
    public SeedScript? Seed { get; init; }
}

/// <summary>What an apply did.</summary>
/// <param name="Steps">Steps of the plan.</param>
/// <param name="BackupFile">Where the state before is kept; null when every step was safe.</param>
/// <param name="SeedRows">Rows that the seed added.</param>
internal sealed record ApplyReport(int Steps, string? BackupFile, long SeedRows);

// Makes a plan true: backup, then one transaction with all statements, the check of references, the ledger. When
// anything fails the database is as it was.
internal static class SchemaApplier
{
    private const int ViolationsMax = 1000;
    private const int ShownSqlMax = 200;

    private static readonly StepKind[] Moving =
        [StepKind.CopyTable, StepKind.DropTable, StepKind.RenameTable, StepKind.RenameColumn];

    public static async Task<Result<ApplyReport>> Apply(
        SchemaPlan plan, SqliteDatabase database, ApplyOptions options, TimeProvider time,
        CancellationToken cancellation = default)
    {
        var refusals = Refusals(plan, options);
        if (refusals.Count > 0) return refusals;
        if (plan.IsEmpty && !(plan.IsNew && options.Seed is not null)) return new ApplyReport(0, null, 0);

        string? backup = null;
        if (!plan.IsSafe)
        {
            backup = BackupName(plan.Database, time.GetUtcNow());
            try
            {
                await database.Backup(backup, cancellation);
            }
            catch (StoreException e)
            {
                return new Error(SchemaErrors.BackupFailed, $"no backup, so nothing was changed: {e.Message}");
            }
        }

        var run = new MigrationRun(plan, options, Stamp(time.GetUtcNow()));
        try
        {
            await database.Migrate(run.Run, cancellation);
        }
        catch (MigrationRefusedException e)
        {
            await RecordFailure(database, run, e.Error.Detail);
            return e.Error;
        }
        catch (StoreException e)
        {
            var text = run.Current is { } sql ? $"{e.Message}, in: {Short(sql)}" : e.Message;
            await RecordFailure(database, run, text);
            return new Error(run.IsSeeding ? SchemaErrors.SeedFailed : SchemaErrors.ApplyFailed,
                $"the database is as it was: {text}");
        }

        return new ApplyReport(plan.Steps.Count, backup, run.SeedRows);
    }

    /// <summary>What keeps the plan from being applied: blocked steps, and drops that nobody allowed.</summary>
    public static List<Error> Refusals(SchemaPlan plan, ApplyOptions options)
    {
        var refusals = new List<Error>();
        foreach (var step in plan.Steps)
        {
            if (step.Class == StepClass.Blocked)
            {
                refusals.Add(new Error(SchemaErrors.Blocked, step.Sentence) { Suggestion = step.Hint });
            }
            else if (step.Class == StepClass.DataLoss
                && !options.AllowDrop.Contains(step.DropName, StringComparer.OrdinalIgnoreCase))
            {
                refusals.Add(new Error(SchemaErrors.DropNotAllowed, step.Sentence)
                {
                    Suggestion = $"--allow-drop {step.DropName}",
                });
            }
        }

        return refusals;
    }

    private static string BackupName(string place, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = $"{place}.backup-{stamp}";
        for (var i = 2; File.Exists(name); i++) name = $"{place}.backup-{stamp}-{i}";
        return name;
    }

    private static string Short(string sql) => sql.Length <= ShownSqlMax ? sql : $"{sql[..ShownSqlMax]} ...";

    private static string Stamp(DateTimeOffset now) =>
        now.UtcDateTime.ToString(FieldStorage.DateTimeFormatText, CultureInfo.InvariantCulture);

    // The transaction took its own history with it; that it was tried is worth a line of its own. A database that never
    // had a ledger does not get one for a failure.
    private static async Task RecordFailure(SqliteDatabase database, MigrationRun run, string text)
    {
        try
        {
            await database.Write(
                async session =>
                {
                    await SchemaLedger.Record(session, run.Record($"failed: {text}"));
                    return true;
                },
                CancellationToken.None);
        }
        catch (StoreException)
        {
            // No ledger yet, or the database takes no writes: the caller gets the first failure, which matters.
        }
    }

    // One transaction's worth of work. Runs on the writer thread and waits for nothing but its session.
    private sealed class MigrationRun(SchemaPlan plan, ApplyOptions options, string time)
    {
        public string? Current { get; private set; }

        public bool IsSeeding { get; private set; }

        public long SeedRows { get; private set; }

        public MigrationRecord Record(string result) => new(
            time, options.ModelChecksum, PlanText.ClassName(plan.Class),
            string.Join(";\n", plan.Statements.Select(s => s.Text)), options.Who, result);

        public async ValueTask Run(IMigrationSession session)
        {
            if (await LiveSchema.ReadVersion(session) != plan.SchemaVersion)
            {
                throw new MigrationRefusedException(new Error(SchemaErrors.ChangedMeanwhile,
                    "the schema changed after the plan was made: plan again"));
            }

            // A pragma is not undone with its transaction: an earlier failure may have left it on.
            await Execute(session, "PRAGMA legacy_alter_table = OFF");
            var checks = options.Seed is not null || plan.Steps.Any(s => Moving.Contains(s.Kind));
            var before = checks ? (await session.CheckForeignKeys(ViolationsMax)).Count : 0;
            foreach (var statement in plan.Statements) await Execute(session, statement.Text);
            foreach (var statement in SchemaLedger.Create) await Execute(session, statement);
            Current = null;
            await SchemaLedger.Write(session, plan.Ownership);
            await SchemaLedger.Record(session, Record("applied"));
            if (plan.IsNew && options.Seed is { } seed) await Seed(session, seed);
            if (checks) await CheckReferences(session, before);
        }

        private async ValueTask Seed(IMigrationSession session, SeedScript seed)
        {
            IsSeeding = true;
            foreach (var statement in seed.Statements) SeedRows += await Execute(session, statement);
            Current = null;
            IsSeeding = false;
        }

        private async ValueTask<long> Execute(IMigrationSession session, string sql)
        {
            Current = sql;
            return await session.Execute(new SqlText(sql), []);
        }

        // A database of somebody else may have had violations before; a change must not add any.
        private static async ValueTask CheckReferences(IMigrationSession session, int before)
        {
            var found = await session.CheckForeignKeys(ViolationsMax);
            if (found.Count <= before) return;
            var some = found.Take(3).Select(v => $"{v.Table} row {v.RowId} refers to a missing row of {v.TargetTable}");
            throw new MigrationRefusedException(new Error(SchemaErrors.References,
                $"the database is as it was: {string.Join("; ", some)}"));
        }
    }

    // Carries a refusal out of the transaction, which must be undone by an exception.
    private sealed class MigrationRefusedException(Error error) : Exception(error.Detail)
    {
        public Error Error { get; } = error;
    }
}
