using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>What HTTP asks of reads: methods, conditional requests, forms of the answer, addresses that are not
/// there.</summary>
public sealed class HttpRulesTests(ReadShopFixture shop, TypesFixture types)
{
    [Theory]
    [InlineData("/v1/products/42")]
    [InlineData("/v1/products/42?fields=id,name")]
    [InlineData("/v1/products?limit=3")]
    [InlineData("/v1/products/42/reviews")]
    [InlineData("/v1/sales_by_month")]
    [InlineData("/openapi.json")]
    public async Task An_answer_has_a_tag_and_the_tag_saves_the_body(string path)
    {
        var client = await shop.Client();
        var first = (await client.Get(path)).Expect(200);
        var tag = first["ETag"] ?? "";

        var same = await client.Get(path, ("If-None-Match", tag));
        var listed = await client.Get(path, ("If-None-Match", $"\"x\", W/{tag.Replace("W/", "", StringComparison.Ordinal)}"));
        var any = await client.Get(path, ("If-None-Match", "*"));
        var other = await client.Get(path, ("If-None-Match", "\"other\""));

        Assert.Matches("^(W/)?\"[^\"]+\"$", tag);
        Assert.Equal(304, same.Status);
        Assert.Empty(same.Body);
        Assert.Equal(tag, same["ETag"]);
        Assert.Equal(304, listed.Status);
        Assert.Equal(304, any.Status);
        Assert.Equal(200, other.Status);
        Assert.Equal(first.Body, other.Body);
    }

