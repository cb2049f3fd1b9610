using Xunit;

namespace Tercel.Tests.Api.Sql;

// Queries against a real database, from text to JSON.
public sealed class ListReadTests : IAsyncLifetime
{
    private ReadShop _shop = null!; // set before each test

    public async ValueTask InitializeAsync() => _shop = await ReadShop.Open();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_row_shows_each_field_in_its_JSON_form()
    {
        var json = await _shop.List("products", "id=1");
        Assert.Equal(
            """
            [{"id":1,"sku":"A-1","name":"Runner","description":"red running shoe","price":49.90,"stock":7,"status":"active",
            "category_id":1,"tags":["red","sale"],"attrs":{"color":"red","size":42},"weight":0.5,"serial":"9007199254740993",
            "sold":true,"released":"2026-01-31","created_at":"2026-01-01T10:00:00Z","version":3,"in_stock":true,"rating":4.50,
            "review_count":2}]
            """.ReplaceLineEndings(""),
            json);
    }

    [Fact]
    public async Task Null_and_quotes_and_milliseconds_survive()
    {
        Assert.Equal(
            """[{"name":"Walker","weight":null,"created_at":"2026-02-01T10:00:00.250Z"}]""",
            await _shop.List("products", "id=2&fields=name,weight,created_at"));
        Assert.Equal("""[{"name":"Hat \"Tall\""}]""", await _shop.List("products", "id=4&fields=name"));
    }

    [Theory]
    [InlineData("", "1,2,3,4,5")]
    [InlineData("id=1&id=2", "1,2")]
    [InlineData("status=active", "1,3,5")]
    [InlineData("status.ne=active", "2,4")]
    [InlineData("price.lt=20", "4")]
    [InlineData("price.gte=20&price.lte=49.90", "1,2,5")]
    [InlineData("price.between=15,20", "2,4")]
    [InlineData("price=49.9", "1,5")]
    [InlineData("price.null=true", "3")]
    [InlineData("price.null=false", "1,2,4,5")]
    [InlineData("sku.in=A-1,B-1,\"C,3\"", "1,3,4")]
    [InlineData("sku.nin=A-1,B-1", "2,4,5")]
    [InlineData("name.contains=un", "1")]
    [InlineData("name.contains=UN", "")]
    [InlineData("name.icontains=UN", "1")]
    [InlineData("name.icontains=STRASSE", "")]
    [InlineData("name.istarts=stra%C3%9F", "5")]
    [InlineData("name.starts=W", "2")]
    [InlineData("name.starts=w", "")]
    [InlineData("name.ends=er", "1,2")]
    [InlineData("name.iends=ER", "1,2")]
    [InlineData("name.like=%25al%25", "2,4")]
    [InlineData("name.like=%25AL%25", "")]
    [InlineData("name.ilike=w_lker", "2")]
    [InlineData("tags.has=sale", "1,4")]
    [InlineData("tags.hasany=sale,red", "1,4,5")]
    [InlineData("tags.hasall=sale,red", "1")]
    [InlineData("attrs.color=red", "1")]
    [InlineData("attrs.size.gte=40", "1")]
    [InlineData("attrs.size=XL", "4")]
    [InlineData("attrs.sizes.has=41", "3")]
    [InlineData("attrs.sizes.0=40", "3")]
    [InlineData("attrs.color.null=true", "2,4,5")]
    [InlineData("in_stock=false", "2")]
    [InlineData("review_count.gt=1", "1")]
    [InlineData("rating.gte=4.5", "1")]
    [InlineData("sold=true", "1")]
    [InlineData("serial=9007199254740993", "1")]
    [InlineData("released.lt=2026-01-01", "3")]
    [InlineData("created_at.gte=2026-03-01", "3,4,5")]
    [InlineData("created_at.gte=now-2d", "4,5")]
    [InlineData("created_at.lt=2026-01-01T12:00:00%2B02:00", "")]
    [InlineData("created_at.lte=2026-01-01T12:00:00%2B02:00", "1")]
    [InlineData("category=1", "1,2")]
    [InlineData("category.name=Shoes", "1,2")]
    [InlineData("category.parent.name=Shoes", "3")]
    [InlineData("category.null=true", "5")]
    [InlineData("category.exists=true", "1,2,3,4")]
    [InlineData("reviews.stars=5", "1")]
    [InlineData("reviews.stars=1", "")]
    [InlineData("reviews.exists=true", "1,2")]
    [InlineData("reviews.exists=false", "3,4,5")]
    [InlineData("reviews.count.gte=2", "1")]
    [InlineData("reviews.none.stars.lt=4", "1,3,4,5")]
    [InlineData("reviews.all.stars.gte=4", "1,3,4,5")]
    [InlineData("lines.order.customer.country=IT", "1,2")]
    [InlineData("where=(status eq 'active' or price lt $max) and not stock gt 8&$max=20", "1,3,4")]
    [InlineData("where=price in (20, 15.5)", "2,4")]
    [InlineData("where=price eq null", "3")]
    [InlineData("where=avg(reviews.stars) gte 4", "1")]
    [InlineData("where=count(reviews, stars gte 4) eq 2", "1")]
    [InlineData("where=exists(reviews, stars lt 3)", "2")]
    [InlineData("where=stock * 2 gt 13", "1,5")]
    [InlineData("where=length(name) lte 4", "3")]
    [InlineData("where=lower(name) eq 'straße'", "5")]
    [InlineData("where=coalesce(price, 0) lt 16", "3,4")]
    [InlineData("where=year(released) eq 2025", "3")]
    [InlineData("where=month(created_at) eq '2026-03-01'", "3,4,5")]
    [InlineData("where=created_at gt now - 12h", "5")]
    [InlineData("where=released %2B 31d gt created_at", "1")]
    [InlineData("where=if(stock gt 5, 'many', 'few') eq 'many'", "1,5")]
    [InlineData("where=concat(sku, name) eq 'A-2Walker'", "2")]
    [InlineData("where=round(price / 3, 1) eq 6.7", "2")]
    [InlineData("where=stock gt category.id %2B 5", "1")]
    public async Task A_filter_keeps_the_rows_that_match(string query, string ids) =>
        Assert.Equal(ids, await _shop.Ids("products", query));

