using System.Text;
using Tercel.Api.Model;

namespace Tercel.Api.Schema;

// Entity -> the table it wants -> the statements that make it. The database keeps what only it can guarantee while
// others write: keys, uniqueness, references, NOT NULL. What changes with the API (enum values, lengths, patterns,
// ranges) is checked by the API, so that changing it does not copy a table; docs/decisions/0030 has the reasons.
internal static class TableBuilder
{
    public static IEnumerable<TableShape> Shapes(ApiModel model) =>
        model.Entities.Where(e => !e.IsView).Select(Shape);

    public static TableShape Shape(Entity entity)
    {
        var columns = entity.Fields.Where(f => !f.IsComputed).Select(f => Column(entity, f)).ToList();
        var key = entity.Key.Select(f => f.Column).ToList();
        return new TableShape
        {
            Entity = entity,
            Name = entity.Table,
            Columns = columns,
            Key = key,
            ForeignKeys = [.. References(entity).Select(ForeignKey)],
            Indexes = Indexes(entity, key),
            Search = Search(entity, columns),
        };
    }

    public static string CreateTable(TableShape shape, string? name = null, IReadOnlyList<string>? more = null)
    {
        var lines = shape.Columns.Select(ColumnSql).Concat(more ?? []).ToList();
        if (shape.Key.Count > 0 && !shape.Columns.Any(c => c.IsRowId))
            lines.Add($"PRIMARY KEY ({SchemaSql.QuoteAll(shape.Key)})");
        lines.AddRange(shape.ForeignKeys.Select(ForeignKeySql));
        return $"CREATE TABLE {SchemaSql.Quote(name ?? shape.Name)} (\n  {string.Join(",\n  ", lines)}\n)";
    }

    public static string ColumnSql(ColumnShape column)
    {
        var sql = new StringBuilder(SchemaSql.Quote(column.Name)).Append(' ').Append(column.Type);
        if (column.IsRowId)
            return $"{sql} PRIMARY KEY{(column.IsAuto ? " AUTOINCREMENT" : "")} NOT NULL";
        if (column.NotNull) sql.Append(" NOT NULL");
        if (column.Default is { } value) sql.Append(" DEFAULT ").Append(value);
        if (column.Field.NoCase) sql.Append(" COLLATE NOCASE");
        return sql.ToString();
    }

    public static string CreateIndex(string table, IndexShape index)
    {
        var columns = index.Columns.Select(c => SchemaSql.Quote(c.Column) + (c.Descending ? " DESC" : ""));
        return $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX {SchemaSql.Quote(index.Name)} "
            + $"ON {SchemaSql.Quote(table)} ({string.Join(", ", columns)})"
            + (index.Condition is { } condition ? $" WHERE {condition}" : "");
    }

    public static string CreateView(Entity view) => $"CREATE VIEW {SchemaSql.Quote(view.Table)} AS {ViewBody(view)}";

    public static string OnDeleteSql(OnDelete action) => action switch
    {
        OnDelete.Restrict => "RESTRICT",
        OnDelete.Cascade => "CASCADE",
        OnDelete.SetNull => "SET NULL",
        _ => "NO ACTION",
    };

    /// <summary>The part of a foreign key behind its columns; also what follows a column.</summary>
    public static string ReferencesSql(ForeignKeyShape key)
    {
        var sql = $"REFERENCES {SchemaSql.Quote(key.Table)} ({SchemaSql.QuoteAll(key.Targets)})";
        return key.OnDelete == OnDelete.NoAction ? sql : $"{sql} ON DELETE {OnDeleteSql(key.OnDelete)}";
    }

    private static string ViewBody(Entity view) => (view.ViewSql ?? "").Trim().TrimEnd(';').TrimEnd();

