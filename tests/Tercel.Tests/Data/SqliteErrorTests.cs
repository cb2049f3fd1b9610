using Tercel.Data;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteErrorTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    public SqliteErrorTests() => _fixture.Make("""
        CREATE TABLE p(
          id INTEGER PRIMARY KEY, sku TEXT UNIQUE, shop INT, "odd, name" TEXT NOT NULL DEFAULT '',
          price REAL CONSTRAINT price_positive CHECK (price > 0), UNIQUE (shop, "odd, name"));
        CREATE TABLE e(a TEXT);
        CREATE UNIQUE INDEX e_lower ON e(lower(a));
        INSERT INTO e VALUES ('a');
        CREATE TABLE c(p INTEGER REFERENCES p(id));
        CREATE TRIGGER no_42 BEFORE INSERT ON c WHEN NEW.p = 42 BEGIN SELECT RAISE(ABORT, 'not 42'); END;
        INSERT INTO p(id, sku, shop, "odd, name") VALUES (1, 'a', 1, 'x');
        """);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("INSERT INTO p(sku) VALUES ('a')", StoreFailure.Unique, "p", "sku", null)]
    [InlineData("INSERT INTO p(id) VALUES (1)", StoreFailure.Unique, "p", "id", null)]
    [InlineData("INSERT INTO p(shop, \"odd, name\") VALUES (1, 'x')", StoreFailure.Unique, "p", "shop/odd, name", null)]
    [InlineData("INSERT INTO e VALUES ('A')", StoreFailure.Unique, null, "", "e_lower")]
    [InlineData("INSERT INTO p(\"odd, name\") VALUES (NULL)", StoreFailure.NotNull, "p", "odd, name", null)]
    [InlineData("INSERT INTO p(price) VALUES (-1)", StoreFailure.Check, null, "", "price_positive")]
    [InlineData("INSERT INTO c VALUES (9)", StoreFailure.ForeignKey, null, "", null)]
    [InlineData("INSERT INTO c VALUES (42)", StoreFailure.Check, null, "", null)]
    [InlineData("UPDATE p SET shop = abs(-9223372036854775807 - 1)", StoreFailure.Value, null, "", null)]
    [InlineData("INSERT INTO p(id) VALUES ('word')", StoreFailure.Value, null, "", null)]
    [InlineData("INSERT INTO p(sku) VALUES (zeroblob(100000000))", StoreFailure.TooLarge, null, "", null)]
    [InlineData("SELECT * FROM missing", StoreFailure.SchemaChanged, null, "", null)]
    public async Task A_refusal_names_what_was_violated(
        string sql, StoreFailure failure, string? table, string columns, string? constraint)
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var error = await database.Run(sql).Fails();
        Assert.Equal(
            (failure, table, columns, constraint),
            (error.Failure, error.Table, string.Join('/', error.Columns), error.Constraint));
    }
}
