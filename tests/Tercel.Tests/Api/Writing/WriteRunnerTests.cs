using Tercel.Api.Writing;
using Tercel.Data;
using Xunit;

namespace Tercel.Tests.Api.Writing;

public sealed class WriteRunnerTests
{
    private const string Boot = """{"sku":"B-1","name":"Boot","price":12.50,"category_id":1}""";

    [Fact]
    public async Task A_created_row_has_the_given_values_and_all_defaults()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("products", Boot);
        Assert.True(outcome.Created);
        Assert.Equal(3, Assert.Single(outcome.Key ?? []).Integer);
        Assert.Equal(
            "3|B-1|12.5|0|draft|null|1|2026-03-04T05:06:07.089Z|2026-03-04T05:06:07.089Z",
            await shop.Rows("SELECT id, sku, price, stock, status, tags, version, created_at, updated_at "
                + "FROM products WHERE id = 3"));
    }

    [Fact]
    public async Task A_taken_unique_value_is_a_conflict_at_its_field()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("products", Boot.Replace("B-1", "A-1", StringComparison.Ordinal));
        Assert.Equal(RefusalKind.Conflict, outcome.Refusal?.Kind);
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal(("#/sku", "unique", "sku 'A-1' is taken already"), (error.Pointer, error.Code.Name, error.Detail));
    }

    [Fact]
    public async Task A_taken_pair_names_both_fields()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("reviews", """{"product_id":1,"author":"ann","stars":3}""");
        Assert.Equal(["#/product_id", "#/author"], outcome.Refusal?.Errors.Select(e => e.Pointer));
    }

    [Fact]
    public async Task A_missing_reference_is_named_with_its_value()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("products",
            Boot.Replace("\"category_id\":1", "\"category_id\":999", StringComparison.Ordinal));
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal(("#/category_id", "reference", "category 999 does not exist"),
            (error.Pointer, error.Code.Name, error.Detail));
    }

    [Fact]
    public async Task A_check_of_the_database_is_a_validation_error()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("reviews", """{"product_id":1,"author":"eve","stars":100}""");
        Assert.Equal(RefusalKind.Validation, outcome.Refusal?.Kind);
        Assert.Equal("rule", Assert.Single(outcome.Refusal?.Errors ?? []).Code.Name);
    }

    [Fact]
    public async Task An_order_with_lines_takes_its_number_its_line_numbers_and_the_prices_of_its_products()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("orders",
            """{"lines":[{"product_id":1,"quantity":2},{"product_id":2,"quantity":1}]}""");
        Assert.True(outcome.Created);
        Assert.Equal("O-000001", await shop.Rows("SELECT number FROM orders"));
        Assert.Equal("1|1|2|49.9\n2|2|1|20",
            await shop.Rows("SELECT line, product_id, quantity, unit_price FROM order_lines"));
        await shop.Create("orders", "{}");
        Assert.Equal("O-000001\nO-000002", await shop.Rows("SELECT number FROM orders ORDER BY number"));
    }

    [Fact]
    public async Task A_new_sequence_goes_on_behind_the_numbers_that_are_there()
    {
        await using var shop = await WriteShop.Open();
        await shop.Database.Write(s =>
            s.Execute(new SqlText("INSERT INTO orders VALUES ('x', 'O-000041', NULL)"), []), default);
        await shop.Create("orders", "{}");
        Assert.Equal("O-000041\nO-000042", await shop.Rows("SELECT number FROM orders ORDER BY number"));
    }

    [Fact]
    public async Task A_wrong_child_undoes_its_parent_and_is_named_by_its_place()
    {
        await using var shop = await WriteShop.Open();
        var before = await shop.Everything();
        var outcome = await shop.Create("orders",
            """{"lines":[{"product_id":1,"quantity":2},{"product_id":999,"quantity":1}]}""");
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal(("#/lines/1/product_id", "product 999 does not exist"), (error.Pointer, error.Detail));
        Assert.Equal(before, await shop.Everything());
    }

    [Fact]
    public async Task A_patch_changes_only_what_it_names_and_counts_the_version()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Patch("products", """{"price":10,"tags":["new"]}""", SqlValue.Of(1L));
        Assert.Null(outcome.Refusal);
        Assert.Equal(
            "Runner|10|7|[\"new\"]|4|2026-03-04T05:06:07.089Z",
            await shop.Rows("SELECT name, price, stock, tags, version, updated_at FROM products WHERE id = 1"));
    }

    [Fact]
    public async Task A_patch_of_nothing_leaves_the_row_as_it_is()
    {
        await using var shop = await WriteShop.Open();
        var before = await shop.Everything();
        Assert.Null((await shop.Patch("products", "{}", SqlValue.Of(1L))).Refusal);
        Assert.Equal(before, await shop.Everything());
    }

    [Theory]
    [InlineData("""{"stock":{"$inc":-3}}""", "stock", "4")]
    [InlineData("""{"price":{"$inc":0.1}}""", "price", "50")]
    [InlineData("""{"price":{"$inc":0.05}}""", "price", "49.95")]
    [InlineData("""{"weight":{"$inc":1.5}}""", "weight", "1.5")]
    [InlineData("""{"tags":{"$add":["sale","new"]}}""", "tags", """["red","sale","new"]""")]
    [InlineData("""{"tags":{"$remove":["red"]}}""", "tags", """["sale"]""")]
    [InlineData("""{"attrs":{"color":null,"size":{"us":null,"uk":8}}}""", "attrs", """{"size":{"eu":42,"uk":8}}""")]
    [InlineData("""{"attrs":[1, 2]}""", "attrs", "[1,2]")]
    [InlineData("""{"attrs":null}""", "attrs", "null")]
    public async Task A_patch_computes_with_what_is_stored(string body, string column, string expected)
    {
        await using var shop = await WriteShop.Open();
        Assert.Null((await shop.Patch("products", body, SqlValue.Of(1L))).Refusal);
        Assert.Equal(expected, await shop.Rows($"SELECT {column} FROM products WHERE id = 1"));
    }

    [Theory]
    [InlineData("""{"stock":{"$inc":-8}}""", "#/stock", "min")]
    [InlineData("""{"stock":{"$inc":9007199254740991}}""", "#/stock", "range")]
    [InlineData("""{"price":{"$inc":99999999}}""", "#/price", "range")]
    [InlineData("""{"tags":{"$add":["a","b"]}}""", "#/tags", "too_many_items")]
    public async Task A_result_keeps_the_limits_of_its_field(string body, string pointer, string code)
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Patch("products", body, SqlValue.Of(1L));
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal((pointer, code), (error.Pointer, error.Code.Name));
    }

    [Fact]
    public async Task A_version_in_the_body_must_be_the_stored_one()
    {
        await using var shop = await WriteShop.Open();
        Assert.Equal(RefusalKind.Stale,
            (await shop.Patch("products", """{"version":2,"stock":1}""", SqlValue.Of(1L))).Refusal?.Kind);
        Assert.Null((await shop.Patch("products", """{"version":3,"stock":1}""", SqlValue.Of(1L))).Refusal);
    }

    [Fact]
    public async Task A_missing_row_is_not_found_by_patch_put_and_delete()
    {
        await using var shop = await WriteShop.Open();
        var key = SqlValue.Of(99L);
        Assert.Equal(RefusalKind.NotFound, (await shop.Patch("products", """{"stock":1}""", key)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound,
            (await shop.Patch("products", """{"stock":{"$inc":1}}""", key)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, (await shop.Patch("products", "{}", key)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, (await shop.Replace("products", Boot, key)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, (await shop.Delete("products", key)).Refusal?.Kind);
    }

    [Fact]
    public async Task A_put_sets_what_it_leaves_out_to_default_or_null_and_keeps_what_the_server_owns()
    {
        await using var shop = await WriteShop.Open();
        Assert.Null((await shop.Replace("products", Boot, SqlValue.Of(1L))).Refusal);
        Assert.Equal(
            "1|B-1|Boot|0|draft|null|null|4|2026-01-01T00:00:00.000Z|2026-03-04T05:06:07.089Z",
            await shop.Rows("SELECT id, sku, name, stock, status, tags, attrs, version, created_at, updated_at "
                + "FROM products WHERE id = 1"));
    }

    [Fact]
    public async Task Children_in_a_patch_replace_the_set()
    {
        await using var shop = await WriteShop.Open();
        var order = await shop.Create("orders",
            """{"lines":[{"product_id":1,"quantity":1},{"product_id":2,"quantity":2},"""
            + """{"product_id":2,"quantity":3}]}""");
        var body = """{"lines":[{"line":2,"product_id":2,"quantity":20},{"product_id":1,"quantity":30}]}""";
        Assert.Null((await shop.Patch("orders", body, order.Key ?? [])).Refusal);
        Assert.Equal("2|2|20\n3|1|30",
            await shop.Rows("SELECT line, product_id, quantity FROM order_lines ORDER BY line"));
        Assert.Null((await shop.Patch("orders", """{"lines":[]}""", order.Key ?? [])).Refusal);
        Assert.Equal("", await shop.Rows("SELECT * FROM order_lines"));
    }

    [Fact]
    public async Task A_child_given_twice_is_refused()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Create("orders",
            """{"lines":[{"line":1,"product_id":1,"quantity":1},{"line":1,"product_id":2,"quantity":2}]}""");
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal(("#/lines/1", "duplicate_row"), (error.Pointer, error.Code.Name));
    }

    [Fact]
    public async Task A_delete_that_leaves_references_says_who_refers()
    {
        await using var shop = await WriteShop.Open();
        var outcome = await shop.Delete("categories", SqlValue.Of(1L));
        Assert.Equal(RefusalKind.Conflict, outcome.Refusal?.Kind);
        Assert.Equal("2 products refer to it by category", Assert.Single(outcome.Refusal?.Errors ?? []).Detail);
        Assert.Null((await shop.Delete("categories", SqlValue.Of(2L))).Refusal);
    }

    [Fact]
    public async Task A_rule_is_checked_on_the_row_as_it_would_become()
    {
        await using var shop = await WriteShop.Open();
        var before = await shop.Everything();
        var outcome = await shop.Patch("products", """{"price":0}""", SqlValue.Of(1L));
        var error = Assert.Single(outcome.Refusal?.Errors ?? []);
        Assert.Equal(("#/price", "rule", "an active product needs a price"),
            (error.Pointer, error.Code.Name, error.Detail));
        Assert.Equal(before, await shop.Everything());
        Assert.Null((await shop.Patch("products", """{"price":0}""", SqlValue.Of(2L))).Refusal);
    }

    [Fact]
    public async Task A_soft_delete_marks_the_row_once()
    {
        await using var shop = await WriteShop.Open();
        Assert.Null((await shop.Delete("reviews", SqlValue.Of(1L))).Refusal);
        Assert.Equal("2026-03-04T05:06:07.089Z", await shop.Rows("SELECT deleted_at FROM reviews WHERE id = 1"));
        Assert.Equal(RefusalKind.NotFound, (await shop.Delete("reviews", SqlValue.Of(1L))).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound,
            (await shop.Patch("reviews", """{"stars":1}""", SqlValue.Of(2L))).Refusal?.Kind);
    }

    [Fact]
    public async Task An_upsert_creates_then_merges_then_ignores()
    {
        await using var shop = await WriteShop.Open();
        Assert.True((await shop.Upsert("products", Boot, "sku")).Created);
        var changed = await shop.Upsert("products", Boot.Replace("12.50", "13", StringComparison.Ordinal), "sku");
        Assert.False(changed.Created);
        Assert.Equal("3|13|2", await shop.Rows("SELECT id, price, version FROM products WHERE sku = 'B-1'"));
        await shop.Upsert("products", Boot.Replace("B-1", "A-1", StringComparison.Ordinal), "sku");
        Assert.Equal(
            "Boot|7|active|2026-01-01T00:00:00.000Z|2026-03-04T05:06:07.089Z",
            await shop.Rows("SELECT name, stock, status, created_at, updated_at FROM products WHERE sku = 'A-1'"));
        Assert.False((await shop.Upsert("products", Boot, "sku", "ignore")).Created);
        Assert.Equal("3|13|2", await shop.Rows("SELECT id, price, version FROM products WHERE sku = 'B-1'"));
    }

    [Fact]
    public void An_upsert_needs_a_unique_target()
    {
        var products = WriteShopModel.Build().Entity("products");
        Assert.NotNull(products);
        Assert.Equal("conflict_target", Assert.Single(ConflictTarget.Read(products, "name", null).Errors).Code.Name);
        var unknown = Assert.Single(ConflictTarget.Read(products, "skuu", null).Errors);
        Assert.Equal(("unknown_field", "sku"), (unknown.Code.Name, unknown.Suggestion));
    }

    // SQLite takes "id" for the text 'id' where no column has the name, and then every row would have the key 'id'.
    [Fact]
    public async Task A_key_column_that_is_gone_is_an_error_and_no_text()
    {
        await using var shop = await WriteShop.Open();
        await shop.Create("orders", """{"note":"a"}""");
        await shop.Database.Migrate(
            async session => await session.ExecuteScript("ALTER TABLE orders RENAME COLUMN id TO code"), default);

        var failure = await Assert.ThrowsAsync<StoreException>(() => shop.Delete("orders", SqlValue.Of("id")));

        Assert.Equal(StoreFailure.SchemaChanged, failure.Failure);
        await Assert.ThrowsAsync<StoreException>(() => shop.Create("orders", """{"note":"b"}"""));
        Assert.Equal("1", await shop.Rows("SELECT count(*) FROM orders"));
    }
}
