using Tercel.Api.Schema;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>Each kind of difference: its class, and what it does to the rows.</summary>
public sealed class SchemaStepTests : IAsyncDisposable
{
    private const string Products = """
          products:
            fields:
              id:    int pk auto
              title: string(80) required
              price: decimal(10,2)
        """;

    private readonly SchemaFixture _db = new();

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task A_new_table_is_safe()
    {
        var plan = await _db.Become(Products);
        Assert.Equal([(StepClass.Safe, StepKind.CreateTable)], plan.Steps.Select(s => (s.Class, s.Kind)));
        await _db.Run("INSERT INTO products (title) VALUES ('a')");
        Assert.Equal("1|a|null", await _db.One("SELECT * FROM products"));
    }

    [Fact]
    public async Task A_new_column_that_may_be_null_is_safe()
    {
        await Filled();
        var plan = await _db.Become(Products + "\n      colour: string(20)");
        Assert.Equal([(StepClass.Safe, StepKind.AddColumn)], plan.Steps.Select(s => (s.Class, s.Kind)));
        Assert.Equal(["1|Tent|399.5|null", "2|Rope|179|null"], await _db.Rows("SELECT * FROM products"));
    }

    [Fact]
    public async Task A_new_column_with_a_default_is_safe_and_fills_the_rows()
    {
        await Filled();
        var plan = await _db.Become(
            Products + "\n      stock: int required default=5\n      active: bool default=true");
        Assert.True(plan.IsSafe);
        Assert.Equal(["5|1", "5|1"], await _db.Rows("SELECT stock, active FROM products"));
    }

    [Fact]
    public async Task A_new_time_of_creation_is_safe_and_is_the_time_of_the_change()
    {
        await Filled();
        var plan = await _db.Become(Products + "\n      created_at: datetime default=now readonly");
        Assert.True(plan.IsSafe);
        Assert.Matches("^20[0-9-]{8}T[0-9:]{8}\\.[0-9]{3}Z$",
            await _db.One("SELECT DISTINCT created_at FROM products"));
    }

    [Fact]
    public async Task A_new_required_column_is_blocked_while_there_are_rows()
    {
        await Filled();
        var plan = await _db.Plan(Products + "\n      ean: string(13) required");
        var step = plan.Steps.First(s => s.Column == "ean");
        Assert.Equal(StepClass.Blocked, step.Class);
        Assert.Equal(2, step.Rows);
        var result = await _db.TryApply(plan);
        Assert.Contains(result.Errors, e => e.Code == SchemaErrors.Blocked);
    }

    [Fact]
    public async Task A_new_required_column_is_safe_while_there_are_no_rows()
    {
        await _db.Become(Products);
        var plan = await _db.Become(Products + "\n      ean: string(13) required");
        Assert.True(plan.IsSafe, PlanText.Render(plan));
        await Assert.ThrowsAnyAsync<Exception>(() => _db.Run("INSERT INTO products (title) VALUES ('x')"));
    }

    [Fact]
    public async Task A_renamed_column_keeps_its_values()
    {
        await Filled();
        var plan = await _db.Become(
            Products.Replace("title: string(80) required", "name: string(80) required was=title"));
        var step = Assert.Single(plan.Steps);
        Assert.Equal((StepClass.Safe, StepKind.RenameColumn, ApiEffect.Breaking), (step.Class, step.Kind, step.Api));
        Assert.Equal(["Tent", "Rope"], await _db.Rows("SELECT name FROM products"));
    }

    [Fact]
    public async Task A_renamed_table_keeps_its_rows_and_the_references_to_it()
    {
        const string lines = """

              lines:
                fields:
                  id:      int pk auto
                  product: ref(products) required on_delete=cascade
            """;
        await _db.Become(Products + lines);
        await _db.Run("INSERT INTO products (title) VALUES ('Tent')");
        await _db.Run("INSERT INTO lines (product_id) VALUES (1)");
        var plan = await _db.Become(
            Products.Replace("  products:", "  goods:\n    was: products")
            + lines.Replace("ref(products)", "ref(goods)"));
        Assert.Equal([StepKind.RenameTable], plan.Steps.Select(s => s.Kind));
        Assert.Equal("Tent", await _db.One("SELECT title FROM goods JOIN lines ON product_id = goods.id"));
        await _db.Run("DELETE FROM goods");
        Assert.Equal("0", await _db.One("SELECT count(*) FROM lines"));
    }

