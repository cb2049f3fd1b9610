using Tercel.Data;

namespace Tercel.Api.Schema;

// One table that exists and shall become another: columns, key, references, then what hangs on it.
internal sealed class TablePlanner
{
    private readonly PlanContext _context;
    private readonly TableShape _shape;
    private readonly LiveTable _live;
    private readonly ColumnPlanner _columns;

    public TablePlanner(PlanContext context, TableShape shape, LiveTable live)
    {
        _context = context;
        _shape = shape;
        _live = live;
        _columns = new ColumnPlanner(context, shape, live);
    }

    public async ValueTask Plan()
    {
        var first = _context.Steps.Count;
        PlanRenames();
        await _columns.Plan();
        var copies = _columns.NeedsCopy;
        copies |= await PlanKey();
        copies |= await PlanReferences();
        if (copies) PlanCopy(first, await _context.Probe.Rows(_live));
        await new IndexPlanner(_context, _shape, _live, copies).Plan();
        SearchPlanner.Plan(_context, _shape, _live, copies);
    }

    private void PlanRenames()
    {
        var now = SchemaSql.Quote(_live.NameNow);
        if (_live.IsRenamed)
        {
            _context.Add(new SchemaStep(StepClass.Safe, StepKind.RenameTable, _shape.Name,
                $"{_shape.Name}: renamed from {_live.NameNow}")
            {
                Sql =
                [
                    new PlannedSql(Phase.RenameTables, $"ALTER TABLE {now} RENAME TO {SchemaSql.Quote(_shape.Name)}"),
                ],
                Api = ApiEffect.Breaking,
            });
        }

        foreach (var (name, old) in _live.ColumnsNow)
        {
            var text = $"ALTER TABLE {SchemaSql.Quote(_shape.Name)} RENAME COLUMN {SchemaSql.Quote(old)} "
                + $"TO {SchemaSql.Quote(name)}";
            _context.Add(new SchemaStep(StepClass.Safe, StepKind.RenameColumn, _shape.Name,
                $"{_shape.Name}.{name}: renamed from {old}")
            {
                Column = name,
                Sql = [new PlannedSql(Phase.RenameColumns, text)],
                Api = ApiEffect.Breaking,
            });
        }
    }

    private async ValueTask<bool> PlanKey()
    {
        var same = _live.Table.PrimaryKey.SequenceEqual(_shape.Key, StringComparer.OrdinalIgnoreCase);
        var getsNumbers = !_shape.Columns.Any(c => c.IsAuto) || _live.KeyIsRowId;
        if (same && getsNumbers) return false;
        var step = new SchemaStep(StepClass.Rewrite, StepKind.ChangeKey, _shape.Name,
            $"{_shape.Name}: the key becomes ({string.Join(", ", _shape.Key)})")
        {
            Api = ApiEffect.Breaking,
        };
        _context.Add(await CheckNewKey(step));
        return true;
    }

    private async ValueTask<SchemaStep> CheckNewKey(SchemaStep step)
    {
        if (_shape.Key.Count == 0 || _shape.Key.Any(c => _live.Column(c) is null)) return step;
        var columns = _shape.Key.Select(_live.ColumnNow).ToList();
        var (nulls, samples) = await _context.Probe.Where(
            _live, string.Join(" OR ", columns.Select(c => $"t.{SchemaSql.Quote(c)} IS NULL")));
        if (nulls == 0) (nulls, samples) = await _context.Probe.Duplicates(_live, [.. columns.Select(c => (c, false))]);
        if (nulls == 0) return step;
        return step with
        {
            Class = StepClass.Blocked,
            Rows = nulls,
            Samples = samples,
            Hint = "give each row a key of its own first",
        };
    }

