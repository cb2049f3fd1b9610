using System.Text;
using Tercel.Data;

namespace Tercel.Api.Schema;

// Asks the live data what a change would meet: how many rows, how many in the way, and which for example.
internal sealed class DataProbe(ISqlSession session)
{
    private const int SamplesMax = 5;

    private readonly Dictionary<string, long> _rows = [];

    /// <summary>Rows of the table; counted once, and only when a difference asks.</summary>
    public async ValueTask<long> Rows(LiveTable table)
    {
        if (_rows.TryGetValue(table.NameNow, out var known)) return known;
        return _rows[table.NameNow] = await Count($"SELECT count(*) FROM {SchemaSql.Quote(table.NameNow)}");
    }

    public async ValueTask<long> Count(string sql)
    {
        using var rows = await session.Query(new SqlText(sql), []);
        return await rows.Next() ? rows.Integer(0) : 0;
    }

    /// <summary>Rows of the table for which the condition holds, and the keys of the first of them.</summary>
    public async ValueTask<(long Count, IReadOnlyList<string> Samples)> Where(LiveTable table, string condition)
    {
        var from = $"FROM {SchemaSql.Quote(table.NameNow)} AS t WHERE {condition}";
        var count = await Count($"SELECT count(*) {from}");
        return count == 0 ? (0, []) : (count, await Samples(table, from));
    }

    /// <summary>Groups of rows that hold the same values in all of the columns, none of them NULL.</summary>
    public async ValueTask<(long Count, IReadOnlyList<string> Samples)> Duplicates(
        LiveTable table, IReadOnlyList<(string Column, bool NoCase)> columns, string condition = "1")
    {
        var expressions = columns
            .Select(c => $"t.{SchemaSql.Quote(c.Column)}{(c.NoCase ? " COLLATE NOCASE" : "")}").ToList();
        var given = string.Join(" AND ", expressions.Select(e => $"{e} IS NOT NULL"));
        var grouped = $"FROM {SchemaSql.Quote(table.NameNow)} AS t WHERE {condition} AND {given} "
            + $"GROUP BY {string.Join(", ", expressions)} HAVING count(*) > 1";
        var count = await Count($"SELECT count(*) FROM (SELECT 1 {grouped})");
        if (count == 0) return (0, []);
        var values = columns.Select(c => $"t.{SchemaSql.Quote(c.Column)}");
        return (count, await Read($"SELECT {string.Join(", ", values)} {grouped} LIMIT {SamplesMax}"));
    }

    private async ValueTask<IReadOnlyList<string>> Samples(LiveTable table, string from)
    {
        var key = table.Table.PrimaryKey.Count > 0
            ? string.Join(", ", table.Table.PrimaryKey.Select(c => $"t.{SchemaSql.Quote(table.ColumnNow(c))}"))
            : table.Table.HasRowId ? "t.rowid" : "1";
        return await Read($"SELECT {key} {from} LIMIT {SamplesMax}");
    }

    private async ValueTask<IReadOnlyList<string>> Read(string sql)
    {
        var lines = new List<string>();
        using var rows = await session.Query(new SqlText(sql), []);
        while (await rows.Next())
        {
            var text = new StringBuilder();
            for (var i = 0; i < rows.ColumnCount; i++)
                text.Append(i == 0 ? "" : ",").Append(rows.Value(i).ToString());
            lines.Add(text.ToString());
        }

        return lines;
    }
}
