using Tercel.Api.Model;
using Tercel.Api.Model.Loading;
using Tercel.Data;
using Tercel.Data.Sqlite;

namespace Tercel.Api.Schema;

/// <summary>Makes a model of a database that has no model file: what <c>--database</c> serves and <c>init</c>
/// writes.</summary>
/// <remarks>Names are those of the database; docs/reference/model.md tells how relations get theirs.</remarks>
internal static class Introspection
{
    /// <summary>Rows that are looked at to tell the forms of dates and the like apart.</summary>
    private const int SampleRows = 200;

    /// <param name="database">The database.</param>
    /// <param name="writable">False: every resource is read-only.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ApiModel> Read(IDatabase database, bool writable, CancellationToken cancellation = default)
    {
        using var session = await database.Read(ReadLane.Stream, cancellation);
        await session.BeginSnapshot();
        var warnings = new List<string>();
        var entities = new Dictionary<string, Entity>(StringComparer.OrdinalIgnoreCase);
        var tables = new List<(DatabaseTable Table, Entity Entity)>();
        foreach (var table in await SqliteSchemaReader.Read(session))
        {
            if (!IsShown(table, warnings)) continue;
            if (await Samples(session, table, warnings) is not { } samples) continue;
            var key = await Key(session, table, warnings);
            var entity = Make(table, key, samples, writable, Name(table, warnings));
            entities.Add(table.Name, entity);
            tables.Add((table, entity));
        }

        new RelationNames(tables, entities).Assign();
        var name = Path.GetFileNameWithoutExtension(database.Description.Place);
        return new ApiModel(name.Length > 0 ? name : "database", [.. tables.Select(t => t.Entity)])
        {
            Database = "sqlite:" + database.Description.Place,
            OwnsSchema = false,
            Warnings = warnings,
        };
    }

    private static bool IsShown(DatabaseTable table, List<string> warnings)
    {
        if (table.Role is TableRole.Internal or TableRole.Shadow) return false;
        if (table.Role == TableRole.Virtual)
            warnings.Add($"{table.Name} is a virtual table and is not served");
        else if (table.Problem is { } problem)
            warnings.Add($"{table.Name} cannot be read and is not served: {problem}");
        else
            return true;
        return false;
    }

    // A resource cannot have the name of an endpoint; then it gets a longer one.
    private static string Name(DatabaseTable table, List<string> warnings)
    {
        if (NameRules.ResourceMistake(table.Name, ownsSchema: false) is null) return table.Name;
        var name = table.Name + "_table";
        warnings.Add($"{table.Name} is served as {name}, since /v1/{table.Name} means something else");
        return name;
    }

    // Keys may be null in SQLite unless they are the row id or declared NOT NULL. Rows without a key have no address,
    // and no place in an order that ends with it.
    private static async Task<IReadOnlyList<string>> Key(
        ISqlSession session, DatabaseTable table, List<string> warnings)
    {
        var nullable = table.Columns.Where(c => c.PrimaryKeyOrdinal > 0 && !c.NotNull && !IsRowId(table, c)).ToList();
        if (!table.HasRowId || nullable.Count == 0) return table.PrimaryKey;
        var condition = string.Join(" OR ", nullable.Select(c => $"{SchemaSql.Quote(c.Name)} IS NULL"));
        var sql = new SqlText($"SELECT 1 FROM {SchemaSql.Quote(table.Name)} WHERE {condition} LIMIT 1");
        try
        {
            using var rows = await session.Query(sql, []);
            if (!await rows.Next()) return table.PrimaryKey;
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Timeout)
        {
            return table.PrimaryKey; // a large table, and no such row among the many that were looked at
        }

        warnings.Add($"{table.Name} has rows whose key is null; it is served without a key");
        return [];
    }

