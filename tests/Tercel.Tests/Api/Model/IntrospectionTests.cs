using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Data;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Model;

public sealed class IntrospectionTests
{
    private const string Awkward = """
        CREATE TABLE "Order Details" ("Order Id" INTEGER REFERENCES orders, product INTEGER REFERENCES products(code),
          "say ""hi"", you: #1" TEXT DEFAULT 'it''s: [x] {y} #z', PRIMARY KEY ("Order Id", product));
        CREATE TABLE orders (id INTEGER PRIMARY KEY, placed DATETIME, shipped TIMESTAMP, due DATE, at TIME,
          unix DATETIME, total NUMERIC(10,2), odd NUMERIC(10,2), huge DECIMAL(30,10), paid BOOLEAN NOT NULL DEFAULT 0,
          note CLOB, data JSON, pic BLOB, anything, ratio DOUBLE, big BIGINT, label VARCHAR(20) COLLATE NOCASE UNIQUE,
          twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL, no TEXT, "true" INT,
          stamp TEXT DEFAULT CURRENT_TIMESTAMP);
        CREATE INDEX orders_two ON orders (placed DESC, total);
        CREATE INDEX orders_part ON orders (note) WHERE note IS NOT NULL;
        CREATE TABLE products (code INTEGER PRIMARY KEY, name TEXT NOT NULL, parent_id INTEGER REFERENCES products);
        CREATE TABLE logs (message TEXT, at INTEGER);
        CREATE TABLE batch (id INTEGER PRIMARY KEY);
        CREATE TABLE match (id INTEGER PRIMARY KEY, home_team_id INT REFERENCES team,
          away_team_id INT REFERENCES team ON DELETE CASCADE);
        CREATE TABLE team (id INTEGER PRIMARY KEY, match TEXT);
        CREATE TABLE friend (a_id INT REFERENCES team,
          b_id INT REFERENCES team, PRIMARY KEY (a_id, b_id)) WITHOUT ROWID;
        CREATE TABLE part (order_id INT, product INT, n INT, PRIMARY KEY (order_id, product, n),
          FOREIGN KEY (order_id, product) REFERENCES "Order Details" ON DELETE SET NULL);
        CREATE VIEW totals AS SELECT id AS order_id, total * 2 AS double, 'x' AS kind FROM orders;
        CREATE VIEW broken AS SELECT * FROM missing;
        CREATE VIRTUAL TABLE words USING fts5(word);
        INSERT INTO orders (id, placed, shipped, due, at, unix, total, odd, huge, anything, big, "true") VALUES
          (1, '2026-01-31 10:00:00', '2026-01-31T10:00:00.000Z', '2026-02-01', '10:30:00', 1769853600,
           10.25, 0.125, 1.5,
           'text', 9007199254740993, 1);
        """;

    [Fact]
    public async Task Every_table_and_view_that_can_be_read_becomes_an_entity_under_its_own_name()
    {
        var model = await Read(Awkward);
        Assert.Equal(
            ["Order Details", "orders", "products", "logs", "batch_table", "match", "team", "friend", "part", "totals"],
            model.Entities.Select(e => e.Name));
        Assert.Equal("batch", model.Entity("batch_table")?.Table);
        Assert.Contains(model.Warnings, w => w.Contains("words", StringComparison.Ordinal));
        Assert.Contains(model.Warnings, w => w.Contains("broken", StringComparison.Ordinal));
        Assert.False(model.OwnsSchema);
    }

    [Theory]
    [InlineData("id", "int pk auto")]
    [InlineData("placed", "datetime format=sql")]
    [InlineData("shipped", "datetime")]
    [InlineData("unix", "datetime format=unix")]
    [InlineData("due", "date")]
    [InlineData("at", "time")]
    [InlineData("total", "decimal(10,2)")]
    [InlineData("odd", "decimal")]
    [InlineData("huge", "decimal")]
    [InlineData("paid", "bool required")]
    [InlineData("note", "text")]
    [InlineData("data", "json")]
    [InlineData("pic", "bytes")]
    [InlineData("anything", "text")]
    [InlineData("ratio", "float")]
    [InlineData("big", "bigint")]
    [InlineData("label", "string(20) nocase")]
    [InlineData("twice", "int readonly")]
    public async Task A_declared_type_and_its_values_give_the_field_type(string column, string expected)
    {
        var model = await Read(Awkward);
        var field = model.Entity("orders")?.Field(column);
        Assert.NotNull(field);
        Assert.Equal(expected, Describe(field));

        static string Describe(Field field) => FieldStorage.Describe(field.Type) + (field.IsKey ? " pk" : "")
            + (field.AutoIncrement ? " auto" : "") + (field.Required ? " required" : "")
            + (field.NoCase ? " nocase" : "") + (field.ReadOnly ? " readonly" : "");
    }

