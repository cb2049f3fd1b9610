using System.Text;

namespace Tercel.Data.Sqlite;

/// <summary>Reads what tables, columns, keys and indexes a SQLite database has.</summary>
public static class SqliteSchemaReader
{
    private static readonly SqlText Objects = new("""
        SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid
        """);

    private static readonly SqlText ColumnsOf = new("""
        SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid
        """);

    private static readonly SqlText ForeignKeysOf = new("""
        SELECT id, "table", "from", "to", on_delete, on_update FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq
        """);

    private static readonly SqlText IndexesOf = new("""
        SELECT l.name, l."unique", l.origin, l.partial, m.sql
        FROM pragma_index_list(?1) AS l LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = l.name
        ORDER BY l.seq DESC
        """);

    private static readonly SqlText IndexColumnsOf = new("""
        SELECT cid, name, "desc", coll, "key" FROM pragma_index_xinfo(?1) ORDER BY seqno
        """);

    private static readonly string[] ShadowSuffixes =
    [
        "_data", "_idx", "_content", "_docsize", "_config", // FTS5
        "_segments", "_segdir", "_stat", // FTS3 and FTS4
        "_node", "_parent", "_rowid", // R*Tree
    ];

    /// <summary>Reads every table and view, in the order in which they were made.</summary>
    /// <remarks>Begin a snapshot first when the schema may change meanwhile.</remarks>
    public static async ValueTask<IReadOnlyList<DatabaseTable>> Read(ISqlSession session)
    {
        var found = new List<(string Type, string Name, string Sql)>();
        using (var rows = await session.Query(Objects, []))
        {
            while (await rows.Next()) found.Add((Text(rows, 0), Text(rows, 1), Text(rows, 2)));
        }

        var virtualTables = found.Where(o => IsVirtual(o.Sql)).Select(o => o.Name).ToList();
        var tables = new List<DatabaseTable>(found.Count);
        foreach (var (type, name, sql) in found)
            tables.Add(await ReadOne(session, name, sql, isView: type == "view", RoleOf(name, sql, virtualTables)));
        return [.. tables.Select(table => ResolveKeys(table, tables))];
    }

    private static async ValueTask<DatabaseTable> ReadOne(
        ISqlSession session, string name, string sql, bool isView, TableRole role)
    {
        var words = SqlWords.Of(sql);
        var table = new DatabaseTable { Name = name, Role = role, IsView = isView, Sql = sql, Columns = [] };
        try
        {
            table = table with { Columns = await ReadColumns(session, name) };
        }
        catch (StoreException e) when (isView || role is TableRole.Virtual)
        {
            return table with { Problem = e.Message };
        }

        if (isView || role == TableRole.Virtual) return table;
        var (indexes, hasRowId) = await ReadIndexes(session, name);
        return table with
        {
            ForeignKeys = await ReadForeignKeys(session, name),
            Indexes = indexes,
            HasRowId = hasRowId,
            IsStrict = words.IsLastOption("STRICT"),
            IsAutoIncrement = words.Contains("AUTOINCREMENT"),
        };
    }

    private static async ValueTask<List<DatabaseColumn>> ReadColumns(ISqlSession session, string table)
    {
        var columns = new List<DatabaseColumn>();
        using var rows = await session.Query(ColumnsOf, [SqlValue.Of(table)]);
        while (await rows.Next())
        {
            columns.Add(new DatabaseColumn
            {
                Name = Text(rows, 0),
                DeclaredType = Text(rows, 1),
                NotNull = rows.Integer(2) != 0,
                DefaultSql = TextOrNull(rows, 3),
                PrimaryKeyOrdinal = (int)rows.Integer(4),
                Generation = (ColumnGeneration)rows.Integer(5), // 0 none, 1 hidden, 2 virtual, 3 stored
            });
        }

        return columns;
    }

    private static async ValueTask<List<DatabaseForeignKey>> ReadForeignKeys(ISqlSession session, string table)
    {
        var keys = new List<DatabaseForeignKey>();
        var columns = new List<string>();
        var targets = new List<string>();
        var last = -1L;
        using var rows = await session.Query(ForeignKeysOf, [SqlValue.Of(table)]);
        while (await rows.Next())
        {
            if (rows.Integer(0) != last)
            {
                (last, columns, targets) = (rows.Integer(0), [], []);
                keys.Add(new DatabaseForeignKey(columns, Text(rows, 1), targets, Text(rows, 4), Text(rows, 5)));
            }

            columns.Add(Text(rows, 2));
            if (TextOrNull(rows, 3) is { } target) targets.Add(target);
        }

        return keys;
    }