    [Fact]
    public async Task A_dropped_column_needs_its_name_on_the_command_line()
    {
        await Filled();
        var without = Products.Replace("      title: string(80) required\n", "");
        var plan = await _db.Plan(without);
        Assert.Equal(StepClass.DataLoss, plan.Steps.First(s => s.Column == "title").Class);
        var refused = await _db.TryApply(plan);
        Assert.Equal("--allow-drop products.title", Assert.Single(refused.Errors).Suggestion);
        Assert.Equal("Tent", await _db.One("SELECT title FROM products WHERE id = 1"));

        await _db.Become(without, "products.title");
        Assert.Equal(["1|399.5", "2|179"], await _db.Rows("SELECT * FROM products"));
    }

    [Fact]
    public async Task A_dropped_table_needs_its_name_on_the_command_line()
    {
        await _db.Become(Products + "\n  old:\n    fields:\n      id: int pk auto\n      note: text");
        await _db.Run("INSERT INTO old (note) VALUES ('x')");
        var plan = await _db.Plan(Products);
        var step = Assert.Single(plan.Steps);
        Assert.Equal((StepClass.DataLoss, "old", 1), (step.Class, step.DropName, step.Rows));
        Assert.False((await _db.TryApply(plan)).IsOk);
        await _db.Become(Products, "old");
        Assert.Empty(await _db.Rows("SELECT 1 FROM sqlite_master WHERE name = 'old'"));
    }

    [Fact]
    public async Task A_changed_type_rewrites_the_table_and_converts_the_values()
    {
        await Filled();
        await _db.Run("UPDATE products SET price = 12 WHERE id = 1");
        var plan = await _db.Become(Products.Replace("price: decimal(10,2)", "price: string(20)"));
        Assert.Equal(StepClass.Rewrite, plan.Class);
        Assert.Equal(["text|12", "text|179"], await _db.Rows("SELECT typeof(price), price FROM products"));
    }

    [Fact]
    public async Task A_changed_type_is_blocked_by_values_that_do_not_convert_and_shows_their_keys()
    {
        await Filled();
        var plan = await _db.Plan(Products.Replace("title: string(80) required", "title: int required"));
        var step = plan.Steps.First(s => s.Column == "title");
        Assert.Equal((StepClass.Blocked, 2), (step.Class, step.Rows));
        Assert.Equal(["1", "2"], step.Samples);
    }

    [Fact]
    public async Task A_column_becomes_required_by_a_rewrite_when_every_row_has_a_value()
    {
        await Filled();
        var plan = await _db.Become(Products.Replace("price: decimal(10,2)", "price: decimal(10,2) required"));
        Assert.Equal(StepClass.Rewrite, plan.Class);
        Assert.Equal("2", await _db.One("SELECT count(*) FROM products"));
        Assert.Equal("1",
            await _db.One("""SELECT "notnull" FROM pragma_table_info('products') WHERE name = 'price'"""));
    }

    [Fact]
    public async Task A_column_that_becomes_required_is_blocked_by_rows_without_a_value()
    {
        await Filled();
        await _db.Run("UPDATE products SET price = NULL WHERE id = 2");
        var plan = await _db.Plan(Products.Replace("price: decimal(10,2)", "price: decimal(10,2) required"));
        var step = plan.Steps.First(s => s.Column == "price");
        Assert.Equal((StepClass.Blocked, 1), (step.Class, step.Rows));
        Assert.Equal(["2"], step.Samples);
    }

    [Fact]
    public async Task A_default_fills_the_rows_of_a_column_that_becomes_required()
    {
        await Filled();
        await _db.Run("UPDATE products SET price = NULL WHERE id = 2");
        await _db.Become(Products.Replace("price: decimal(10,2)", "price: decimal(10,2) required default=1"));
        Assert.Equal(["399.5", "1"], await _db.Rows("SELECT price FROM products"));
    }

    [Fact]
    public async Task A_longer_text_is_safe_and_a_shorter_one_is_blocked_by_long_rows()
    {
        await Filled();
        var longer = await _db.Become(Products.Replace("string(80)", "string(200)"));
        Assert.Equal([(StepClass.Safe, ApiEffect.Addition)], longer.Steps.Select(s => (s.Class, s.Api)));
        await _db.Run("UPDATE products SET title = 'A very long title' WHERE id = 2");
        var shorter = await _db.Plan(Products.Replace("string(80)", "string(10)"));
        var step = Assert.Single(shorter.Steps);
        Assert.Equal((StepClass.Blocked, ApiEffect.Breaking), (step.Class, step.Api));
        Assert.Equal(["2"], step.Samples);
    }

