using Tercel.Api.Schema;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>What table an entity wants.</summary>
public sealed class TableBuilderTests : IAsyncDisposable
{
    private readonly SchemaFixture _db = new();

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task Every_type_has_its_storage()
    {
        await _db.Become("""
              things:
                fields:
                  id:    uuid pk
                  a:     string(10)
                  b:     text
                  c:     email
                  d:     slug(20)
                  e:     int
                  f:     bigint
                  g:     decimal(8,2)
                  h:     float
                  i:     bool
                  j:     datetime
                  k:     date
                  l:     time
                  m:     enum(x,y)
                  n:     json
                  o:     int[]
                  p:     bytes
                  q:     version
            """);
        Assert.Equal(
            "id TEXT,a TEXT,b TEXT,c TEXT,d TEXT,e INTEGER,f INTEGER,g NUMERIC,h REAL,i INTEGER,j TEXT,k TEXT,l TEXT,"
            + "m TEXT,n TEXT,o TEXT,p BLOB,q INTEGER",
            await _db.One("SELECT group_concat(name || ' ' || type) FROM pragma_table_info('things')"));
    }

    [Fact]
    public async Task Constants_become_defaults_in_the_form_of_their_storage()
    {
        await _db.Become("""
              things:
                fields:
                  id: int pk auto
                  a:  bool default=false
                  b:  decimal(8,2) default=1.50
                  c:  string(20) default="it's"
                  d:  enum(x,y) default=y
                  e:  date default=2026-01-31
            """);
        await _db.Run("INSERT INTO things DEFAULT VALUES");
        Assert.Equal("1|0|1.5|it's|y|2026-01-31", await _db.One("SELECT * FROM things"));
    }

    [Fact]
    public async Task Names_with_blanks_quotes_and_keywords_are_quoted()
    {
        await _db.Become("""
              things:
                table: 'my "odd" table'
                fields:
                  id:    int pk auto
                  order: string(20) column="select from" unique
                search: [order]
            """);
        await _db.Run("""INSERT INTO "my ""odd"" table" ("select from") VALUES ('x')""");
        Assert.Equal("1", await _db.One(
            """SELECT rowid FROM "my ""odd"" table_fts" WHERE "my ""odd"" table_fts" MATCH 'x'"""));
    }

    [Fact]
    public void A_reference_gets_an_index_unless_one_begins_with_it()
    {
        var model = _db.Model("""
              parents:
                fields:
                  id: int pk auto
              children:
                fields:
                  a: ref(parents) required
                  b: ref(parents)
                  c: ref(parents)
                  n: int index
                pk: [a, n]
                index: [[b, n]]
            """);
        var shape = TableBuilder.Shapes(model).Single(s => s.Name == "children");
        Assert.Equal(["ix_children_b_id_n", "ix_children_n", "ix_children_c_id"], shape.Indexes.Select(i => i.Name));
    }

    [Fact]
    public void An_indexed_field_keeps_its_index_beside_a_longer_one()
    {
        var model = _db.Model("""
              things:
                fields:
                  id:     int pk auto index
                  status: string(9) index
                  at:     datetime index
                index: [[status, -at], [at]]
            """);
        var shape = TableBuilder.Shapes(model).Single();
        Assert.Equal(
            ["ix_things_status_at", "ix_things_at", "ix_things_status"], shape.Indexes.Select(i => i.Name));
    }

    [Fact]
    public void Sql_compares_without_regard_to_its_layout() => Assert.Equal(
        SchemaSql.Normalize("CREATE  VIEW a AS\n -- why\n SELECT 'x  y' /* ; */ FROM \"b  c\" ;"),
        SchemaSql.Normalize("CREATE VIEW a AS SELECT 'x  y' FROM \"b  c\""));

    [Theory]
    [InlineData("CREATE TABLE t (a TEXT, b TEXT CHECK (b <> ','), c)", "b", "b TEXT CHECK (b <> ',')")]
    [InlineData("CREATE TABLE [t (] (\"a,b\" INT DEFAULT ('x)'), c)", "a,b", "\"a,b\" INT DEFAULT ('x)')")]
    [InlineData("CREATE TABLE t (a -- one, two\n TEXT, CHECK (a > 0))", "a", "a   TEXT")]
    [InlineData("CREATE TABLE t (`check` TEXT, PRIMARY KEY (`check`))", "check", "`check` TEXT")]
    public void The_text_of_a_column_is_found_word_for_word(string sql, string column, string text) =>
        Assert.Equal(text, CreateTableText.Read(sql).Column(column));
}
