using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Schema;

// The views of the model. A view holds no rows: dropping and making it again is always safe for the data.
internal static class ViewPlanner
{
    private static readonly StepKind[] Disturbing =
        [StepKind.RenameTable, StepKind.RenameColumn, StepKind.CopyTable, StepKind.DropTable];

    public static void Plan(PlanContext context)
    {
        var disturbing = context.Steps.FindIndex(s => Disturbing.Contains(s.Kind) && s.Class != StepClass.Blocked);
        var wanted = context.Model.Entities.Where(e => e is { IsView: true, ViewSql: not null }).ToList();
        foreach (var view in wanted)
        {
            context.Own(LedgerKind.View, view.Table);
            PlanOne(context, view, disturbing);
        }

        if (disturbing >= 0) CheckForeign(context, disturbing);
        foreach (var entry in context.Ledger.Of(LedgerKind.View))
        {
            if (wanted.Any(v => Same(v.Table, entry.Table))) continue;
            if (context.Live.Object(entry.Table) is not { IsView: true }) continue;
            context.Add(new SchemaStep(StepClass.Safe, StepKind.DropView, entry.Table,
                $"{entry.Table}: the view is not in the model any more")
            {
                Sql = [Drop(entry.Table)],
                Api = ApiEffect.Breaking,
            });
        }
    }

    // Somebody else's view that works today must work afterwards, or the change is undone and says which one.
    private static void CheckForeign(PlanContext context, int disturbing)
    {
        var checks = context.Live.All
            .Where(t => t is { IsView: true, Role: TableRole.User, Problem: null })
            .Where(t => !context.Ledger.Owns(LedgerKind.View, t.Name))
            .Where(t => !context.Model.Entities.Any(e => e.IsView && Same(e.Table, t.Name)))
            .Select(t => Check(t.Name));
        var step = context.Steps[disturbing];
        context.Steps[disturbing] = step with { Sql = [.. step.Sql, .. checks] };
    }

    private static void PlanOne(PlanContext context, Entity view, int disturbing)
    {
        var found = context.Live.Object(view.Table);
        var isSame = found is { IsView: true }
            && SchemaSql.Normalize(found.Sql) == SchemaSql.Normalize(TableBuilder.CreateView(view));
        if (isSame)
        {
            // Tables may be renamed under it only while it is away.
            if (disturbing >= 0)
            {
                var step = context.Steps[disturbing];
                context.Steps[disturbing] = step with { Sql = [.. step.Sql, Drop(view.Table), .. Create(view)] };
            }

            return;
        }

        if (found is not null && (!found.IsView || !context.Ledger.Owns(LedgerKind.View, view.Table)))
        {
            context.Add(new SchemaStep(StepClass.Blocked, StepKind.CreateView, view.Table,
                $"{view.Table}: a {(found.IsView ? "view" : "table")} of this name exists and is not ours")
            {
                Hint = "drop or rename it by hand",
            });
            return;
        }

        context.Add(new SchemaStep(StepClass.Safe, StepKind.CreateView, view.Table,
            $"{view.Table}: {(found is null ? "new" : "changed")} view")
        {
            Sql = found is null ? Create(view) : [Drop(view.Table), .. Create(view)],
            Api = found is null ? ApiEffect.Addition : ApiEffect.Breaking,
        });
    }

    private static PlannedSql Drop(string view) => new(Phase.Clear, $"DROP VIEW IF EXISTS {SchemaSql.Quote(view)}");

    // SQLite does not look into a view until it is read, so that a view over a missing column would be noticed too
    // late.
    private static PlannedSql[] Create(Entity view) =>
    [
        new(Phase.CreateViews, TableBuilder.CreateView(view)),
        Check(view.Table),
    ];

    private static PlannedSql Check(string view) =>
        new(Phase.Check, $"SELECT * FROM {SchemaSql.Quote(view)} LIMIT 0");

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
