namespace Tercel.Api.Schema;

/// <summary>What a step costs. The order is the order of worry.</summary>
internal enum StepClass
{
    /// <summary>Nothing is copied and nothing is lost; applied at once in development.</summary>
    Safe,

    /// <summary>A table is copied into a new form; every row is kept.</summary>
    Rewrite,

    /// <summary>Rows or columns go; needs <c>--allow-drop</c>.</summary>
    DataLoss,

    /// <summary>The rows that exist do not fit; needs a hand.</summary>
    Blocked,
}

internal enum StepKind
{
    CreateTable,
    RenameTable,
    DropTable,
    AddColumn,
    RenameColumn,
    ChangeColumn,
    DropColumn,
    ChangeKey,
    ChangeReference,
    CopyTable,
    CreateIndex,
    DropIndex,
    CreateSearch,
    DropSearch,
    CreateView,
    DropView,
}

/// <summary>What clients of the API see of a step.</summary>
internal enum ApiEffect
{
    None,

    /// <summary>Something new; clients that do not know it go on as before.</summary>
    Addition,

    /// <summary>Requests that worked will fail, or answers lack something.</summary>
    Breaking,
}

/// <summary>The order in which statements run, whatever the order of the steps.</summary>
internal enum Phase
{
    Clear,
    RenameTables,
    RenameColumns,
    DropIndexes,
    CreateTables,
    AddColumns,
    CopyTables,
    DropTables,
    CreateIndexes,
    CreateSearch,
    CreateViews,
    Check,
}

/// <summary>One statement of a step.</summary>
internal sealed record PlannedSql(Phase Phase, string Text);

/// <summary>One difference between the model and the database, and how it goes away.</summary>
internal sealed record SchemaStep(StepClass Class, StepKind Kind, string Table, string Sentence)
{
    /// <summary>Null when the step is about the whole table.</summary>
    public string? Column { get; init; }

    /// <summary>The statements; empty when another step does the work, or when only the ledger changes.</summary>
    public IReadOnlyList<PlannedSql> Sql { get; init; } = [];

    /// <summary>Rows copied, lost or in the way; null when it does not matter.</summary>
    public long? Rows { get; init; }

    /// <summary>Keys of some rows that are in the way.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    public ApiEffect Api { get; init; }

    /// <summary>What to do about a blocked step.</summary>
    public string? Hint { get; init; }

    /// <summary>What <c>--allow-drop</c> must name: <c>products.title</c> or <c>products</c>.</summary>
    public string DropName => Column is null ? Table : $"{Table}.{Column}";
}

/// <summary>All differences between a model and a database.</summary>
internal sealed record SchemaPlan
{
    public required string Database { get; init; }

    public required IReadOnlyList<SchemaStep> Steps { get; init; }

    /// <summary>Tables and columns that the model does not know and Tercel did not make: reported, never
    /// touched.</summary>
    public required IReadOnlyList<string> Drift { get; init; }

    /// <summary>What will be recorded as ours when the plan has been applied.</summary>
    public required IReadOnlyList<LedgerEntry> Ownership { get; init; }

    /// <summary>SQLite's counter of schema changes when the plan was made; apply refuses when it has moved.</summary>
    public required long SchemaVersion { get; init; }

    /// <summary>True when the database had nothing in it: the moment for seed data.</summary>
    public required bool IsNew { get; init; }

    public bool IsEmpty => Steps.Count == 0;

    /// <summary>The worst class of the steps.</summary>
    public StepClass Class => Steps.Count == 0 ? StepClass.Safe : Steps.Max(s => s.Class);

    public bool IsSafe => Class == StepClass.Safe;

    /// <summary>The statements in the order in which they run.</summary>
    public IEnumerable<PlannedSql> Statements => Steps.SelectMany(s => s.Sql).OrderBy(s => s.Phase);
}

/// <summary>A thing in the database that Tercel made or was told to keep.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Table">Its table, or its own name for tables and views.</param>
/// <param name="Name">Column or index; empty for tables, views and search indexes.</param>
/// <param name="Definition">For a column, the type as in the model.</param>
internal sealed record LedgerEntry(LedgerKind Kind, string Table, string Name, string Definition);

internal enum LedgerKind
{
    Table,
    Column,
    Index,
    Search,
    View,
}
