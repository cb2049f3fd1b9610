using Tercel.Data;

namespace Tercel.Api.Schema;

// SQLite's documented way to change what ALTER TABLE cannot: make the new table, copy the rows, drop the old one, give
// the new one its name, make indexes and triggers again. Foreign keys are off meanwhile and checked before the commit.
// Source: sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes".
internal sealed class TableCopy(PlanContext context, TableShape shape, LiveTable live, ColumnPlanner columns)
{
    private string NewName => $"{SchemaSql.InternalPrefix}new_{shape.Name}";

    /// <summary>Why this table must not be copied, because the copy would lose something; null when it may.</summary>
    public string? WhyNot()
    {
        string? loses =
            live.Table.Columns.Any(c => c.Generation != ColumnGeneration.None) ? "a generated column"
            : live.Table.IsStrict ? "STRICT"
            : !live.Table.HasRowId ? "WITHOUT ROWID"
            : live.Text.HasCheck(live.Table.Columns.Select(c => live.ColumnNow(c.Name))) ? "a CHECK"
            : null;
        if (loses is not null) return $"the table has {loses}, which the copy would lose: make this change by hand";
        var isRenamed = live.IsRenamed || live.ColumnsNow.Count > 0;
        return isRenamed && (ForeignTriggers().Any() || ForeignIndexes().Any())
            ? "the table has indexes or triggers that are not ours: apply the rename first, then this change"
            : null;
    }

    public IReadOnlyList<PlannedSql> Sql()
    {
        var old = SchemaSql.Quote(shape.Name);
        var @new = SchemaSql.Quote(NewName);
        var kept = columns.Foreign;
        var names = shape.Columns.Select(c => c.Name).Concat(kept);
        var sources = shape.Columns.Select(columns.Source).Concat(kept.Select(SchemaSql.Quote));
        var statements = new List<string>
        {
            TableBuilder.CreateTable(KeepReferences(shape), NewName, [.. kept.Select(ForeignColumn), .. KeptUniques()]),
            $"INSERT INTO {@new} ({SchemaSql.QuoteAll(names)})\n  SELECT {string.Join(", ", sources)} FROM {old}",
        };
        if (live.Table.IsAutoIncrement && shape.Columns.Any(c => c.IsAuto)) statements.AddRange(KeepSequence());
        statements.Add($"DROP TABLE {old}");

        // Without it the rename would stumble over views that name the table, which is missing at this moment.
        statements.Add("PRAGMA legacy_alter_table = ON");
        statements.Add($"ALTER TABLE {@new} RENAME TO {old}");
        statements.Add("PRAGMA legacy_alter_table = OFF");
        return
        [
            .. statements.Select(text => new PlannedSql(Phase.CopyTables, text)),
            .. ForeignIndexes().Select(text => new PlannedSql(Phase.CreateIndexes, text)),
            .. ForeignTriggers().Select(text => new PlannedSql(Phase.CreateViews, text)),
        ];
    }

    // A parent's key may have been renamed or a reference may be somebody else's: what is there and fits, stays.
    private TableShape KeepReferences(TableShape wanted)
    {
        var kept = live.Table.ForeignKeys.Where(k =>
            k.Columns.All(IsKept) && k.Columns.Any(c => !IsOurs(c))
            && !wanted.ForeignKeys.Any(w => w.Columns.SequenceEqual(k.Columns, StringComparer.OrdinalIgnoreCase)));
        return wanted with
        {
            ForeignKeys =
            [
                .. wanted.ForeignKeys,
                .. kept.Select(k =>
                    new ForeignKeyShape(k.Columns, k.TargetTable, k.TargetColumns, OnDeleteOf(k.OnDelete))),
            ],
        };
    }

    // UNIQUE constraints of a table that Tercel did not make become part of the copy, unless an index of the model
    // stands for them.
    private IEnumerable<string> KeptUniques() => live.Table.Indexes
        .Where(i => i.Origin == IndexOrigin.Unique && i.Columns.All(c => c.Name is not null && IsKept(c.Name)))
        .Select(i => i.Columns.Select(c => c.Name ?? "").ToList())
        .Where(names => !shape.Indexes.Any(w => w.Unique && w.Columns.Select(c => c.Column).SequenceEqual(names)))
        .Where(names => names is not [var only] || !columns.Foreign.Contains(only)) // the column's own text says it
        .Select(names => $"UNIQUE ({SchemaSql.QuoteAll(names)})");

    private string ForeignColumn(string name) => live.Text.Column(name) ?? SchemaSql.Quote(name);

    // AUTOINCREMENT promises that a number is never used twice, not even the number of a deleted row.
    private IEnumerable<string> KeepSequence()
    {
        var old = SchemaSql.Literal(shape.Name);
        var @new = SchemaSql.Literal(NewName);
        yield return $"DELETE FROM sqlite_sequence WHERE name = {@new}";
        yield return "INSERT INTO sqlite_sequence (name, seq) "
            + $"SELECT {@new}, seq FROM sqlite_sequence WHERE name = {old}";
    }

    private IEnumerable<string> ForeignIndexes() => live.Table.Indexes
        .Where(i => i is { Origin: IndexOrigin.Created, Sql: not null }
            && !context.Ledger.Owns(LedgerKind.Index, live.NameNow, i.Name)
            && !shape.Indexes.Any(w => string.Equals(w.Name, i.Name, StringComparison.OrdinalIgnoreCase))
            && i.Columns.All(c => c.Name is null || IsKept(c.Name)))
        .Select(i => i.Sql ?? "");

    private IEnumerable<string> ForeignTriggers()
    {
        var ours = SearchTable.TriggerNames(new SearchShape(live.NameNow, [])).ToList();
        return context.Live.Triggers
            .Where(t => string.Equals(t.Table, live.NameNow, StringComparison.OrdinalIgnoreCase))
            .Where(t => !ours.Contains(t.Name))
            .Select(t => t.Sql);
    }

    private bool IsKept(string column) =>
        shape.Column(column) is not null || columns.Foreign.Contains(column, StringComparer.OrdinalIgnoreCase);

    private bool IsOurs(string column) => context.Ledger.Owns(LedgerKind.Column, live.NameNow, live.ColumnNow(column));

    private static Model.OnDelete OnDeleteOf(string text) => text switch
    {
        "RESTRICT" => Model.OnDelete.Restrict,
        "CASCADE" => Model.OnDelete.Cascade,
        "SET NULL" => Model.OnDelete.SetNull,
        _ => Model.OnDelete.NoAction,
    };
}
