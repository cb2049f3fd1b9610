using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Schema;

// The columns of a table that exists: added, changed, dropped, or not ours. Remembers how a copy must read each one.
internal sealed class ColumnPlanner(PlanContext context, TableShape shape, LiveTable live)
{
    private readonly Dictionary<string, string> _conversions = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _added = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when a difference can only go away by copying the table.</summary>
    public bool NeedsCopy { get; private set; }

    /// <summary>Columns that are neither the model's nor ours: they stay as they are.</summary>
    public List<string> Foreign { get; } = [];

    public bool Converts(string column) => _conversions.ContainsKey(column);

    /// <summary>True when the column is new and its ADD COLUMN brings the reference along.</summary>
    public bool IsAddedWithReference(ForeignKeyShape key) =>
        key.Columns is [var only] && _added.Contains(only);

    /// <summary>What a copy selects for the column; columns already have their new names then.</summary>
    public string Source(ColumnShape column) =>
        _conversions.TryGetValue(column.Name, out var conversion) ? conversion
        : live.Column(column.Name) is not null ? SchemaSql.Quote(column.Name)
        : Fill(column) ?? "NULL";

    public async ValueTask Plan()
    {
        foreach (var column in shape.Columns)
        {
            if (live.Column(column.Name) is { } found) await PlanExisting(column, found);
            else await PlanNew(column);
        }

        foreach (var column in live.Table.Columns.Where(c => shape.Column(c.Name) is null)) await PlanExtra(column);
    }

    private async ValueTask PlanNew(ColumnShape column)
    {
        var rows = await context.Probe.Rows(live);
        var field = column.Field;
        var fill = Fill(column);
        var isKey = shape.Key.Contains(column.Name);
        var mustGive = field is { Required: true, Default: null };
        var step = new SchemaStep(StepClass.Safe, StepKind.AddColumn, shape.Name,
            $"{shape.Name}.{column.Name}: new {FieldStorage.Describe(field.Type)}"
            + (rows > 0 && fill is not null ? $"; {PlanContext.Count(rows)} get {fill}" : ""))
        {
            Column = column.Name,
            Api = mustGive ? ApiEffect.Breaking : ApiEffect.Addition,
        };
        if (rows > 0 && column.NotNull && fill is null && !column.IsAuto)
        {
            step = step with
            {
                Class = StepClass.Blocked,
                Rows = rows,
                Sentence = $"{shape.Name}.{column.Name}: required, but {PlanContext.Count(rows)} would have no value",
                Hint = "give it a default, or add it without 'required', fill it, and require it then",
            };
        }

        var needsCopy = isKey || (column.NotNull && fill is null) || InWideReference(column);
        NeedsCopy |= needsCopy;
        if (!needsCopy && step.Class != StepClass.Blocked)
        {
            _added.Add(column.Name);
            var sql = $"ALTER TABLE {SchemaSql.Quote(shape.Name)} ADD COLUMN "
                + TableBuilder.ColumnSql(column.NotNull ? column with { Default = fill } : column) + Reference(column);
            step = step with { Sql = [new PlannedSql(Phase.AddColumns, sql)] };
        }

        context.Add(step);
    }

    private async ValueTask PlanExisting(ColumnShape column, DatabaseColumn found)
    {
        var affinity = FieldStorage.AffinityOf(found.DeclaredType);
        var recorded = context.Ledger.Definition(live.NameNow, live.ColumnNow(column.Name));
        var wanted = FieldStorage.Describe(column.Field.Type);
        var fitsType = FieldStorage.Serves(affinity, column.Field.Type);
        if (!fitsType || (recorded is not null && recorded != wanted))
            await PlanType(column, StoredType.Of(recorded, affinity), recorded ?? found.DeclaredType, fitsType);
        if (!shape.Key.Contains(column.Name, StringComparer.OrdinalIgnoreCase) && found.PrimaryKeyOrdinal == 0)
            await PlanNull(column, found.NotNull);
        if (column.Field.NoCase != live.Text.IsNoCase(live.ColumnNow(column.Name)))
        {
            NeedsCopy = true;
            Change(column, StepClass.Rewrite,
                column.Field.NoCase ? "ignores case from now on" : "tells cases apart from now on");
        }
    }

