using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Data;
using Xunit;

namespace Tercel.Tests.Api.Writing;

// Tables that somebody else made: names with spaces, defaults of the database, composite keys, generated columns,
// triggers.
public sealed class ExistingDatabaseWriteTests : IAsyncLifetime
{
    private readonly SqliteFixture _files = new();
    private SqliteDatabase _database = null!; // made by InitializeAsync
    private WriteHttp _http = null!; // as well

    public async ValueTask InitializeAsync()
    {
        _database = SqliteFixture.Open(_files.Options);
        await _database.Migrate(async session => await session.ExecuteScript("""
            CREATE TABLE "Orders" ("OrderId" INTEGER PRIMARY KEY AUTOINCREMENT, "Ship Name" NVARCHAR(10) NOT NULL,
                "Placed" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "State" TEXT NOT NULL DEFAULT 'new',
                "Net" REAL, "Gross" REAL GENERATED ALWAYS AS ("Net" * 1.2) STORED);
            CREATE TABLE "Order Details" ("OrderId" INTEGER NOT NULL REFERENCES "Orders" ("OrderId"),
                "Product" TEXT NOT NULL COLLATE NOCASE, "Quantity" INTEGER NOT NULL CHECK ("Quantity" > 0),
                PRIMARY KEY ("OrderId", "Product")) WITHOUT ROWID;
            CREATE TABLE "Deferred" ("Id" INTEGER PRIMARY KEY,
                "OrderId" INTEGER REFERENCES "Orders" ("OrderId") DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE "Log" ("Text" TEXT);
            CREATE TRIGGER "no_zero" BEFORE UPDATE ON "Orders" WHEN NEW."State" = 'void'
                BEGIN SELECT RAISE(ABORT, 'an order is never void'); END;
            CREATE TRIGGER "audit" AFTER INSERT ON "Orders" BEGIN INSERT INTO "Log" VALUES (NEW."Ship Name"); END;
            """), default);
        _http = new WriteHttp(await Introspection.Read(_database, writable: true), _database);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task A_row_gets_the_defaults_of_its_table()
    {
        var reply = await _http.Post("/v1/Orders?fields=OrderId,State,Gross", """{"Ship Name":"Anna","Net":10}""");
        Assert.Equal((201, "/v1/Orders/1"), (reply.Status, reply.Headers.Location.ToString()));
        Assert.Equal("""{"OrderId":1,"State":"new","Gross":12}""",
            reply.Body.Replace("12.0", "12", StringComparison.Ordinal));
        Assert.NotEqual("", await _database.One("SELECT Placed FROM Orders"));
        Assert.Equal("Anna", await _database.One("SELECT Text FROM Log"));
        Assert.Equal("422 #/Ship%20Name required", (await _http.Post("/v1/Orders", "{}")).Summary);
        Assert.Equal("422 #/Gross read_only",
            (await _http.Post("/v1/Orders", """{"Ship Name":"B","Gross":1}""")).Summary);
    }

    [Fact]
    public async Task Rows_with_composite_keys_are_written_at_their_address()
    {
        await _http.Post("/v1/Orders", """{"Ship Name":"Anna"}""");
        var made = await _http.Post("/v1/Order%20Details", """{"OrderId":1,"Product":"Nut, brown","Quantity":2}""");
        Assert.Equal((201, "/v1/Order%20Details/1,Nut%2C%20brown"), (made.Status, made.Headers.Location.ToString()));
        var location = made.Headers.Location.ToString();
        Assert.Equal("""{"OrderId":1,"Product":"Nut, brown","Quantity":5}""",
            (await _http.Patch(location, """{"Quantity":{"$inc":3}}""")).Body);
        Assert.Equal("422 # rule", (await _http.Patch(location, """{"Quantity":-1}""")).Summary);
        Assert.Equal("409 #/OrderId unique, #/Product unique",
            (await _http.Post("/v1/Order%20Details", """{"OrderId":1,"Product":"NUT, BROWN","Quantity":2}""")).Summary);
        Assert.Equal("422 #/OrderId reference",
            (await _http.Post("/v1/Order%20Details", """{"OrderId":9,"Product":"x","Quantity":2}""")).Summary);
        Assert.Equal("409 referenced", (await _http.Delete("/v1/Orders/1")).Summary);
        Assert.Equal(201, (await _http.Put("/v1/Order%20Details/1,Pea", """{"Quantity":1}""")).Status);
        Assert.Equal(204, (await _http.Delete(location)).Status);
    }

    [Fact]
    public async Task A_trigger_refuses_with_its_own_words()
    {
        await _http.Post("/v1/Orders", """{"Ship Name":"Anna"}""");
        var reply = await _http.Patch("/v1/Orders/1", """{"State":"void"}""");
        Assert.Equal("422 # rule", reply.Summary);
        Assert.Contains("an order is never void", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_that_is_checked_at_the_end_is_still_named()
    {
        var reply = await _http.Post("/v1/Deferred", """{"OrderId":9}""");
        Assert.Equal("422 #/OrderId reference", reply.Summary);
        Assert.Equal("0", await _database.One("SELECT count(*) FROM Deferred"));
    }

    [Fact]
    public async Task A_table_without_a_key_is_only_read() =>
        Assert.Equal("405 not_writable", (await _http.Post("/v1/Log", """{"Text":"x"}""")).Summary);
}
