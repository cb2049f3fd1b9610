using Tercel.Api.Planning;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>A statement with the origins of its parameters.</summary>
internal record CompiledStatement(SqlText Sql, ValueOrigin[] Parameters);

/// <summary>A statement that reads rows, and how they become JSON.</summary>
/// <remarks>Lifetime: immutable; kept with its shape and run many times. Thread: any.</remarks>
internal sealed record CompiledRead(SqlText Sql, ValueOrigin[] Parameters, RowLayout Layout)
    : CompiledStatement(Sql, Parameters)
{
    /// <summary>Columns with the values of the sort keys, for the page's cursors; empty where none are
    /// made.</summary>
    public int[] SortColumns { get; init; } = [];

    /// <summary>In a page that is read backwards: the column with the number of rows found; -1 elsewhere.</summary>
    public int CountColumn { get; init; } = -1;

    /// <summary>In a single row: the column with its version; -1 when its entity has none.</summary>
    public int VersionColumn { get; init; } = -1;
}

/// <summary>The steps that write one row, and the to-many embeds that are filled in afterwards.</summary>
internal sealed record RowLayout(RowStep[] Steps, EmbedLayout[] Embeds);

/// <summary>A to-many embed: the columns with the parent's key, and the statement that reads the rows of all
/// parents.</summary>
/// <remarks>The statement's first column is the parent's position in the parameter's JSON array.</remarks>
internal sealed record EmbedLayout(int[] KeyColumns, CompiledRead Read);

/// <summary>One step of writing a row: fixed bytes, then a value or a change of structure.</summary>
/// <param name="Kind">What follows the bytes.</param>
/// <param name="Before">Pre-encoded JSON, such as <c>,"name":</c>.</param>
/// <param name="Column">The value's column.</param>
/// <param name="Argument">The scale of a decimal; the step to continue at when an object is null; the embed's
/// index.</param>
internal readonly record struct RowStep(StepKind Kind, byte[] Before, int Column, int Argument);

internal enum StepKind
{
    /// <summary>Only the bytes.</summary>
    Bytes,

    /// <summary>An object follows, or null when the column is null.</summary>
    Object,

    /// <summary>The rows of a to-many embed.</summary>
    Embed,

    Integer,
    BigInt,
    Decimal,
    Real,
    Bool,
    Text,
    TimeIso,
    TimeSql,
    TimeUnix,
    TimeUnixMs,
    Json,
    Bytes64,
    Marked,
}