    private static ColumnShape Column(Entity entity, Field field)
    {
        var type = FieldStorage.DeclaredType(field.Type);
        var isRowId = entity.Key is [var only] && ReferenceEquals(only, field) && type == "INTEGER";
        return new ColumnShape(field, field.Column, type, NotNull: field.IsKey || !field.Nullable)
        {
            Default = FieldStorage.DefaultLiteral(field),
            IsRowId = isRowId,
            IsAuto = isRowId && field.AutoIncrement,
        };
    }

    private static SearchShape? Search(Entity entity, List<ColumnShape> columns)
    {
        if (entity.Search is not { Fields.Count: > 0 } search) return null;
        return new SearchShape(entity.Table, [.. search.Fields.Select(f => ColumnOf(entity, f.Field))])
        {
            RowIdColumn = columns.Find(c => c.IsRowId)?.Name,
            IsEnglish = search.Language == "english",
        };
    }

    private static IEnumerable<Relation> References(Entity entity) =>
        entity.Relations.Where(r => r.IsToOne && !r.To.IsView);

    private static ForeignKeyShape ForeignKey(Relation relation) => new(
        [.. relation.FromFields.Select(f => f.Column)],
        relation.To.Table,
        [.. relation.ToFields.Select(f => f.Column)],
        relation.OnDelete);

    private static string ForeignKeySql(ForeignKeyShape key) =>
        $"FOREIGN KEY ({SchemaSql.QuoteAll(key.Columns)}) {ReferencesSql(key)}";

    // Unique sets first, then the model's own indexes and indexed fields, then one for each reference that none of them
    // begins with: without it, deleting a referenced row and embedding the other way would read the whole table. An
    // indexed field keeps its index beside a longer one, since only its own has the rows of a value in key order.
    private static List<IndexShape> Indexes(Entity entity, List<string> key)
    {
        var indexes = new List<IndexShape>();
        foreach (var field in entity.Fields.Where(f => f is { Unique: true, IsComputed: false }))
            if (key is not [var only] || only != field.Column) Add([(field.Column, false)], unique: true);
        foreach (var set in entity.Uniques) Add([.. set.Select(f => (ColumnOf(entity, f), false))], unique: true);
        foreach (var index in entity.Indexes)
            Add([.. index.Fields.Select(f => (ColumnOf(entity, f.Field), f.Descending))], index.Unique);
        foreach (var field in entity.Fields.Where(f => f is { Indexed: true, IsComputed: false, Unique: false }))
            if (key is not [var only] || only != field.Column) Add([(field.Column, false)], unique: false);
        foreach (var relation in References(entity)) AddUnlessBegun([.. relation.FromFields.Select(f => f.Column)]);
        return indexes;

        void AddUnlessBegun(List<string> columns)
        {
            if (!Begins(key, columns) && !indexes.Any(i => i.Condition is null && Begins(ColumnsOf(i), columns)))
                Add([.. columns.Select(c => (c, false))], unique: false);
        }

        void Add(IReadOnlyList<(string Column, bool Descending)> columns, bool unique)
        {
            if (indexes.Any(i => i.Columns.SequenceEqual(columns) && (i.Unique || !unique))) return;
            var name = $"{(unique ? "ux" : "ix")}_{entity.Table}_{string.Join('_', columns.Select(c => c.Column))}";
            while (indexes.Any(i => string.Equals(i.Name, name, StringComparison.OrdinalIgnoreCase))) name += "_2";
            indexes.Add(new IndexShape(name, columns, unique)
            {
                OnlyWhereNull = unique ? entity.SoftDelete?.Column : null,
            });
        }
    }

    private static List<string> ColumnsOf(IndexShape index) => [.. index.Columns.Select(c => c.Column)];

    private static bool Begins(List<string> list, List<string> start) =>
        list.Count >= start.Count && list.Take(start.Count).SequenceEqual(start, StringComparer.OrdinalIgnoreCase);

    // The loader guarantees that indexes, unique sets and search name columns of the entity.
    private static string ColumnOf(Entity entity, string field) => entity.Field(field)?.Column
        ?? throw new ArgumentException($"{entity.Name} has no field '{field}'");
}
