using Tercel.Api.Model;

namespace Tercel.Api.Schema;

// What the planners of tables, indexes, search and views share while one plan is made.
internal sealed class PlanContext(
    ApiModel model, LiveSchema live, SchemaLedger ledger, DataProbe probe, DateTimeOffset now)
{
    public ApiModel Model { get; } = model;

    public LiveSchema Live { get; } = live;

    public SchemaLedger Ledger { get; } = ledger;

    public DataProbe Probe { get; } = probe;

    public DateTimeOffset Now { get; } = now;

    public List<SchemaStep> Steps { get; } = [];

    public List<string> Drift { get; } = [];

    public List<LedgerEntry> Ownership { get; } = [];

    public void Add(SchemaStep step) => Steps.Add(step);

    /// <summary>Gives more work to a step that is planned already; false when there is none of the kind.</summary>
    public bool AddTo(StepKind kind, string table, IReadOnlyList<PlannedSql> sql)
    {
        var at = Steps.FindIndex(s => s.Kind == kind && s.Table == table);
        if (at < 0) return false;
        if (Steps[at].Class != StepClass.Blocked) Steps[at] = Steps[at] with { Sql = [.. Steps[at].Sql, .. sql] };
        return true;
    }

    public void Own(LedgerKind kind, string table, string name = "", string definition = "") =>
        Ownership.Add(new LedgerEntry(kind, table, name, definition));

    /// <summary>A count and its noun: <c>1 row</c>, <c>240 rows</c>.</summary>
    public static string Count(long count, string noun = "row") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
