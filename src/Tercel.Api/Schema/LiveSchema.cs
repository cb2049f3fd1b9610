using System.Text;
using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Data.Sqlite;

namespace Tercel.Api.Schema;

/// <summary>A table of the live database, spoken of in the model's names where <c>was</c> renames it.</summary>
internal sealed record LiveTable
{
    /// <summary>The table with renamed columns, keys and indexes under their new names.</summary>
    public required DatabaseTable Table { get; init; }

    /// <summary>The name it still has in the database.</summary>
    public required string NameNow { get; init; }

    /// <summary>New column name to the name it still has; only renamed ones.</summary>
    public required IReadOnlyDictionary<string, string> ColumnsNow { get; init; }

    public required CreateTableText Text { get; init; }

    public string Name => Table.Name;

    public bool IsRenamed => Name != NameNow;

    public string ColumnNow(string column) => ColumnsNow.GetValueOrDefault(column, column);

    public DatabaseColumn? Column(string name) =>
        Table.Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the key is the row id, which SQLite hands out itself.</summary>
    public bool KeyIsRowId => Table.PrimaryKey is [var only] && Table.HasRowId
        && string.Equals(Column(only)?.DeclaredType, "INTEGER", StringComparison.OrdinalIgnoreCase)
        && Table.Indexes.All(i => i.Origin != IndexOrigin.PrimaryKey);
}

// The live database as one snapshot saw it, after the renames that the model asks for.
internal sealed class LiveSchema
{
    private static readonly SqlText TriggersOf =
        new("SELECT name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid");

    private static readonly SqlText VersionOf = new("SELECT schema_version FROM pragma_schema_version");

    private readonly Dictionary<string, LiveTable> _tables = new(StringComparer.OrdinalIgnoreCase);

    private LiveSchema(IReadOnlyList<DatabaseTable> all) => All = all;

    /// <summary>Everything that is there, under its present names.</summary>
    public IReadOnlyList<DatabaseTable> All { get; }

    /// <summary>The owner's tables (no views, no virtual tables), under the model's names.</summary>
    public IEnumerable<LiveTable> Tables => _tables.Values;

    public IReadOnlyList<(string Name, string Table, string Sql)> Triggers { get; private set; } = [];

    public long Version { get; private set; }

    /// <summary>True when the owner has no tables and no views in it.</summary>
    public bool IsEmpty => All.All(t => t.Role == TableRole.Internal);

    public LiveTable? Table(string name) => _tables.GetValueOrDefault(name);

    public DatabaseTable? Object(string name) =>
        All.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A database that is not there yet.</summary>
    public static LiveSchema Empty { get; } = new([]);

    public static async ValueTask<LiveSchema> Read(ISqlSession session, ApiModel model)
    {
        var live = new LiveSchema(await SqliteSchemaReader.Read(session))
        {
            Triggers = await ReadTriggers(session),
            Version = await ReadVersion(session),
        };
        live.Rename(model);
        return live;
    }

    private void Rename(ApiModel model)
    {
        var tables = All.Where(t => t is { IsView: false, Role: TableRole.User }).ToList();
        var tableNames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var columnNames = new Dictionary<string, Dictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var entity in model.Entities.Where(e => !e.IsView))
        {
            var table = tables.Find(t => Same(t.Name, entity.Table));
            if (table is null && entity.Was is { } was && (table = tables.Find(t => Same(t.Name, was))) is not null)
                tableNames[table.Name] = entity.Table;
            if (table is not null) columnNames[table.Name] = RenamedColumns(entity, table);
        }

        foreach (var table in tables)
        {
            var renamed = Renamed(table, tableNames, columnNames);
            _tables[renamed.Name] = new LiveTable
            {
                Table = renamed,
                NameNow = table.Name,
                ColumnsNow = columnNames.GetValueOrDefault(table.Name)?
                    .ToDictionary(c => c.Value, c => c.Key, StringComparer.OrdinalIgnoreCase) ?? [],
                Text = CreateTableText.Read(table.Sql),
            };
        }
    }

    // Old name to new name. A rename whose new column is there already has been done before.
    private static Dictionary<string, string> RenamedColumns(Entity entity, DatabaseTable table)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in entity.Fields.Where(f => !f.IsComputed && f.Was is not null))
        {
            if (table.Columns.Any(c => Same(c.Name, field.Column))) continue;
            var old = table.Columns.FirstOrDefault(c => Same(c.Name, field.Was ?? ""))
                ?? table.Columns.FirstOrDefault(c => field.Reference is not null && Same(c.Name, $"{field.Was}_id"));
            if (old is not null && entity.Fields.All(f => !Same(f.Column, old.Name))) names[old.Name] = field.Column;
        }

        return names;
    }

    private static DatabaseTable Renamed(
        DatabaseTable table,
        Dictionary<string, string> tableNames,
        Dictionary<string, Dictionary<string, string>> columnNames)
    {
        return table with
        {
            Name = NewTable(table.Name),
            Columns = [.. table.Columns.Select(c => c with { Name = NewColumn(table.Name, c.Name) })],
            Indexes =
            [
                .. table.Indexes.Select(i => i with
                {
                    Columns = [.. i.Columns.Select(c => c with { Name = NewKey(table.Name, c.Name) })],
                }),
            ],
            ForeignKeys =
            [
                .. table.ForeignKeys.Select(k => k with
                {
                    Columns = [.. k.Columns.Select(c => NewColumn(table.Name, c))],
                    TargetTable = NewTable(k.TargetTable),
                    TargetColumns = [.. k.TargetColumns.Select(c => NewColumn(k.TargetTable, c))],
                }),
            ],
        };

        string NewTable(string name) => tableNames.GetValueOrDefault(name, name);

        string? NewKey(string of, string? name) => name is null ? null : NewColumn(of, name);

        string NewColumn(string of, string name) => columnNames.GetValueOrDefault(of)?.GetValueOrDefault(name) ?? name;
    }

    private static async ValueTask<List<(string, string, string)>> ReadTriggers(ISqlSession session)
    {
        var triggers = new List<(string, string, string)>();
        using var rows = await session.Query(TriggersOf, []);
        while (await rows.Next()) triggers.Add((Text(rows, 0), Text(rows, 1), Text(rows, 2)));
        return triggers;
    }

    public static async ValueTask<long> ReadVersion(ISqlSession session)
    {
        using var rows = await session.Query(VersionOf, []);
        return await rows.Next() ? rows.Integer(0) : 0;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string Text(SqlRows rows, int column) => Encoding.UTF8.GetString(rows.Utf8(column));
}
