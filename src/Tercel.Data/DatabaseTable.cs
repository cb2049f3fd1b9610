namespace Tercel.Data;

/// <summary>A table or view as it is in a live database.</summary>
public sealed record DatabaseTable
{
    /// <summary>Its name, as written.</summary>
    public required string Name { get; init; }

    /// <summary>Who made it and for what.</summary>
    public required TableRole Role { get; init; }

    /// <summary>True for a view.</summary>
    public required bool IsView { get; init; }

    /// <summary>The statement that made it.</summary>
    public required string Sql { get; init; }

    /// <summary>Its columns, in their order.</summary>
    public required IReadOnlyList<DatabaseColumn> Columns { get; init; }

    /// <summary>Its foreign keys.</summary>
    public IReadOnlyList<DatabaseForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Its indexes, those of its constraints among them.</summary>
    public IReadOnlyList<DatabaseIndex> Indexes { get; init; } = [];

    /// <summary>False for a view and for a WITHOUT ROWID table.</summary>
    public bool HasRowId { get; init; }

    /// <summary>True for a STRICT table.</summary>
    public bool IsStrict { get; init; }

    /// <summary>True when its integer key never reuses numbers (AUTOINCREMENT).</summary>
    public bool IsAutoIncrement { get; init; }

    /// <summary>Why the columns could not be read (a view over a missing table, a module that is not there); null
    /// when fine.</summary>
    public string? Problem { get; init; }

    /// <summary>The primary key's columns in key order; empty when there is none.</summary>
    public IReadOnlyList<string> PrimaryKey =>
        [.. Columns.Where(c => c.PrimaryKeyOrdinal > 0).OrderBy(c => c.PrimaryKeyOrdinal).Select(c => c.Name)];
}

/// <summary>Who made a table, and for what.</summary>
public enum TableRole
{
    /// <summary>The owner's data.</summary>
    User,

    /// <summary>The engine's own (<c>sqlite_*</c>) or this project's (<c>_tercel_*</c>).</summary>
    Internal,

    /// <summary>A virtual table, such as a full-text index.</summary>
    Virtual,

    /// <summary>Storage behind a virtual table.</summary>
    Shadow,
}

/// <summary>A column.</summary>
public sealed record DatabaseColumn
{
    /// <summary>Its name, as written.</summary>
    public required string Name { get; init; }

    /// <summary>The declared type, as written; empty when none.</summary>
    public required string DeclaredType { get; init; }

    /// <summary>True when NULL is refused.</summary>
    public bool NotNull { get; init; }

    /// <summary>The default as SQL text; null when none.</summary>
    public string? DefaultSql { get; init; }

    /// <summary>Place in the primary key, from 1; 0 when not part of it.</summary>
    public int PrimaryKeyOrdinal { get; init; }

    /// <summary>Whether the value is computed.</summary>
    public ColumnGeneration Generation { get; init; }
}

/// <summary>How a column gets its value.</summary>
public enum ColumnGeneration
{
    /// <summary>It is stored as written.</summary>
    None,

    /// <summary>A hidden column of a virtual table.</summary>
    Hidden,

    /// <summary>Computed when read.</summary>
    Virtual,

    /// <summary>Computed when written.</summary>
    Stored,
}

/// <summary>A foreign key; columns and target columns pair up.</summary>
/// <param name="Columns">The referring columns.</param>
/// <param name="TargetTable">The table referred to, in its own spelling when it exists.</param>
/// <param name="TargetColumns">Its columns: as declared, or else its primary key.</param>
/// <param name="OnDelete">Such as <c>CASCADE</c> or <c>NO ACTION</c>.</param>
/// <param name="OnUpdate">The same for a change of the target's key.</param>
public sealed record DatabaseForeignKey(
    IReadOnlyList<string> Columns,
    string TargetTable,
    IReadOnlyList<string> TargetColumns,
    string OnDelete,
    string OnUpdate);

/// <summary>An index.</summary>
public sealed record DatabaseIndex
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>True when two rows may not hold the same values.</summary>
    public bool Unique { get; init; }

    /// <summary>What made it.</summary>
    public IndexOrigin Origin { get; init; }

    /// <summary>Its key columns, in order.</summary>
    public required IReadOnlyList<DatabaseIndexColumn> Columns { get; init; }

    /// <summary>True when only rows of a condition are in it.</summary>
    public bool Partial { get; init; }

    /// <summary>The statement that made it; null when a constraint did.</summary>
    public string? Sql { get; init; }
}

/// <summary>What made an index.</summary>
public enum IndexOrigin
{
    /// <summary>CREATE INDEX.</summary>
    Created,

    /// <summary>A UNIQUE constraint.</summary>
    Unique,

    /// <summary>The PRIMARY KEY.</summary>
    PrimaryKey,
}

/// <summary>A key column of an index.</summary>
/// <param name="Name">The column; null for an expression.</param>
/// <param name="Descending">Order.</param>
/// <param name="Collation">Such as <c>BINARY</c> or <c>NOCASE</c>.</param>
public sealed record DatabaseIndexColumn(string? Name, bool Descending, string Collation);
