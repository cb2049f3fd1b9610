namespace Tercel.Data;

/// <summary>The transaction of a schema change; nothing else writes meanwhile.</summary>
/// <remarks>Foreign keys are not enforced while it runs: check them before it ends.</remarks>
public interface IMigrationSession : IWriteSession
{
    /// <summary>Runs statements one after the other, without parameters.</summary>
    ValueTask ExecuteScript(string sql);

    /// <summary>Finds rows whose foreign keys point nowhere, at most <paramref name="countMax"/>.</summary>
    ValueTask<IReadOnlyList<ForeignKeyViolation>> CheckForeignKeys(int countMax);
}

/// <summary>A row whose foreign key points nowhere.</summary>
/// <param name="Table">The referring table.</param>
/// <param name="RowId">The row; null in a table without row ids.</param>
/// <param name="TargetTable">The table that lacks the row.</param>
public sealed record ForeignKeyViolation(string Table, long? RowId, string TargetTable);
