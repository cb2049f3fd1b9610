using Tercel.Data;
using Tercel.Data.Sqlite;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteSchemaReaderTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Columns_come_with_types_defaults_keys_and_generation()
    {
        var table = await Only("""
            CREATE TABLE "Order Line"(
              "Order" INTEGER NOT NULL, line INT, note VARCHAR(20) DEFAULT ('x' || 'y'),
              double AS (line * 2), kept AS (line * 3) STORED, PRIMARY KEY (line, "Order"))
            """);
        Assert.Equal("Order Line", table.Name);
        Assert.Equal(["line", "Order"], table.PrimaryKey);
        Assert.Equal(
            [
                "Order:INTEGER:True:", "line:INT:False:", "note:VARCHAR(20):False:'x' || 'y'",
                "double::False:", "kept::False:",
            ],
            table.Columns.Select(c => $"{c.Name}:{c.DeclaredType}:{c.NotNull}:{c.DefaultSql}"));
        Assert.Equal(
            [ColumnGeneration.Virtual, ColumnGeneration.Stored], table.Columns.Skip(3).Select(c => c.Generation));
        Assert.True(table.HasRowId);
    }

    [Fact]
    public async Task Options_are_found_outside_of_quotes_and_comments_only()
    {
        var plain = await Only("CREATE TABLE a(x TEXT DEFAULT 'AUTOINCREMENT', \"STRICT\" INT /* STRICT */)");
        Assert.False(plain.IsAutoIncrement);
        Assert.False(plain.IsStrict);
        var without = await Only("DROP TABLE a; CREATE TABLE b(id INTEGER PRIMARY KEY) WITHOUT ROWID");
        Assert.False(without.HasRowId);
    }

    [Fact]
    public async Task A_foreign_key_without_target_columns_means_the_targets_primary_key()
    {
        var tables = await Read("""
            CREATE TABLE Parent(a, b, PRIMARY KEY (b, a));
            CREATE TABLE child(x, y, FOREIGN KEY (x, y) REFERENCES parent ON DELETE CASCADE ON UPDATE SET NULL);
            """);
        var key = Assert.Single(tables[1].ForeignKeys);
        Assert.Equal(["x", "y"], key.Columns);
        Assert.Equal("Parent", key.TargetTable);
        Assert.Equal(["b", "a"], key.TargetColumns);
        Assert.Equal(("CASCADE", "SET NULL"), (key.OnDelete, key.OnUpdate));
    }

    [Fact]
    public async Task Indexes_tell_origin_order_collation_and_condition()
    {
        var table = await Only("""
            CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE, b INT);
            CREATE UNIQUE INDEX i1 ON t(a COLLATE NOCASE DESC, b);
            CREATE INDEX i2 ON t(lower(a)) WHERE b > 1;
            """);
        Assert.True(table.IsAutoIncrement);
        Assert.Equal(
            [IndexOrigin.Unique, IndexOrigin.Created, IndexOrigin.Created], table.Indexes.Select(i => i.Origin));
        var first = table.Indexes.Single(i => i.Name == "i1");
        Assert.True(first.Unique);
        Assert.Equal([new("a", true, "NOCASE"), new("b", false, "BINARY")], first.Columns);
        var second = table.Indexes.Single(i => i.Name == "i2");
        Assert.True(second.Partial);
        Assert.Null(second.Columns[0].Name);
        Assert.Contains("WHERE b > 1", second.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_virtual_shadow_and_internal_tables_are_told_apart()
    {
        var tables = await Read("""
            CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
            CREATE TABLE _tercel_migrations(id INTEGER PRIMARY KEY);
            CREATE VIRTUAL TABLE f USING fts5(t, content='a', content_rowid='id');
            CREATE VIEW v AS SELECT id, upper(t) AS loud FROM a;
            CREATE VIEW broken AS SELECT * FROM missing;
            """);
        var byName = tables.ToDictionary(t => t.Name);
        Assert.Equal(TableRole.User, byName["a"].Role);
        Assert.Equal(TableRole.Internal, byName["sqlite_sequence"].Role);
        Assert.Equal(TableRole.Internal, byName["_tercel_migrations"].Role);
        Assert.Equal(TableRole.Virtual, byName["f"].Role);
        Assert.Equal(TableRole.Shadow, byName["f_data"].Role);
        Assert.True(byName["v"].IsView);
        Assert.Equal(["id", "loud"], byName["v"].Columns.Select(c => c.Name));
        Assert.Contains("missing", byName["broken"].Problem, StringComparison.Ordinal);
    }

    private async Task<DatabaseTable> Only(string sql) =>
        (await Read(sql)).Single(t => t.Role == TableRole.User);

    private async Task<IReadOnlyList<DatabaseTable>> Read(string sql)
    {
        _fixture.Make(sql);
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var session = await database.Read(ReadLane.Page, default);
        return await SqliteSchemaReader.Read(session);
    }
}
