namespace Tercel.Api.Schema;

// The full-text index of a table that exists. It is derived data: making it again loses nothing.
internal static class SearchPlanner
{
    public static void Plan(PlanContext context, TableShape shape, LiveTable live, bool copies)
    {
        var old = new SearchShape(live.NameNow, []);
        var found = context.Live.Object(old.Name);
        var isOurs = context.Ledger.Owns(LedgerKind.Search, live.NameNow);
        if (shape.Search is not { } wanted)
        {
            if (found is not null && isOurs) Drop(context, shape, old);
            return;
        }

        context.Own(LedgerKind.Search, shape.Name);
        if (!live.Table.HasRowId)
        {
            context.Add(new SchemaStep(StepClass.Blocked, StepKind.CreateSearch, shape.Name,
                $"{shape.Name}: cannot be searched, because the table was made WITHOUT ROWID")
            {
                Hint = "leave 'search' out of this resource",
            });
            return;
        }

        var isSame = found is not null && IsSame(context, wanted, found.Sql);
        if (found is not null && !isSame && !isOurs)
        {
            context.Add(new SchemaStep(StepClass.Blocked, StepKind.CreateSearch, shape.Name,
                $"{shape.Name}: {found.Name} exists and is not ours")
            {
                Hint = $"drop or rename {found.Name} by hand",
            });
            return;
        }

        // An index over a table that is copied or renamed is made again as a part of that.
        var isRenamed = live.IsRenamed || live.ColumnsNow.Count > 0;
        if (isSame && !isRenamed && !copies) return;
        List<PlannedSql> sql =
        [
            .. SearchTable.Drop(old).Select(text => new PlannedSql(Phase.Clear, text)),
            .. SearchTable.Create(wanted).Select(text => new PlannedSql(Phase.CreateSearch, text)),
            new PlannedSql(Phase.CreateSearch, SearchTable.Fill(wanted)),
        ];
        var carrier = copies ? StepKind.CopyTable : live.IsRenamed ? StepKind.RenameTable : StepKind.RenameColumn;
        if (found is not null && (copies || isRenamed) && context.AddTo(carrier, shape.Name, sql)) return;
        context.Add(new SchemaStep(StepClass.Safe, StepKind.CreateSearch, shape.Name,
            $"{shape.Name}: {(found is null ? "new" : "changed")} full-text index "
            + $"on ({string.Join(", ", wanted.Columns)})")
        {
            Sql = sql,
            Api = ApiEffect.Addition,
        });
    }

    private static void Drop(PlanContext context, TableShape shape, SearchShape old)
    {
        context.Add(new SchemaStep(StepClass.Safe, StepKind.DropSearch, shape.Name,
            $"{shape.Name}: cannot be searched any more")
        {
            Sql = [.. SearchTable.Drop(old).Select(text => new PlannedSql(Phase.Clear, text))],
            Api = ApiEffect.Breaking,
        });
    }

    private static bool IsSame(PlanContext context, SearchShape wanted, string sql)
    {
        if (SchemaSql.Normalize(sql) != SchemaSql.Normalize(SearchTable.CreateTable(wanted))) return false;
        foreach (var (name, text) in SearchTable.CreateTriggers(wanted))
        {
            var found = context.Live.Triggers.FirstOrDefault(t => t.Name == name);
            if (found.Sql is null || SchemaSql.Normalize(found.Sql) != SchemaSql.Normalize(text)) return false;
        }

        return true;
    }
}
