using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>The examples of the query reference, on the sample shop, against direct SQL.</summary>
public sealed class ExampleTests(ReadShopFixture shop)
{
    private const string Total =
        "(SELECT round(sum(quantity * unit_price), 2) FROM order_lines l WHERE l.order_id = orders.id)";

    private const string Rating =
        "(SELECT round(avg(stars), 2) FROM reviews r WHERE r.product_id = products.id AND r.deleted_at IS NULL)";

    [Theory]
    [InlineData("products?id=1&id=2", "SELECT id, name, price FROM products WHERE id IN (1, 2) ORDER BY id")]
    [InlineData("products?status=active&price.gte=10&price.lt=50",
        "SELECT id, price FROM products WHERE status = 'active' AND price >= 10 AND price < 50 ORDER BY id")]
    [InlineData("products?price[lt]=50&price[gte]=10&status=active",
        "SELECT id, price FROM products WHERE status = 'active' AND price >= 10 AND price < 50 ORDER BY id")]
    [InlineData("products?name.icontains=TENT&tags.has=sale",
        "SELECT id FROM products WHERE name LIKE '%tent%' AND tags LIKE '%\"sale\"%' ORDER BY id")]
    [InlineData("orders?customer.country=IT&limit=100",
        "SELECT id, number, customer_id FROM orders WHERE customer_id IN (SELECT id FROM users WHERE country = 'IT') ORDER BY id")]
    [InlineData("orders?lines.none.quantity.gt=2&limit=200",
        "SELECT id FROM orders WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id AND quantity > 2) ORDER BY id")]
    [InlineData("orders?lines.all.quantity.lte=2&limit=200",
        "SELECT id FROM orders WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id AND quantity > 2) ORDER BY id")]
    [InlineData("orders?lines.count.gte=5&limit=200",
        "SELECT id FROM orders WHERE (SELECT count(*) FROM order_lines WHERE order_id = orders.id) >= 5 ORDER BY id")]
    [InlineData("products?attrs.color=red", "SELECT id FROM products WHERE attrs ->> 'color' = 'red' ORDER BY id")]
    [InlineData("orders?where=(status eq 'paid' or total gte $t) and not customer.country eq 'IT'&$t=900&limit=200",
        $"SELECT id, {Total} AS total FROM orders WHERE (status = 'paid' OR {Total} >= 900) "
        + "AND NOT (SELECT country FROM users WHERE id = customer_id) = 'IT' ORDER BY id")]
    [InlineData("products?sort=-price.nullslast,name&limit=33", "SELECT id, price, name FROM products ORDER BY price DESC, name, id")]
    [InlineData("products?fields=id,name,price&limit=7", "SELECT id, name, price FROM products ORDER BY id")]
    [InlineData("products?sort=-rating.nullslast,-review_count&limit=50",
        $"SELECT id, {Rating} AS rating, (SELECT count(*) FROM reviews r WHERE r.product_id = products.id AND r.deleted_at IS NULL)"
        + $" AS review_count, stock > 0 AS in_stock FROM products ORDER BY {Rating} DESC NULLS LAST, 3 DESC, id")]
    [InlineData("products?in_stock=false", "SELECT id FROM products WHERE NOT stock > 0 ORDER BY id")]
    [InlineData("products?rating.gte=4.5", $"SELECT id FROM products WHERE {Rating} >= 4.5 ORDER BY id")]
    [InlineData("products?category=7&sort=price", "SELECT id FROM products WHERE category_id = 7 ORDER BY price, id")]
    [InlineData("products?category.parent.slug=shoes&limit=200",
        "SELECT id FROM products WHERE category_id IN (SELECT id FROM categories WHERE parent_id = 1) ORDER BY id")]
    [InlineData("categories?parent.null=true", "SELECT id FROM categories WHERE parent_id IS NULL ORDER BY id")]
    [InlineData("categories?products.exists=false", "SELECT id FROM categories WHERE id NOT IN (SELECT category_id FROM products) ORDER BY id")]
    [InlineData("products?collections.exists=true",
        "SELECT id FROM products WHERE id IN (SELECT product_id FROM collection_products) ORDER BY id")]
    [InlineData("products?collections.slug.starts=s",
        "SELECT id FROM products WHERE id IN (SELECT product_id FROM collection_products JOIN collections c ON c.id = collection_id WHERE c.slug GLOB 's*') ORDER BY id")]
    [InlineData("collections?products.count.gt=5",
        "SELECT id FROM collections WHERE (SELECT count(*) FROM collection_products WHERE collection_id = collections.id) > 5 ORDER BY id")]
    [InlineData("users?email=ADA.ALMEIDA@SHOP.EXAMPLE", "SELECT id FROM users WHERE email = 'ada.almeida@shop.example'")]
    [InlineData("sales_by_month?revenue.gt=1000&sort=-revenue&limit=5",
        "SELECT * FROM sales_by_month WHERE revenue > 1000 ORDER BY revenue DESC, month")]
    [InlineData("orders?created_at.between=2025-01-01,2025-03-01T12:00:00Z&limit=200",
        "SELECT id FROM orders WHERE created_at BETWEEN '2025-01-01T00:00:00.000Z' AND '2025-03-01T12:00:00.000Z' ORDER BY id")]
    [InlineData("orders?where=exists(lines, quantity gt 2 and product.price gt 100)&limit=200",
        "SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM order_lines l JOIN products p ON p.id = product_id WHERE order_id = orders.id AND quantity > 2 AND p.price > 100) ORDER BY id")]
    [InlineData("reviews?author.country=IT&product.category.parent_id=1&limit=200",
        "SELECT r.id FROM reviews r JOIN users u ON u.id = author_id JOIN products p ON p.id = product_id JOIN categories c ON c.id = category_id WHERE r.deleted_at IS NULL AND u.country = 'IT' AND c.parent_id = 1 ORDER BY r.id")]
    public async Task An_example_finds_what_sql_finds(string path, string sql) =>
        await (await shop.Answers()).AreRows($"/v1/{path}", sql);

