using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Schema;

// Compares the model with the live database (not with a remembered state) and says how to get from one to the other.
internal static class SchemaPlanner
{
    /// <summary>Makes the plan from one snapshot of the database; changes nothing.</summary>
    /// <remarks>Cost: reads the schema, and scans a column's rows only where a change could meet values that do not
    /// fit. Errors: <see cref="StoreException"/>.</remarks>
    public static async Task<SchemaPlan> Plan(
        ApiModel model, IDatabase database, TimeProvider time, CancellationToken cancellation = default)
    {
        using var session = await database.Read(ReadLane.Stream, cancellation);
        await session.BeginSnapshot();
        var live = await LiveSchema.Read(session, model);
        var ledger = await SchemaLedger.Read(session, live.All);
        var context = new PlanContext(model, live, ledger, new DataProbe(session), time.GetUtcNow());
        return await Plan(context, database.Description.Place);
    }

    /// <summary>The plan for a database that does not exist yet, without making it.</summary>
    public static async Task<SchemaPlan> PlanNew(ApiModel model, string place, TimeProvider time)
    {
        var probe = new DataProbe(new NoSession());
        var context = new PlanContext(model, LiveSchema.Empty, new SchemaLedger([]), probe, time.GetUtcNow());
        return await Plan(context, place);
    }

    private static async ValueTask<SchemaPlan> Plan(PlanContext context, string place)
    {
        if (context.Model.OwnsSchema)
        {
            foreach (var shape in TableBuilder.Shapes(context.Model)) await PlanTable(context, shape);
            await PlanRemovedTables(context);
            ViewPlanner.Plan(context);
            ReportDrift(context);
        }

        return new SchemaPlan
        {
            Database = place,
            Steps = context.Steps,
            Drift = context.Drift,
            Ownership = context.Ownership,
            SchemaVersion = context.Live.Version,
            IsNew = context.Live.IsEmpty,
        };
    }

    private static async ValueTask PlanTable(PlanContext context, TableShape shape)
    {
        context.Own(LedgerKind.Table, shape.Name);
        foreach (var column in shape.Columns)
            context.Own(LedgerKind.Column, shape.Name, column.Name, FieldStorage.Describe(column.Field.Type));

        if (context.Live.Table(shape.Name) is { } live)
        {
            await new TablePlanner(context, shape, live).Plan();
            return;
        }

        if (context.Live.Object(shape.Name) is { } other)
        {
            context.Add(new SchemaStep(StepClass.Blocked, StepKind.CreateTable, shape.Name,
                $"{shape.Name}: the database has a {(other.IsView ? "view" : "virtual table")} of this name")
            {
                Hint = "name another table with 'table:' or drop what is there by hand",
            });
            return;
        }

        var sql = new List<PlannedSql> { new(Phase.CreateTables, TableBuilder.CreateTable(shape)) };
        foreach (var index in shape.Indexes)
        {
            sql.Add(new PlannedSql(Phase.CreateIndexes, TableBuilder.CreateIndex(shape.Name, index)));
            context.Own(LedgerKind.Index, shape.Name, index.Name);
        }

        if (shape.Search is { } search)
        {
            sql.AddRange(SearchTable.Create(search).Select(text => new PlannedSql(Phase.CreateSearch, text)));
            context.Own(LedgerKind.Search, shape.Name);
        }

        context.Add(new SchemaStep(StepClass.Safe, StepKind.CreateTable, shape.Name, $"{shape.Name}: new table")
        {
            Sql = sql,
            Api = shape.Entity.HasPath ? ApiEffect.Addition : ApiEffect.None,
        });
    }

    private static async ValueTask PlanRemovedTables(PlanContext context)
    {
        var wanted = TableBuilder.Shapes(context.Model).Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in context.Ledger.Of(LedgerKind.Table).OrderBy(e => e.Table, StringComparer.Ordinal))
        {
            if (wanted.Contains(entry.Table)) continue;
            if (context.Live.Table(entry.Table) is not { IsRenamed: false } live) continue;
            var rows = await context.Probe.Rows(live);
            var sql = new List<PlannedSql> { new(Phase.DropTables, $"DROP TABLE {SchemaSql.Quote(live.NameNow)}") };
            if (context.Ledger.Owns(LedgerKind.Search, live.NameNow))
            {
                sql.InsertRange(0, SearchTable.Drop(new SearchShape(live.NameNow, []))
                    .Select(text => new PlannedSql(Phase.Clear, text)));
            }

            context.Add(new SchemaStep(StepClass.DataLoss, StepKind.DropTable, live.Name,
                $"{live.Name}: not in the model any more; the table and its {PlanContext.Count(rows)} go")
            {
                Sql = sql,
                Rows = rows,
                Api = ApiEffect.Breaking,
            });
        }
    }

    private static void ReportDrift(PlanContext context)
    {
        var known = context.Model.Entities.Select(e => e.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var table in context.Live.All.Where(t => t.Role == TableRole.User))
        {
            var owned = context.Ledger.Owns(LedgerKind.Table, table.Name)
                || context.Ledger.Owns(LedgerKind.View, table.Name);
            var renamed = context.Live.Tables.Any(t => t.IsRenamed && t.NameNow == table.Name);
            if (!known.Contains(table.Name) && !owned && !renamed)
                context.Drift.Add($"{(table.IsView ? "view" : "table")} {table.Name} is not in the model");
        }
    }

    // Where there are no tables there is nothing to ask.
    private sealed class NoSession : ISqlSession
    {
        public ValueTask<SqlRows> Query(SqlText sql, ReadOnlySpan<SqlValue> parameters) =>
            throw new InvalidOperationException("a database that does not exist was asked for rows");
    }
}