    [Theory]
    [InlineData("sort=-price", "1,5,2,4,3")]
    [InlineData("sort=price", "3,4,2,1,5")]
    [InlineData("sort=price.nullslast", "4,2,1,5,3")]
    [InlineData("sort=-price.nullsfirst,-id", "3,5,1,2,4")]
    [InlineData("sort=category.name,-id", "5,3,4,2,1")]
    [InlineData("sort=-review_count", "1,2,3,4,5")]
    [InlineData("sort=attrs.color", "2,4,5,3,1")]
    [InlineData("sort=-id&limit=2&offset=1", "4,3")]
    [InlineData("limit=2&page=2", "3,4")]
    public async Task A_sort_orders_rows(string query, string ids) =>
        Assert.Equal(ids, await _shop.Ids("products", query));

    [Theory]
    [InlineData("q=shoe", "1,2")]
    [InlineData("q=runn", "1")]
    [InlineData("q=red shoe", "1")]
    [InlineData("q=\"walking shoe\"", "2")]
    [InlineData("q=shoe -red", "2")]
    [InlineData("q=\" OR name:*", "")]
    [InlineData("q=shoe&sort=-id", "2,1")]
    public async Task A_search_finds_words_and_takes_any_text(string query, string ids) =>
        Assert.Equal(ids, await _shop.Ids("products", query));

    [Fact]
    public async Task A_highlight_marks_matches_and_escapes_the_rest() => Assert.Equal(
        """[{"id":1,"_highlight":{"description":"red running <mark>shoe</mark>"}}]""",
        await _shop.List("products", "q=runner shoe&fields=id&highlight=description"));

    [Fact]
    public async Task Embeds_nest_rows_of_both_kinds()
    {
        var json = await _shop.List(
            "orders",
            "fields=id,total&embed=customer(name),lines(quantity;sort=line)");
        Assert.Equal(
            """
            [{"id":1,"total":99.90,"customer":{"name":"Ann"},"lines":[{"quantity":2},{"quantity":1}]},
            {"id":2,"total":186.00,"customer":{"name":"Bob O'Hara"},"lines":[{"quantity":12}]},
            {"id":3,"total":0.00,"customer":{"name":"Ann"},"lines":[]}]
            """.ReplaceLineEndings(""),
            json);
    }

    [Fact]
    public async Task Embeds_nest_deeply_with_limits_and_conditions()
    {
        Assert.Equal(
            """
            [{"id":1,"lines":[{"line":1,"product":{"id":1,"reviews":[{"stars":5},{"stars":4}]}},
            {"line":2,"product":{"id":2,"reviews":[{"stars":2}]}}]},
            {"id":2,"lines":[{"line":1,"product":{"id":4,"reviews":[]}}]},{"id":3,"lines":[]}]
            """.ReplaceLineEndings(""),
            await _shop.List("orders", "fields=id&embed=lines(line,product(id,reviews(stars)))"));
        Assert.Equal(
            """[{"name":"Shoes","products":[{"id":2}]},{"name":"Boots","products":[{"id":3}]},"""
            + """{"name":"Hats","products":[]}]""",
            await _shop.List("categories",
                "fields=name&embed=products(id;sort=-id;limit=1;where=status ne 'archived')"));
        Assert.Equal(
            """[{"id":3,"category":{"name":"Boots","parent":{"name":"Shoes"}}},{"id":5,"category":null}]""",
            await _shop.List("products", "id=3&id=5&fields=id&embed=category(name,parent(name))"));
    }

    [Theory]
    [InlineData("users", "password=x", "password unknown_field: no field 'password' in users")]
    [InlineData("users", "sort=password", "sort unknown_field: no field 'password' in users")]
    [InlineData("users", "fields=password", "fields unknown_field: no field 'password' in users")]
    [InlineData("products", "nam=x", "nam unknown_field: no field 'nam' in products [name]")]
    [InlineData("products", "stock=many", "stock value: 'many' is not possible here: the value must be an integer")]
    [InlineData("products", "status=actve",
        "status value: 'actve' is not possible here: the value must be one of draft, active, archived [active]")]
    [InlineData("products", "embed=categry", "embed unknown_field: no relation 'categry' in products [category]")]
    [InlineData("products", "fields=category", "fields unknown_field: category is a relation: use embed=category")]
    [InlineData("products", "limit=1000", "limit page: limit must be 1 to 200 (page.max)")]
    [InlineData("products", "where=stock eq 'x'", "where type: cannot compare an integer with text")]
    [InlineData("products", "where=name eq 5", "where type: cannot compare text with a number; write '5'")]
    [InlineData("products", "where=reviews.stars %2B 1 gt 3",
        "where type: reviews.stars leads to many rows: compare it alone, or use exists(reviews, ...) or an aggregate")]
    [InlineData("products", "sort=tags", "sort type: tags is a list, which has no order")]
    [InlineData("reviews", "q=x", "q unknown_parameter: reviews has no full-text search")]
    public void A_mistake_is_named(string entity, string query, string error) =>
        Assert.Equal([error], _shop.Errors(entity, query));
}
