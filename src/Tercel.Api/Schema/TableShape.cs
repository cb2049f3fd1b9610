using Tercel.Api.Model;

namespace Tercel.Api.Schema;

/// <summary>The table that an entity of the model wants.</summary>
internal sealed record TableShape
{
    public required Entity Entity { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<ColumnShape> Columns { get; init; }

    /// <summary>The primary key's columns; empty for a table without one.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    public required IReadOnlyList<ForeignKeyShape> ForeignKeys { get; init; }

    public required IReadOnlyList<IndexShape> Indexes { get; init; }

    public SearchShape? Search { get; init; }

    public ColumnShape? Column(string name) =>
        Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column: how it is declared, and the field it serves.</summary>
internal sealed record ColumnShape(Field Field, string Name, string Type, bool NotNull)
{
    /// <summary>SQL literal; null when none.</summary>
    public string? Default { get; init; }

    /// <summary>The single integer key, which is the row id.</summary>
    public bool IsRowId { get; init; }

    /// <summary>The row id that is never used twice.</summary>
    public bool IsAuto { get; init; }
}

/// <summary>A foreign key; columns and targets pair up.</summary>
internal sealed record ForeignKeyShape(
    IReadOnlyList<string> Columns, string Table, IReadOnlyList<string> Targets, OnDelete OnDelete);

/// <summary>An index, unique or not.</summary>
internal sealed record IndexShape(string Name, IReadOnlyList<(string Column, bool Descending)> Columns, bool Unique)
{
    /// <summary>The column that must be NULL for a row to count: deleted rows do not keep their values from
    /// others.</summary>
    public string? OnlyWhereNull { get; init; }

    /// <summary>The WHERE of a partial index as SQL; null for an index of all rows.</summary>
    public string? Condition => OnlyWhereNull is null ? null : $"{SchemaSql.Quote(OnlyWhereNull)} IS NULL";
}

/// <summary>A full-text index over some columns of a table.</summary>
internal sealed record SearchShape(string Table, IReadOnlyList<string> Columns)
{
    public string Name => $"{Table}_fts";

    /// <summary>The column that is the row id; null when the row id has no name and cannot change.</summary>
    public string? RowIdColumn { get; init; }

    /// <summary>Finds other forms of an English word too (Porter's stems).</summary>
    public bool IsEnglish { get; init; }

    /// <summary>The triggers that keep it in step, by what they follow.</summary>
    public string Trigger(string verb) => $"{Name}_{verb}";
}
