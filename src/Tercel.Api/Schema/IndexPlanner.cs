using Tercel.Data;

namespace Tercel.Api.Schema;

// The indexes of a table that exists. An index with the same columns serves under any name; what is not ours stays.
internal sealed class IndexPlanner(PlanContext context, TableShape shape, LiveTable live, bool copies)
{
    private readonly HashSet<string> _kept = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask Plan()
    {
        foreach (var wanted in shape.Indexes)
        {
            var found = live.Table.Indexes.FirstOrDefault(i => Serves(i, wanted));
            if (found is not null) Keep(wanted, found);
            else await Create(wanted);
        }

        foreach (var index in live.Table.Indexes.Where(i => i.Origin == IndexOrigin.Created)) DropUnwanted(index);
    }

    private void Keep(IndexShape wanted, DatabaseIndex found)
    {
        _kept.Add(found.Name);
        if (!copies)
        {
            if (found.Origin == IndexOrigin.Created) context.Own(LedgerKind.Index, shape.Name, found.Name);
            return;
        }

        if (found.Origin == IndexOrigin.PrimaryKey) return;
        context.AddTo(StepKind.CopyTable, shape.Name,
            [new PlannedSql(Phase.CreateIndexes, TableBuilder.CreateIndex(shape.Name, wanted))]);
        context.Own(LedgerKind.Index, shape.Name, wanted.Name);
    }

    private async ValueTask Create(IndexShape wanted)
    {
        var index = wanted with { Name = FreeName(wanted.Name) };
        var columns = string.Join(", ", wanted.Columns.Select(c => (c.Descending ? "-" : "") + c.Column));
        var step = new SchemaStep(StepClass.Safe, StepKind.CreateIndex, shape.Name,
            $"{shape.Name}: new {(wanted.Unique ? "unique " : "")}index on ({columns})")
        {
            Sql = [new PlannedSql(Phase.CreateIndexes, TableBuilder.CreateIndex(shape.Name, index))],
            Api = wanted.Unique ? ApiEffect.Breaking : ApiEffect.None,
        };
        context.Own(LedgerKind.Index, shape.Name, index.Name);
        context.Add(wanted.Unique ? await CheckUnique(step, wanted) : step);
    }

    private async ValueTask<SchemaStep> CheckUnique(SchemaStep step, IndexShape wanted)
    {
        var columns = wanted.Columns.Select(c => (c.Column, Shape: shape.Column(c.Column))).ToList();
        var added = columns.Where(c => live.Column(c.Column) is null).ToList();
        if (added.Any(c => c.Shape is { Default: null, NotNull: false })) return step; // all NULL: nothing clashes
        var existing = columns.Where(c => live.Column(c.Column) is not null)
            .Select(c => (live.ColumnNow(c.Column), c.Shape?.Field.NoCase ?? false)).ToList();
        var (count, samples) = existing.Count > 0
            ? await context.Probe.Duplicates(live, existing, Condition(wanted))
            : (await context.Probe.Rows(live) > 1 ? 1 : 0, []);
        if (count == 0) return step;
        return step with
        {
            Class = StepClass.Blocked,
            Sql = [],
            Rows = count,
            Samples = samples,
            Sentence = $"{step.Sentence}; {PlanContext.Count(count, "value")} "
                + $"{(count == 1 ? "is" : "are")} there more than once",
            Hint = "make the values differ first",
        };
    }

    private void DropUnwanted(DatabaseIndex index)
    {
        if (_kept.Contains(index.Name) || !context.Ledger.Owns(LedgerKind.Index, live.NameNow, index.Name)) return;
        context.Add(new SchemaStep(StepClass.Safe, StepKind.DropIndex, shape.Name,
            $"{shape.Name}: index {index.Name} is not in the model any more")
        {
            Sql = [new PlannedSql(Phase.DropIndexes, $"DROP INDEX IF EXISTS {SchemaSql.Quote(index.Name)}")],
        });
    }

    private bool Serves(DatabaseIndex found, IndexShape wanted) =>
        !_kept.Contains(found.Name)
        && (found.Unique || !wanted.Unique)
        && SameCondition(found, wanted)
        && found.Columns.Count == wanted.Columns.Count
        && found.Columns.Zip(wanted.Columns).All(pair => Serves(pair.First, pair.Second));

    private static bool SameCondition(DatabaseIndex found, IndexShape wanted)
    {
        if (!found.Partial) return wanted.Condition is null;
        return wanted.Condition is { } condition
            && SchemaSql.Normalize(found.Sql ?? "").EndsWith($" WHERE {condition}", StringComparison.OrdinalIgnoreCase);
    }

    // The rows that count, under the names that columns have now; a column that is still to come is NULL everywhere.
    private string Condition(IndexShape wanted) =>
        wanted.OnlyWhereNull is { } column && live.Column(column) is not null
            ? $"t.{SchemaSql.Quote(live.ColumnNow(column))} IS NULL"
            : "1";

    private bool Serves(DatabaseIndexColumn found, (string Column, bool Descending) wanted)
    {
        var collation = shape.Column(wanted.Column)?.Field.NoCase == true ? "NOCASE" : "BINARY";
        return string.Equals(found.Name, wanted.Column, StringComparison.OrdinalIgnoreCase)
            && found.Descending == wanted.Descending
            && (copies || string.Equals(found.Collation, collation, StringComparison.OrdinalIgnoreCase));
    }

    // Names of indexes are shared by the whole database, and one of somebody else's may be taken. One of ours that has
    // this name is on its way out.
    private string FreeName(string name)
    {
        while (context.Live.All.SelectMany(t => t.Indexes.Select(i => (Table: t.Name, i.Name)))
            .Any(i => string.Equals(i.Name, name, StringComparison.OrdinalIgnoreCase)
                && (_kept.Contains(i.Name) || !context.Ledger.Owns(LedgerKind.Index, i.Table, i.Name))))
            name += "_2";
        return name;
    }
}