    private static Entity Make(
        DatabaseTable table, IReadOnlyList<string> key, ColumnSample[] samples, bool writable, string name)
    {
        var uniques = table.Indexes.Where(i => i.Unique && IsPlain(i) && i.Origin != IndexOrigin.PrimaryKey).ToList();
        var entity = new Entity
        {
            Name = name,
            Table = table.Name,
            IsView = table.IsView,
            Writable = writable && key.Count > 0 && !table.IsView,
            Uniques = [.. uniques.Where(i => i.Columns.Count > 1).Select(i => (IReadOnlyList<string>)[.. Columns(i)])],
            Indexes = [.. table.Indexes.Where(i => !i.Unique && IsPlain(i) && i.Columns.Count > 1)
                .Select(i => new EntityIndex([.. i.Columns.Select(c => (c.Name ?? "", c.Descending))]))],
        };
        var fields = new List<Field>();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            if (column.Generation == ColumnGeneration.Hidden) continue;
            fields.Add(MakeField(table, key, column, samples[i], uniques));
        }

        entity.SetFields(fields, [.. key.Select(k => fields.First(f => f.Column == k))]);
        return entity;
    }

    private static Field MakeField(
        DatabaseTable table, IReadOnlyList<string> key, DatabaseColumn column, ColumnSample sample,
        List<DatabaseIndex> uniques)
    {
        var isKey = key.Contains(column.Name);
        var isGenerated = column.Generation != ColumnGeneration.None;
        var isRowId = IsRowId(table, column);
        var unique = uniques.Find(i => i.Columns is [var only] && only.Name == column.Name);
        var value = isGenerated || isRowId || column.DefaultSql is not { } sql || IsNull(sql)
            ? null
            : new FieldDefault.Database(sql);
        var type = ColumnTypes.Read(column.DeclaredType, sample);
        return new Field
        {
            Name = column.Name,
            Column = column.Name,
            Type = type,
            Nullable = !column.NotNull && !isKey,
            Required = !isRowId && !isGenerated && (column.NotNull || (isKey && value is null)),
            Unique = unique is not null,
            NoCase = type.IsText && unique?.Columns[0].Collation == "NOCASE",
            ReadOnly = isGenerated,
            AutoIncrement = isRowId,
            Indexed = unique is null
                && table.Indexes.Any(i => !i.Unique && IsPlain(i) && i.Columns is [var one] && one.Name == column.Name),
            Default = value,
        };
    }

    private static bool IsRowId(DatabaseTable table, DatabaseColumn column) =>
        column.PrimaryKeyOrdinal > 0 && table.HasRowId && table.PrimaryKey.Count == 1
        && column.DeclaredType.Equals("INTEGER", StringComparison.OrdinalIgnoreCase);

    // Indexes over expressions or over part of the rows say nothing about fields.
    private static bool IsPlain(DatabaseIndex index) => !index.Partial && index.Columns.All(c => c.Name is not null);

    private static IEnumerable<string> Columns(DatabaseIndex index) => index.Columns.Select(c => c.Name ?? "");

    private static bool IsNull(string sql) => sql.Trim().Equals("NULL", StringComparison.OrdinalIgnoreCase);

    // Null when the rows cannot be read, such as those of a view over a missing function.
    private static async Task<ColumnSample[]?> Samples(ISqlSession session, DatabaseTable table, List<string> warnings)
    {
        var samples = table.Columns.Select(_ => new ColumnSample()).ToArray();
        if (samples.Length == 0) return samples;
        var columns = SchemaSql.QuoteAll(table.Columns.Select(c => c.Name));
        var sql = new SqlText($"SELECT {columns} FROM {SchemaSql.Quote(table.Name)} LIMIT {SampleRows}");
        try
        {
            using var rows = await session.Query(sql, []);
            while (await rows.Next())
                for (var i = 0; i < samples.Length; i++) samples[i].Add(rows, i);
            return samples;
        }
        catch (StoreException e) when (e.Failure is not (StoreFailure.Cancelled or StoreFailure.Corrupt))
        {
            warnings.Add($"{table.Name} cannot be read and is not served: {e.Message}");
            return null;
        }
    }
}