    [Fact]
    public async Task A_row_is_bare_and_embeds_its_relations()
    {
        var client = await shop.Client();
        var orderId = (await DirectSql.Scalar(shop.Database, "SELECT order_id FROM order_lines GROUP BY 1 HAVING count(*) = 3 LIMIT 1")).GetString();

        var order = (await client.Get(
            $"/v1/orders/{orderId}?embed=customer(id,name),lines(quantity,product(name,price);sort=-quantity;limit=2;where=quantity gte 1)"))
            .Expect(200).Json;

        var lines = await DirectSql.Query(
            shop.Database,
            $"""
            SELECT quantity, p.name AS 'product.name', p.price AS 'product.price' FROM order_lines JOIN products p ON p.id = product_id
            WHERE order_id = '{orderId}' ORDER BY quantity DESC, order_id, line LIMIT 2
            """);
        Answers.AreSame([.. order.GetProperty("lines").EnumerateArray()], lines, "lines");
        Assert.Equal(["id", "name"], order.GetProperty("customer").EnumerateObject().Select(m => m.Name));
        Assert.Equal(["product", "quantity"], order.GetProperty("lines")[0].EnumerateObject().Select(m => m.Name).Order());
    }

    [Fact]
    public async Task Every_order_embeds_exactly_its_lines_and_their_products()
    {
        var rows = await (await shop.Answers()).All("/v1/orders?embed=lines.product&fields=id&limit=200");

        var expected = await DirectSql.Query(
            shop.Database,
            """
            SELECT l.order_id, l.line AS line, quantity, unit_price, p.id AS 'product.id', p.sku AS 'product.sku', p.attrs AS 'product.attrs'
            FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = product_id ORDER BY o.id, line
            """);
        var actual = rows.SelectMany(o => o.GetProperty("lines").EnumerateArray()).ToList();
        Assert.Equal(2400, rows.Count);
        Answers.AreSame(actual, [.. expected], "embed=lines.product");
    }