    [Fact]
    public async Task A_removed_enum_value_is_blocked_while_rows_have_it()
    {
        const string orders =
            "  orders:\n    fields:\n      id: int pk auto\n      status: enum(cart,paid,lost) default=cart";
        await _db.Become(orders);
        await _db.Run("INSERT INTO orders (status) VALUES ('paid'), ('lost')");
        var plan = await _db.Plan(orders.Replace(",lost", ""));
        Assert.Equal((StepClass.Blocked, ApiEffect.Breaking), (plan.Class, Assert.Single(plan.Steps).Api));
        await _db.Run("UPDATE orders SET status = 'cart' WHERE status = 'lost'");
        Assert.True((await _db.Become(orders.Replace(",lost", ""))).IsSafe);
    }

    [Fact]
    public async Task A_value_more_in_an_enum_is_safe()
    {
        const string orders =
            "  orders:\n    fields:\n      id: int pk auto\n      status: enum(cart,paid) default=cart";
        await _db.Become(orders);
        var plan = await _db.Become(orders.Replace("paid", "paid,sent"));
        Assert.Equal([(StepClass.Safe, ApiEffect.Addition)], plan.Steps.Select(s => (s.Class, s.Api)));
    }

    [Fact]
    public async Task Indexes_come_and_go_safely()
    {
        await Filled();
        var plan = await _db.Become(Products + "\n    index: [[price, -title]]");
        Assert.Equal([(StepClass.Safe, StepKind.CreateIndex)], plan.Steps.Select(s => (s.Class, s.Kind)));
        Assert.Contains("DESC", await _db.One("SELECT sql FROM sqlite_master WHERE name = 'ix_products_price_title'"));
        plan = await _db.Become(Products);
        Assert.Equal([(StepClass.Safe, StepKind.DropIndex)], plan.Steps.Select(s => (s.Class, s.Kind)));
    }

    [Fact]
    public async Task A_unique_index_is_blocked_by_values_that_are_there_twice()
    {
        await Filled();
        await _db.Run("INSERT INTO products (title) VALUES ('tent')");
        Assert.Equal("3", await _db.One("SELECT count(*) FROM products"));
        var exact = await _db.Plan(Products.Replace("required", "required unique"));
        Assert.True(exact.IsSafe);
        var folded = await _db.Plan(Products.Replace("required", "required unique(nocase)"));
        Assert.Equal(StepClass.Blocked, folded.Class);
    }

    [Fact]
    public async Task A_reference_is_blocked_by_rows_that_would_point_nowhere()
    {
        const string orders = "  orders:\n    fields:\n      id: int pk auto\n      product_id: int";
        await _db.Become(Products + "\n" + orders);
        await _db.Run("INSERT INTO orders (product_id) VALUES (77)");
        var wanted = Products + "\n" + orders.Replace("product_id: int", "product: ref(products)");
        Assert.Equal(StepClass.Blocked, (await _db.Plan(wanted)).Class);
        await _db.Run("DELETE FROM orders");
        await _db.Become(wanted);
        await Assert.ThrowsAnyAsync<Exception>(() => _db.Run("INSERT INTO orders (product_id) VALUES (77)"));
    }

    [Fact]
    public async Task A_changed_on_delete_rewrites_the_table()
    {
        const string orders =
            "  orders:\n    fields:\n      id: int pk auto\n      product: ref(products) on_delete=restrict";
        await _db.Become(Products + "\n" + orders);
        await _db.Run("INSERT INTO products (title) VALUES ('Tent')");
        await _db.Run("INSERT INTO orders (product_id) VALUES (1)");
        await Assert.ThrowsAnyAsync<Exception>(() => _db.Run("DELETE FROM products"));
        var plan = await _db.Become(Products + "\n" + orders.Replace("restrict", "cascade"));
        Assert.Equal(StepClass.Rewrite, plan.Class);
        await _db.Run("DELETE FROM products");
        Assert.Equal("0", await _db.One("SELECT count(*) FROM orders"));
    }

    private async Task Filled()
    {
        await _db.Become(Products);
        await _db.Run("INSERT INTO products (title, price) VALUES ('Tent', 399.5), ('Rope', 179)");
    }
}