    [Theory]
    [InlineData("/v1/products/42")]
    [InlineData("/v1/products?limit=3&count=exact")]
    [InlineData("/v1/products/4242")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/products?sort=nothing")]
    [InlineData("/openapi.json")]
    public async Task Head_is_get_without_a_body(string path)
    {
        var client = await shop.Client();

        var get = await client.Get(path);
        var head = await client.Head(path);

        Assert.Equal(get.Status, head.Status);
        Assert.Empty(head.Body);
        foreach (var name in new[] { "Content-Type", "ETag", "Link", "Content-Length" })
            if (get.Status == 200) Assert.Equal(get[name], head[name]);
    }

    [Theory]
    [InlineData("/v1/products", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, QUERY")]
    [InlineData("/v1/products/42", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT")]
    [InlineData("/v1/products/42/reviews", "GET, HEAD, OPTIONS, QUERY")]
    [InlineData("/v1/products/query", "OPTIONS, POST, QUERY")]
    [InlineData("/v1/batch", "OPTIONS, POST")]
    [InlineData("/v1/sales_by_month", "GET, HEAD, OPTIONS, QUERY")]
    [InlineData("/v1/products.csv", "GET, HEAD, OPTIONS")]
    public async Task Options_says_what_can_be_done(string path, string allow)
    {
        var reply = await (await shop.Client()).Send("OPTIONS", path, null, null);

        Assert.Equal(204, reply.Status);
        Assert.Equal(allow, reply["Allow"]);
        Assert.Equal(allow.Contains("PATCH", StringComparison.Ordinal), reply["Accept-Patch"] is not null);
        Assert.Equal(allow.Contains("QUERY", StringComparison.Ordinal), reply["Accept-Query"] is not null);
    }

    [Theory]
    [InlineData("POST", "/v1/products/42")]
    [InlineData("PUT", "/v1/products")]
    [InlineData("DELETE", "/v1/sales_by_month")]
    [InlineData("PATCH", "/v1/products/42/reviews")]
    [InlineData("PUT", "/v1/batch")]
    [InlineData("BREW", "/v1/products")]
    [InlineData("DELETE", "/openapi.json")]
    [InlineData("POST", "/")]
    public async Task A_method_that_an_address_does_not_know_is_405(string method, string path)
    {
        var client = await shop.Client();

        var reply = (await client.Send(method, path, "{}", "application/json")).Expect(405);

        Assert.Equal("application/problem+json", reply["Content-Type"]?.Split(';')[0]);
        Assert.Equal((await client.Send("OPTIONS", path, null, null))["Allow"], reply["Allow"]);
    }

    [Theory]
    [InlineData("/v1/nothing", null)]
    [InlineData("/v1/product", "products")]
    [InlineData("/v1/order_lines", null)]
    [InlineData("/v1/products/4242", null)]
    [InlineData("/v1/products/42/nothing", null)]
    [InlineData("/v1/products/42/reviewz", "reviews")]
    [InlineData("/v1/products/42/category", null)]
    [InlineData("/v1/products/42/reviews/1", null)]
    [InlineData("/v1/products/4242/reviews", null)]
    [InlineData("/v1/products/abc", null)]
    [InlineData("/v1/products/1,2", null)]
    [InlineData("/v1/products/", null)]
    [InlineData("/v2/products", null)]
    [InlineData("/products", "/v1/products")]
    [InlineData("/v1/products/%zz", null)]
    [InlineData("/v1/products/%ff", null)]
    [InlineData("/v1/orders/00000000-0000-4000-8000-000000000000", null)]
    [InlineData("/v1//products", null)]
    [InlineData("/v1/products.xml", null)]
    public async Task What_is_not_there_is_404(string path, string? suggestion)
    {
        var reply = (await (await shop.Client()).Get(path)).Expect(404);

        Assert.StartsWith("application/problem+json", reply["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("/problems/not-found", reply.Json.GetProperty("type").GetString());
        if (suggestion is not null)
            Assert.Equal(suggestion, reply.Json.GetProperty("errors")[0].GetProperty("suggestion").GetString());
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("*/*", 200)]
    [InlineData("application/*;q=0.1", 200)]
    [InlineData("text/html, application/json;q=0.5", 200)]
    [InlineData("image/png", 406)]
    [InlineData("text/html", 406)]
    [InlineData("application/json;q=0", 406)]
    [InlineData("", 200)]
    public async Task Accept_chooses_the_form(string accept, int status)
    {
        var client = await shop.Client();

        var row = await client.Get("/v1/products/42", ("Accept", accept));
        var list = await client.Get("/v1/products?limit=1", ("Accept", accept));

        row.Expect(status);
        list.Expect(status);
        if (status == 406) row.ExpectError(406, "not_acceptable");
    }

    [Fact]
    public async Task A_url_that_is_too_long_is_414()
    {
        var client = await shop.Client();

        (await client.Get("/v1/products?name=" + new string('x', 8000))).Expect(200);
        (await client.Get("/v1/products?name=" + new string('x', 8300))).ExpectError(414, "uri_too_long");
    }

    [Theory]
    [InlineData("?embed=reviews&fields=id", 200)]
    [InlineData("?sort=id", 400)]
    [InlineData("?limit=1", 400)]
    [InlineData("?id=42", 400)]
    [InlineData("?nothing=1", 400)]
    [InlineData("?where=id eq 42", 400)]
    public async Task A_single_row_takes_fields_and_embed_only(string query, int status) =>
        (await (await shop.Client()).Get("/v1/products/42" + query)).Expect(status);

    [Theory]
    [InlineData("""{"where":{"status":"active","price":{"gte":10,"lt":50}}}""", "status=active&price.gte=10&price.lt=50")]
    [InlineData("""{"where":{"or":[{"status":"draft"},{"price":{"gte":200}}]}}""", "where=status eq 'draft' or price gte 200")]
    [InlineData("""{"where":{"id":[1,2,300]}}""", "id=1&id=2&id=300")]
    [InlineData("""{"where":{"description":null}}""", "description.null=true")]
    [InlineData("""{"where":{"price":{"between":[10,20]}}}""", "price.between=10,20")]
    [InlineData("""{"where":{"name":{"not":{"starts":"T"}}}}""", "name.not.starts=T")]
    [InlineData("""{"where":{"not":{"status":"active"}}}""", "status.not=active")]
    [InlineData("""{"where":{"reviews":{"exists":{"stars":{"gt":4}}}}}""", "where=exists(reviews, stars gt 4)")]
    [InlineData("""{"where":{"category.parent.slug":"shoes"}}""", "category.parent.slug=shoes")]
    [InlineData("""{"where":{"price.gte":100,"tags.has":"sale"}}""", "price.gte=100&tags.has=sale")]
    [InlineData("""{"where":"price gte $p","params":{"p":100}}""", "where=price gte $p&$p=100")]
    [InlineData("""{"where":"id in $ids","params":{"ids":[3,4]}}""", "where=id in $ids&$ids=3,4")]
    [InlineData("""{"sort":["-price","name"],"fields":["id","price"],"limit":7}""", "sort=-price,name&fields=id,price&limit=7")]
    [InlineData("""{"sort":"-price","fields":"id,price","limit":7,"offset":3}""", "sort=-price&fields=id,price&limit=7&offset=3")]
    [InlineData("""{"embed":{"reviews":{"limit":2,"where":"stars gte $n","sort":["-stars"]}},"params":{"n":3},"limit":5}""",
        "embed=reviews(;limit=2;where=stars gte $n;sort=-stars)&$n=3&limit=5")]
    [InlineData("""{"embed":["category(id)","reviews.author"],"limit":5}""", "embed=category(id),reviews.author&limit=5")]
    [InlineData("""{"embed":{"category":true},"limit":5}""", "embed=category&limit=5")]
    [InlineData("""{"q":"tent","count":"exact"}""", "q=tent&count=exact")]
    [InlineData("""{"attrs.color":"red"}""", null)]
    [InlineData("{}", "")]
    public async Task Query_and_post_query_answer_as_the_url_does(string body, string? query)
    {
        var client = await shop.Client();

        var viaQuery = await client.Send("QUERY", "/v1/products", body, "application/json");
        var viaPost = await client.Post("/v1/products/query", body);

        Assert.Equal(viaQuery.Status, viaPost.Status);
        if (query is null)
        {
            viaQuery.ExpectError(400, "unknown_parameter");
            return;
        }

        var expected = (await client.Get($"/v1/products?{query}")).Expect(200).Json;
        foreach (var json in new[] { viaQuery.Expect(200).Json, viaPost.Json })
        {
            Assert.Equal(expected.GetProperty("data").GetRawText(), json.GetProperty("data").GetRawText());
            var next = json.GetProperty("page").GetProperty("next_cursor");
            var hasOffset = body.Contains("offset", StringComparison.Ordinal);
            if (!hasOffset) Assert.Equal(expected.GetProperty("page").GetProperty("next").ValueKind, next.ValueKind);
        }
    }

    [Fact]
    public async Task A_query_in_a_body_is_paged_by_its_cursor()
    {
        var client = await types.Client();
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var more = cursor is null ? "" : $",\"cursor\":\"{cursor}\"";
            var reply = (await client.Post("/v1/things/query", $$"""{"sort":["-f_int"],"limit":13{{more}}}""")).Expect(200);
            ids.AddRange(reply.Items.Column("id"));
            cursor = reply.Json.GetProperty("page").GetProperty("next_cursor").GetString();
        }
        while (cursor is not null && ids.Count < 200);

        Assert.Equal((await DirectSql.Query(types.Database, "SELECT id FROM things ORDER BY f_int DESC, id")).Column("id"), ids);
    }

    [Theory]
    [InlineData("{", "malformed_json")]
    [InlineData("", "malformed_json")]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("""{"limit":"x"}""", null)]
    [InlineData("""{"where":{"nope":1}}""", "unknown_field")]
    [InlineData("""{"where":{"price":{"near":1}}}""", null)]
    [InlineData("""{"whre":{}}""", "unknown_parameter")]
    [InlineData("""{"limit":1,"limit":2}""", "duplicate")]
    [InlineData("""{"where":{"price":{"gte":{}}}}""", null)]
    [InlineData("""{"where":{"price":"cheap"}}""", "type")]
    [InlineData("""{"sort":["nope"],"where":{"alsonope":1}}""", "unknown_field")]
    [InlineData("""{"where":"price gte $p"}""", "missing_parameter")]
    [InlineData("""{"limit":1}{""", "malformed_json")]
    [InlineData("""{"q":"\ud800"}""", null)]
    public async Task A_mistake_in_a_body_is_refused(string body, string? code)
    {
        var client = await shop.Client();
        foreach (var reply in new[]
        {
            await client.Post("/v1/products/query", body), await client.Send("QUERY", "/v1/products", body, "application/json"),
        })
        {
            if (code is null) reply.Expect(400);
            else reply.ExpectError(400, code);
        }
    }

    [Fact]
    public async Task A_query_of_another_media_type_is_415()
    {
        var client = await shop.Client();

        (await client.Send("QUERY", "/v1/products", "limit=1", "application/x-www-form-urlencoded")).ExpectError(415, "media_type");
        (await client.Send("POST", "/v1/products/query", "<a/>", "application/xml")).ExpectError(415, "media_type");
    }
}