    [Fact]
    public async Task Many_to_many_embeds_both_ways()
    {
        var answers = await shop.Answers();

        var collections = await answers.All("/v1/collections?embed=products(id;sort=-id)");
        var products = await answers.All("/v1/products?embed=collections(id)&fields=id&limit=200");

        var pairs = (await DirectSql.Query(shop.Database, "SELECT collection_id || '-' || product_id AS pair FROM collection_products"))
            .Column("pair").Order(StringComparer.Ordinal).ToList();
        var down = collections.SelectMany(c => c.GetProperty("products").EnumerateArray()
            .Select(p => $"{c.GetProperty("id")}-{p.GetProperty("id")}"));
        var up = products.SelectMany(p => p.GetProperty("collections").EnumerateArray()
            .Select(c => $"{c.GetProperty("id")}-{p.GetProperty("id")}"));
        Assert.Equal(pairs, down.Order(StringComparer.Ordinal));
        Assert.Equal(pairs, up.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("products/42/reviews?sort=-stars&limit=3", "SELECT id, stars FROM reviews WHERE product_id = 42 AND deleted_at IS NULL ORDER BY stars DESC, id")]
    [InlineData("products/42/collections", "SELECT c.id FROM collections c JOIN collection_products ON collection_id = c.id WHERE product_id = 42 ORDER BY c.id")]
    [InlineData("categories/1/children?limit=2", "SELECT id FROM categories WHERE parent_id = 1 ORDER BY id")]
    [InlineData("categories/7/products?price.gt=80&sort=-price&limit=3", "SELECT id, price FROM products WHERE category_id = 7 AND price > 80 ORDER BY price DESC, id")]
    [InlineData("collections/1/products?limit=4&fields=id", "SELECT product_id AS id FROM collection_products WHERE collection_id = 1 ORDER BY product_id")]
    public async Task A_sub_collection_is_the_filtered_list(string path, string sql) =>
        await (await shop.Answers()).AreRows($"/v1/{path}", sql);

    [Theory]
    [InlineData("orders?group=status&agg=count,sum(total),avg(total) as mean&having=count gte 10&sort=-sum_total",
        $"SELECT status, count(*) AS count, sum(t) AS sum_total FROM (SELECT status, {Total} AS t FROM orders) GROUP BY 1 HAVING count(*) >= 10 ORDER BY 3 DESC")]
    [InlineData("orders?group=month(created_at) as m,customer.country&agg=count(distinct customer_id) as people&sort=m,customer.country&limit=200&created_at.lt=2025-07-01",
        "SELECT strftime('%Y-%m-01', created_at) AS m, (SELECT country FROM users WHERE id = customer_id) AS 'customer.country', count(DISTINCT customer_id) AS people FROM orders WHERE created_at < '2025-07-01' GROUP BY 1, 2 ORDER BY 1, 2")]
    [InlineData("products?agg=count,min(price) as low,max(price) as high", "SELECT count(*) AS count, min(price) AS low, max(price) AS high FROM products")]
    [InlineData("products?distinct=status&sort=status", "SELECT DISTINCT status FROM products ORDER BY 1")]
    public async Task Groups_are_those_of_sql(string path, string sql) =>
        await (await shop.Answers()).IsPage($"/v1/{path}", sql);

    [Fact]
    public async Task Facets_count_the_matching_rows_of_each_value()
    {
        var reply = (await (await shop.Client()).Get("/v1/products?price.lt=100&facets=status,category_id(limit=3)&limit=1")).Expect(200);

        var facets = reply.Json.GetProperty("facets");
        var status = await DirectSql.Query(shop.Database, "SELECT status, count(*) AS n FROM products WHERE price < 100 GROUP BY 1 ORDER BY 2 DESC");
        Assert.Equal(status[0].GetProperty("n").GetInt32(), facets.GetProperty("status")[0].GetProperty("count").GetInt32());
        Assert.Equal(status.Count, facets.GetProperty("status").GetArrayLength());
        Assert.Equal(3, facets.GetProperty("category_id").GetArrayLength());
    }

    [Theory]
    [InlineData("/v1/products.csv?status=active&fields=id,name", "text/csv", null)]
    [InlineData("/v1/products?status=active&fields=id,name", "text/csv", "text/csv")]
    [InlineData("/v1/products.ndjson?status=active&fields=id,name", "application/x-ndjson", null)]
    [InlineData("/v1/products?status=active&fields=id,name", "application/x-ndjson", "application/x-ndjson")]
    public async Task A_stream_has_every_row(string path, string type, string? accept)
    {
        var client = await shop.Client();

        var reply = (accept is null ? await client.Get(path) : await client.Get(path, ("Accept", accept))).Expect(200);

        Assert.StartsWith(type, reply["Content-Type"], StringComparison.Ordinal);
        var count = await DirectSql.Scalar(shop.Database, "SELECT count(*) FROM products WHERE status = 'active'");
        var lines = reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(count.GetInt32() + (type == "text/csv" ? 1 : 0), lines.Length);
    }
}