    [Fact]
    public async Task Tables_without_a_key_and_views_are_read_only()
    {
        var model = await Read(Awkward);
        Assert.Equal(["logs", "totals"], model.Entities.Where(e => !e.Writable).Select(e => e.Name));
        Assert.Empty(model.Entity("logs")!.Key);
    }

    [Theory]
    [InlineData("Order Details", "Order ToOne orders; products ToOne products; part ToMany part")]
    [InlineData("match", "home_team ToOne team; away_team ToOne team")]
    [InlineData("team", "match_home_team ToMany match; match_away_team ToMany match; friend_a ToMany friend; "
        + "friend_b ToMany friend; team_b ManyToMany team; team_a ManyToMany team")]
    [InlineData("products", "parent ToOne products; Order Details ToMany Order Details; products ToMany products; "
        + "orders ManyToMany orders")]
    [InlineData("part", "Order Details ToOne Order Details")]
    public async Task Relations_are_named_after_columns_and_tables(string entity, string expected)
    {
        var model = await Read(Awkward);
        Assert.Equal(expected, Relations(model.Entity(entity)!));
    }

    [Fact]
    public async Task The_written_file_loads_to_the_same_entities()
    {
        var read = await Read(Awkward);
        AssertSame(read, ModelText.Good(ModelWriter.Write(read)));
    }

    [Fact]
    public async Task Chinook_has_all_tables_with_relations_in_both_directions()
    {
        var model = await Chinook();
        Assert.Equal(11, model.Entities.Count);
        Assert.Equal(
            "Album ToOne Album; MediaType ToOne MediaType; Genre ToOne Genre; InvoiceLine ToMany InvoiceLine; "
            + "PlaylistTrack ToMany PlaylistTrack; Playlist ManyToMany Playlist",
            Relations(model.Entity("Track")!));
        Assert.Equal("Employee ToOne Employee; Customer ToMany Customer; Employee_ReportsTo ToMany Employee",
            Relations(model.Entity("Employee")!));
        Assert.Equal(["PlaylistId", "TrackId"], model.Entity("PlaylistTrack")!.Key.Select(k => k.Name));
        Assert.Equal(DateTimeFormat.Sql, model.Entity("Invoice")!.Field("InvoiceDate")!.Type.Format);
    }

    [Fact]
    public async Task Chinook_written_and_loaded_is_the_same_model()
    {
        var read = await Chinook();
        AssertSame(read, ModelText.Good(ModelWriter.Write(read)));
    }

    private static async Task<ApiModel> Chinook()
    {
        var shared = Environment.GetEnvironmentVariable("TERCEL_SHARED")
            ?? Path.GetFullPath(Path.Combine(RepositoryTree.Root, "..", "shared"));
        var file = Path.Combine(shared, "data", "chinook", "Chinook_Sqlite.sqlite");
        Assert.SkipUnless(File.Exists(file), $"{file} is not on this machine");
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = file }, TimeProvider.System);
        return await Introspection.Read(database, writable: true);
    }

    private static async Task<ApiModel> Read(string sql)
    {
        using var fixture = new SqliteFixture();
        fixture.Make(sql);
        await using var database = SqliteFixture.Open(fixture.Options);
        return await Introspection.Read(database, writable: true);
    }

    private static string Relations(Entity entity) =>
        string.Join("; ", entity.Relations.Select(r => $"{r.Name} {r.Kind} {r.To.Name}"));

    private static void AssertSame(ApiModel expected, ApiModel actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Database, actual.Database);
        Assert.Equal(expected.OwnsSchema, actual.OwnsSchema);
        Assert.Equal(expected.Entities.Select(Text), actual.Entities.Select(Text));
    }

    private static string Text(Entity entity) => string.Join('\n',
        [
            $"{entity.Name} table={entity.Table} view={entity.IsView} writable={entity.Writable} path={entity.HasPath}",
            "key " + string.Join(',', entity.Key.Select(k => k.Name)),
            .. entity.Fields.Select(f =>
                $"  {f.Ordinal} {f.Name} {f.Column} {FieldStorage.Describe(f.Type)} null={f.Nullable} "
                + $"required={f.Required} unique={f.Unique} nocase={f.NoCase} readonly={f.ReadOnly} "
                + $"auto={f.AutoIncrement} index={f.Indexed} default={f.Default} ref={f.Reference}"),
            .. entity.Relations.Select(r =>
                $"  {r.Kind} {r.Name} {r.To.Name} {Names(r.FromFields)}->{Names(r.ToFields)} "
                + $"{r.Through?.Name} {Names(r.ThroughFromFields)}->{Names(r.ThroughToFields)} {r.OnDelete}"),
            .. entity.Indexes.Select(i => "  index " + string.Join(',', i.Fields)),
            .. entity.Uniques.Select(u => "  unique " + string.Join(',', u)),
        ]);

    private static string Names(IReadOnlyList<Field> fields) => string.Join(',', fields.Select(f => f.Name));
}