    private async ValueTask<bool> PlanReferences()
    {
        var copies = false;
        foreach (var wanted in _shape.ForeignKeys)
        {
            if (_columns.IsAddedWithReference(wanted)) continue;
            var found = _live.Table.ForeignKeys.FirstOrDefault(k => Same(k.Columns, wanted.Columns));
            if (found is not null && SameTarget(found, wanted)
                && found.OnDelete == TableBuilder.OnDeleteSql(wanted.OnDelete)) continue;
            copies = true;
            var text = found is null || !SameTarget(found, wanted)
                ? $"must point to {wanted.Table}"
                : $"on_delete becomes {TableBuilder.OnDeleteSql(wanted.OnDelete)} (was {found.OnDelete})";
            var step = new SchemaStep(StepClass.Rewrite, StepKind.ChangeReference, _shape.Name,
                $"{_shape.Name}.{string.Join('+', wanted.Columns)}: {text}")
            {
                Column = wanted.Columns[0],
            };
            _context.Add(found is not null && SameTarget(found, wanted) ? step : await CheckOrphans(step, wanted));
        }

        foreach (var gone in _live.Table.ForeignKeys.Where(IsGone))
        {
            copies = true;
            _context.Add(new SchemaStep(StepClass.Rewrite, StepKind.ChangeReference, _shape.Name,
                $"{_shape.Name}.{string.Join('+', gone.Columns)}: does not refer to {gone.TargetTable} any more")
            {
                Column = gone.Columns[0],
                Api = ApiEffect.Breaking,
            });
        }

        return copies;
    }

    // A reference of ours that the model gave up, on columns that stay. A dropped column takes its reference with it.
    private bool IsGone(DatabaseForeignKey key) =>
        key.Columns.All(c => _shape.Column(c) is not null)
        && key.Columns.All(c => _context.Ledger.Owns(LedgerKind.Column, _live.NameNow, _live.ColumnNow(c)))
        && !_shape.ForeignKeys.Any(k => Same(k.Columns, key.Columns));

    private async ValueTask<SchemaStep> CheckOrphans(SchemaStep step, ForeignKeyShape wanted)
    {
        if (wanted.Columns.Any(c => _live.Column(c) is null || _columns.Converts(c))) return step;
        var columns = wanted.Columns.Select(c => $"t.{SchemaSql.Quote(_live.ColumnNow(c))}").ToList();
        var condition = string.Join(" AND ", columns.Select(c => $"{c} IS NOT NULL"));
        if (_context.Live.Table(wanted.Table) is { } target && wanted.Targets.All(c => target.Column(c) is not null))
        {
            var match = wanted.Targets.Select((c, i) => $"p.{SchemaSql.Quote(target.ColumnNow(c))} = {columns[i]}");
            condition += $" AND NOT EXISTS (SELECT 1 FROM {SchemaSql.Quote(target.NameNow)} AS p "
                + $"WHERE {string.Join(" AND ", match)})";
        }

        var (count, samples) = await _context.Probe.Where(_live, condition);
        if (count == 0) return step;
        return step with
        {
            Class = StepClass.Blocked,
            Rows = count,
            Samples = samples,
            Sentence = $"{step.Sentence}; {PlanContext.Count(count)} would point nowhere",
            Hint = $"add the missing rows of {wanted.Table}, or clear the references",
        };
    }

    private void PlanCopy(int first, long rows)
    {
        // The copy does the work of the table's other steps, but not of its renames, which come before it.
        for (var i = first; i < _context.Steps.Count; i++)
        {
            var step = _context.Steps[i];
            if (step.Kind is StepKind.RenameTable or StepKind.RenameColumn) continue;
            var isFree = rows == 0 && step.Class == StepClass.Rewrite;
            _context.Steps[i] = step with { Sql = [], Class = isFree ? StepClass.Safe : step.Class };
        }

        var copy = new TableCopy(_context, _shape, _live, _columns);
        var why = copy.WhyNot();
        _context.Add(new SchemaStep(
            why is not null ? StepClass.Blocked : rows == 0 ? StepClass.Safe : StepClass.Rewrite,
            StepKind.CopyTable, _shape.Name,
            $"{_shape.Name}: {PlanContext.Count(rows)} {(rows == 1 ? "is" : "are")} copied into the table's new form")
        {
            Sql = why is null ? copy.Sql() : [],
            Rows = rows,
            Hint = why,
        });
    }

    private static bool SameTarget(DatabaseForeignKey found, ForeignKeyShape wanted) =>
        string.Equals(found.TargetTable, wanted.Table, StringComparison.OrdinalIgnoreCase)
        && Same(found.TargetColumns, wanted.Targets);

    private static bool Same(IReadOnlyList<string> a, IReadOnlyList<string> b) =>
        a.SequenceEqual(b, StringComparer.OrdinalIgnoreCase);
}