    private async ValueTask PlanType(ColumnShape column, StoredType from, string was, bool fitsType)
    {
        var type = column.Field.Type;
        var now = $"t.{SchemaSql.Quote(live.ColumnNow(column.Name))}";
        var conversion = ValueFit.Convert(from, type, now);
        var (bad, samples) = await context.Probe.Where(
            live, $"{now} IS NOT NULL AND coalesce({ValueFit.Fits(type, conversion ?? now)}, 0) = 0");
        var copies = conversion is not null || !fitsType;
        NeedsCopy |= copies;
        if (conversion is not null)
        {
            _conversions[column.Name] = ValueFit.Convert(from, type, SchemaSql.Quote(column.Name))
                ?? SchemaSql.Quote(column.Name);
        }

        var text = $"becomes {FieldStorage.Describe(type)} (was {was})";
        Change(column, bad > 0 ? StepClass.Blocked : copies ? StepClass.Rewrite : StepClass.Safe,
            bad > 0 ? $"{text}; {PlanContext.Count(bad)} {(bad == 1 ? "does" : "do")} not fit" : text,
            TypeEffect.Of(was, type), bad, samples, "change these rows first, or keep the type");
    }

    private async ValueTask PlanNull(ColumnShape column, bool isNotNull)
    {
        if (isNotNull == column.NotNull) return;
        NeedsCopy = true;
        if (!column.NotNull)
        {
            Change(column, StepClass.Rewrite, "may be null from now on", ApiEffect.Addition);
            return;
        }

        var now = $"t.{SchemaSql.Quote(live.ColumnNow(column.Name))}";
        var (nulls, samples) = await context.Probe.Where(live, $"{now} IS NULL");
        var fill = Fill(column);
        if (nulls > 0 && fill is null)
        {
            Change(column, StepClass.Blocked,
                $"required, but {PlanContext.Count(nulls)} {(nulls == 1 ? "has" : "have")} no value",
                ApiEffect.Breaking, nulls, samples, "fill these rows first, or give a default");
            return;
        }

        if (nulls > 0) _conversions[column.Name] = $"coalesce({Source(column)}, {fill})";
        Change(column, StepClass.Rewrite,
            nulls > 0 ? $"required; {PlanContext.Count(nulls)} without a value get {fill}" : "required from now on",
            ApiEffect.Breaking);
    }

    private async ValueTask PlanExtra(DatabaseColumn column)
    {
        var now = live.ColumnNow(column.Name);
        if (!context.Ledger.Owns(LedgerKind.Column, live.NameNow, now))
        {
            Foreign.Add(column.Name);
            var blocksInserts = column is { NotNull: true, DefaultSql: null, Generation: ColumnGeneration.None };
            context.Drift.Add($"column {live.NameNow}.{column.Name} is not in the model"
                + (blocksInserts ? "; it is NOT NULL without a default, so creates will fail" : ""));
            return;
        }

        NeedsCopy = true;
        var (values, _) = await context.Probe.Where(live, $"t.{SchemaSql.Quote(now)} IS NOT NULL");
        context.Add(new SchemaStep(StepClass.DataLoss, StepKind.DropColumn, shape.Name,
            $"{shape.Name}.{column.Name}: not in the model any more; {PlanContext.Count(values, "value")} "
            + $"{(values == 1 ? "goes" : "go")}")
        {
            Column = column.Name,
            Rows = values,
            Api = ApiEffect.Breaking,
            Hint = $"if it has a new name, say so there: was={column.Name}",
        });
    }

    private void Change(
        ColumnShape column, StepClass @class, string text, ApiEffect api = ApiEffect.None, long rows = 0,
        IReadOnlyList<string>? samples = null, string? hint = null)
    {
        context.Add(new SchemaStep(@class, StepKind.ChangeColumn, shape.Name, $"{shape.Name}.{column.Name}: {text}")
        {
            Column = column.Name,
            Rows = rows > 0 ? rows : null,
            Samples = samples ?? [],
            Api = api,
            Hint = @class == StepClass.Blocked ? hint : null,
        });
    }

    // What rows that exist get for a new or newly required column; null when only people can know.
    private string? Fill(ColumnShape column) => column.Default
        ?? (column.Field is { AutoUpdate: true } or { Default: FieldDefault.Now }
            ? FieldStorage.TimeLiteral(column.Field.Type, context.Now)
            : null);

    private bool InWideReference(ColumnShape column) =>
        shape.ForeignKeys.Any(k => k.Columns.Count > 1 && k.Columns.Contains(column.Name));

    private string Reference(ColumnShape column)
    {
        var key = shape.ForeignKeys.FirstOrDefault(k => k.Columns is [var only] && only == column.Name);
        return key is null ? "" : " " + TableBuilder.ReferencesSql(key);
    }
}