    private static async ValueTask<(List<DatabaseIndex> Indexes, bool HasRowId)> ReadIndexes(
        ISqlSession session, string table)
    {
        var indexes = new List<DatabaseIndex>();
        using (var rows = await session.Query(IndexesOf, [SqlValue.Of(table)]))
        {
            while (await rows.Next())
            {
                indexes.Add(new DatabaseIndex
                {
                    Name = Text(rows, 0),
                    Unique = rows.Integer(1) != 0,
                    Origin = OriginOf(Text(rows, 2)),
                    Partial = rows.Integer(3) != 0,
                    Sql = TextOrNull(rows, 4),
                    Columns = [],
                });
            }
        }

        var hasRowId = true;
        for (var i = 0; i < indexes.Count; i++)
        {
            var (columns, endsInRowId) = await ReadIndexColumns(session, indexes[i].Name);
            if (indexes[i].Origin == IndexOrigin.PrimaryKey && !endsInRowId) hasRowId = false;
            indexes[i] = indexes[i] with { Columns = columns };
        }

        return (indexes, hasRowId);
    }

    private static async ValueTask<(List<DatabaseIndexColumn> Columns, bool EndsInRowId)> ReadIndexColumns(
        ISqlSession session, string index)
    {
        const long RowId = -1;
        var columns = new List<DatabaseIndexColumn>();
        var endsInRowId = false;
        using var rows = await session.Query(IndexColumnsOf, [SqlValue.Of(index)]);
        while (await rows.Next())
        {
            if (rows.Integer(4) != 0)
                columns.Add(new DatabaseIndexColumn(TextOrNull(rows, 1), rows.Integer(2) != 0, Text(rows, 3)));
            else if (rows.Integer(0) == RowId)
                endsInRowId = true;
        }

        return (columns, endsInRowId);
    }

    // SQLite keeps a key's target as it was written: perhaps in other case, perhaps without columns.
    private static DatabaseTable ResolveKeys(DatabaseTable table, List<DatabaseTable> tables) => table with
    {
        ForeignKeys = [.. table.ForeignKeys.Select(key => Resolve(key, tables))],
    };

    private static DatabaseForeignKey Resolve(DatabaseForeignKey key, List<DatabaseTable> tables)
    {
        var target = tables.Find(t => string.Equals(t.Name, key.TargetTable, StringComparison.OrdinalIgnoreCase));
        if (target is null) return key;
        var columns = key.TargetColumns.Count == 0
            ? target.PrimaryKey
            : [.. key.TargetColumns.Select(name => Spelling(target, name))];
        return key with { TargetTable = target.Name, TargetColumns = columns };
    }

    private static string Spelling(DatabaseTable table, string name)
    {
        var column = table.Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
        return column?.Name ?? name;
    }

    private static TableRole RoleOf(string name, string sql, List<string> virtualTables)
    {
        var isOurs = name.StartsWith("_tercel_", StringComparison.Ordinal);
        if (IsVirtual(sql)) return isOurs ? TableRole.Internal : TableRole.Virtual;
        foreach (var owner in virtualTables)
        {
            if (name.StartsWith(owner, StringComparison.OrdinalIgnoreCase)
                && ShadowSuffixes.Contains(name[owner.Length..], StringComparer.OrdinalIgnoreCase))
                return TableRole.Shadow;
        }

        var isEngines = name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);
        return isOurs || isEngines ? TableRole.Internal : TableRole.User;
    }

    private static bool IsVirtual(string sql) =>
        sql.StartsWith("CREATE VIRTUAL TABLE", StringComparison.OrdinalIgnoreCase);

    private static IndexOrigin OriginOf(string letter) => letter switch
    {
        "pk" => IndexOrigin.PrimaryKey,
        "u" => IndexOrigin.Unique,
        _ => IndexOrigin.Created,
    };

    private static string Text(SqlRows rows, int column) => Encoding.UTF8.GetString(rows.Utf8(column));

    private static string? TextOrNull(SqlRows rows, int column) =>
        rows.Kind(column) == SqlKind.Null ? null : Text(rows, column);
}
