using System.Globalization;
using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>The numbers of <c>seq('O-{000000}')</c> fields, kept in the table <c>_tercel_sequences</c>.</summary>
/// <remarks>Taken in the transaction of the row: a number is unique, and one of a write that was undone may come again.
/// A new sequence goes on behind the largest number that the rows hold already.</remarks>
internal static class SequenceNumbers
{
    private static readonly SqlText Create = new(
        "CREATE TABLE IF NOT EXISTS _tercel_sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");

    private static readonly SqlText Known = new("SELECT 1 FROM sqlite_schema WHERE name = '_tercel_sequences'");

    private static readonly SqlText Increment = new(
        "UPDATE _tercel_sequences SET value = value + 1 WHERE name = ?1 RETURNING value");

    private static readonly SqlText Start = new("INSERT INTO _tercel_sequences (name, value) VALUES (?1, ?2)");

    /// <summary>The next text of the sequence.</summary>
    public static async ValueTask<SqlValue> Next(IWriteSession session, Entity entity, Field field, string pattern)
    {
        var name = SqlValue.Of($"{entity.Table}.{field.Column}");
        if (await Single(session, Known, []) is null) await session.Execute(Create, []);
        var number = await Single(session, Increment, [name]);
        if (number is null)
        {
            number = await Largest(session, entity, field, pattern) + 1;
            await session.Execute(Start, [name, SqlValue.Of(number.Value)]);
        }

        return SqlValue.Of(Format(pattern, number.Value));
    }

    /// <summary>Puts the number into the pattern: <c>O-{000000}</c> and 42 give <c>O-000042</c>.</summary>
    public static string Format(string pattern, long number)
    {
        var (before, digits, after) = Parts(pattern);
        return before + number.ToString("D" + digits.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture) + after;
    }

    private static async ValueTask<long> Largest(IWriteSession session, Entity entity, Field field, string pattern)
    {
        var (before, _, after) = Parts(pattern);
        var column = WriteCompiler.Quote(field.Column);
        var sql = new SqlText(
            $"SELECT coalesce(max(CAST(substr({column}, ?1, length({column}) - ?2) AS INTEGER)), 0)"
            + $" FROM {WriteCompiler.Quote(entity.Table)} WHERE substr({column}, 1, ?3) = ?4");
        return await Single(session, sql, [
            SqlValue.Of((long)before.Length + 1), SqlValue.Of((long)before.Length + after.Length),
            SqlValue.Of((long)before.Length), SqlValue.Of(before),
        ]) ?? 0;
    }

    private static (string Before, int Digits, string After) Parts(string pattern)
    {
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        var close = pattern.IndexOf('}', StringComparison.Ordinal);
        return open < 0 || close < open ? (pattern, 1, "")
            : (pattern[..open], Math.Max(1, close - open - 1), pattern[(close + 1)..]);
    }

    private static async ValueTask<long?> Single(IWriteSession session, SqlText sql, SqlValue[] parameters)
    {
        using var rows = await session.Query(sql, parameters);
        return await rows.Next() ? rows.Integer(0) : null;
    }
}
