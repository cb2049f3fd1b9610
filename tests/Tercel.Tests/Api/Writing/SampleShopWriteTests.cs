using System.Text.Json.Nodes;
using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Api.Schema;
using Tercel.Tests.Data;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Writing;

// The sample shop's own model, tables and rows, written to as the reference describes it.
public sealed class SampleShopWriteTests : IAsyncLifetime
{
    private readonly SqliteFixture _files = new();
    private readonly ApiModel _model = SchemaFixture.Load(Path.Combine(RepositoryTree.Root, "samples/shop"));
    private SqliteDatabase _database = null!; // made by InitializeAsync
    private WriteHttp _http = null!; // as well

    public async ValueTask InitializeAsync()
    {
        _database = SqliteFixture.Open(_files.Options);
        Assert.True((await Startup.Prepare(_model, _database, new StartupOptions(), TimeProvider.System)).IsOk);
        _http = new WriteHttp(_model, _database);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task An_order_is_made_with_its_lines_and_goes_on_with_the_numbers()
    {
        var last = await _database.One("SELECT max(number) FROM orders");
        var user = await _database.One("SELECT id FROM users LIMIT 1");
        var price = await _database.One("SELECT price FROM products WHERE id = 1");
        var body =
            $$"""{"customer_id":"{{user}}","lines":[{"product_id":1,"quantity":2},{"product_id":2,"quantity":1}]}""";
        var reply = await _http.Post("/v1/orders?embed=lines(line,quantity,unit_price;sort=line)", body);
        Assert.Equal(201, reply.Status);
        var order = JsonNode.Parse(reply.Body);
        Assert.Equal(1 + Number(last), Number(order?["number"]?.ToString()));
        Assert.Equal("cart", order?["status"]?.ToString());
        Assert.Equal(double.Parse(price, System.Globalization.CultureInfo.InvariantCulture),
            order?["lines"]?[0]?["unit_price"]?.GetValue<double>());
        Assert.Equal("2", order?["lines"]?[1]?["line"]?.ToString());

        static int Number(string? text) =>
            int.Parse(text?[2..] ?? "", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task An_order_is_not_placed_without_its_time()
    {
        var order = await _database.One("SELECT id FROM orders WHERE status = 'cart' LIMIT 1");
        Assert.Equal("422 #/placed_at rule",
            (await _http.Patch($"/v1/orders/{order}", """{"status":"placed","placed_at":null}""")).Summary);
        var placed = await _http.Patch($"/v1/orders/{order}?fields=status",
            """{"status":"placed","placed_at":"2026-03-04T05:06:07+01:00"}""");
        Assert.Equal((200, """{"status":"placed"}"""), (placed.Status, placed.Body));
    }

    [Fact]
    public async Task Items_of_a_collection_are_named_by_their_product()
    {
        var missing = await _http.Post("/v1/collections",
            """{"slug":"new-in","title":"New in","items":[{"position":2}]}""");
        Assert.Equal("422 #/items/0/product_id required", missing.Summary);
        var reply = await _http.Post(
            "/v1/collections?fields=slug&embed=items(product_id,position;sort=product_id)",
            """{"slug":"new-in","title":"New in","items":[{"product_id":5},{"product_id":3,"position":2}]}""");
        Assert.Equal(
            """{"slug":"new-in","items":[{"product_id":3,"position":2},{"product_id":5,"position":1}]}""", reply.Body);
        var id = await _database.One("SELECT id FROM collections WHERE slug = 'new-in'");
        var changed = await _http.Patch($"/v1/collections/{id}?fields=slug&embed=items(product_id,position)",
            """{"items":[{"product_id":3}]}""");
        Assert.Equal("""{"slug":"new-in","items":[{"product_id":3,"position":1}]}""", changed.Body);
    }

    [Fact]
    public async Task A_deleted_review_makes_room_for_another()
    {
        var (id, product, author) = await Review();
        var body = $$"""{"product_id":{{product}},"author_id":"{{author}}","stars":4}""";
        Assert.Equal("409 #/product_id unique, #/author_id unique", (await _http.Post("/v1/reviews", body)).Summary);
        var merged = await _http.Post("/v1/reviews?on_conflict=product_id,author_id&fields=id,stars", body);
        Assert.Equal((200, $$"""{"id":{{id}},"stars":4}"""), (merged.Status, merged.Body));
        Assert.Equal(204, (await _http.Delete($"/v1/reviews/{id}")).Status);
        Assert.Equal(201, (await _http.Post("/v1/reviews", body)).Status);
    }

    [Fact]
    public async Task An_email_is_taken_whatever_its_case()
    {
        var email = await _database.One("SELECT upper(email) FROM users LIMIT 1");
        var reply = await _http.Post("/v1/users", $$"""{"email":"{{email}}","name":"Ann","birth_date":"2000-02-29"}""");
        Assert.Equal("409 #/email unique", reply.Summary);
        var made = await _http.Post("/v1/users",
            """{"email":"new@example.org","name":"Ann","birth_date":"2000-02-29"}""");
        Assert.Equal(201, made.Status);
        Assert.DoesNotContain("birth_date", made.Body, StringComparison.Ordinal);
        Assert.Equal("2000-02-29", await _database.One("SELECT birth_date FROM users WHERE email = 'new@example.org'"));
    }

    [Fact]
    public async Task What_get_gave_can_be_put_back_leniently()
    {
        var row = await _http.Patch("/v1/products/1", "{}");
        var refused = await _http.Put("/v1/products/1", row.Body);
        Assert.Equal(
            "422 #/created_at read_only, #/updated_at read_only, #/in_stock read_only, #/rating read_only, "
            + "#/review_count read_only",
            refused.Summary);
        Assert.Equal(200, (await _http.Put("/v1/products/1", row.Body, ("Prefer", "handling=lenient"))).Status);
        Assert.Equal("412 #/version stale",
            (await _http.Put("/v1/products/1", row.Body, ("Prefer", "handling=lenient"))).Summary);
    }

    [Fact]
    public async Task The_search_follows_what_is_written()
    {
        var made = await _http.Post("/v1/products?fields=id",
            """{"sku":"ZZ-1","name":"Quixotic kettle","price":1,"category_id":1}""");
        var id = JsonNode.Parse(made.Body)?["id"]?.ToString();
        var found = await _http.Patch("/v1/products?q=quixotic&fields=id", """{"name":"Plain kettle"}""",
            ("Prefer", "return=representation"));
        Assert.Equal($$"""[{"id":{{id}}}]""", found.Body);
        Assert.Equal("""{"affected":0}""", (await _http.Patch("/v1/products?q=quixotic", """{"stock":1}""")).Body);
    }

    [Fact]
    public async Task A_view_is_only_read() =>
        Assert.Equal("405 not_writable", (await _http.Post("/v1/sales_by_month", "{}")).Summary);

    private async Task<(string Id, string Product, string Author)> Review()
    {
        var row = await _database.One(
            "SELECT id || '|' || product_id || '|' || author_id FROM reviews WHERE deleted_at IS NULL LIMIT 1");
        var parts = row.Split('|');
        return (parts[0], parts[1], parts[2]);
    }
}
