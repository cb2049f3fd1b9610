using Xunit;

namespace Tercel.Tests.Api.Writing;

public sealed class BatchTests
{
    [Fact]
    public async Task Operations_refer_to_what_earlier_ones_answered()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/batch", """
            {"ops":[
              {"id":"c","method":"POST","path":"/categories?fields=id","body":{"slug":"boots","name":"Boots"}},
              {"id":"p","method":"POST","path":"/v1/products?fields=id,name","body":{"sku":"B-1","name":"$$c.id","price":1,"category_id":"$c.id"}},
              {"method":"PATCH","path":"/products/$p.id?fields=stock","body":{"stock":4}},
              {"method":"GET","path":"/products/$p.id?fields=stock"},
              {"method":"DELETE","path":"/categories/2"}
            ]}
            """);
        Assert.Equal(200, reply.Status);
        Assert.Equal(
            """{"results":[{"id":"c","status":201,"location":"/v1/categories/3","body":{"id":3}},"""
            + """{"id":"p","status":201,"location":"/v1/products/3","body":{"id":3,"name":"$c.id"}},"""
            + """{"status":200,"body":{"stock":4}},{"status":200,"body":{"stock":4}},{"status":204}]}""",
            reply.Body);
    }

    [Fact]
    public async Task A_list_in_a_batch_shows_what_the_batch_has_done()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/batch", """
            {"ops":[
              {"id":"c","method":"POST","path":"/categories","body":{"slug":"boots","name":"Boots"}},
              {"method":"GET","path":"/categories?slug=$c.slug&fields=id,slug"},
              {"method":"GET","path":"/categories?limit=1&fields=id"}
            ]}
            """);
        Assert.Contains(
            """{"data":[{"id":3,"slug":"boots"}],"page":{"limit":20,"next":null,"prev":null}}""",
            reply.Body, StringComparison.Ordinal);
        Assert.Contains("\"next\":\"/v1/categories?limit=1&fields=id&cursor=", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_undoes_everything_and_names_its_operation()
    {
        await using var shop = await WriteShop.Open();
        var before = await shop.Everything();
        var http = new WriteHttp(shop);
        Assert.Equal("422 #/ops/1/body/category_id reference", (await http.Post("/v1/batch", """
            {"ops":[
              {"id":"c","method":"POST","path":"/categories","body":{"slug":"boots","name":"Boots"}},
              {"method":"POST","path":"/products","body":{"sku":"B-1","name":"Boot","price":1,"category_id":99}}
            ]}
            """)).Summary);
        Assert.Equal("404 #/ops/1 not_found", (await http.Post("/v1/batch", """
            {"ops":[{"method":"DELETE","path":"/categories/2"},{"method":"DELETE","path":"/categories/2"}]}
            """)).Summary);
        Assert.Equal(before, await shop.Everything());
    }

    [Theory]
    [InlineData("[]", "422 # type")]
    [InlineData("{}", "422 #/ops required")]
    [InlineData("""{"ops":[]}""", "422 #/ops batch_operation")]
    [InlineData("""{"opps":[]}""", "422 #/opps unknown_field, #/ops required")]
    [InlineData("""{"ops":[{"method":"PUSH","path":"/orders","extra":1}]}""",
        "422 #/ops/0/extra unknown_field, #/ops/0/method batch_operation")]
    [InlineData("""{"ops":[{"method":"GET"}]}""", "422 #/ops/0/path required")]
    [InlineData("""{"ops":[{"method":"GET","path":"/orders?group=note"}]}""", "400 #/ops/0 not_supported")]
    [InlineData("""{"ops":[{"method":"GET","path":"/orders?nte=x"}]}""", "400 #/ops/0 unknown_field")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"orders/1"}]}""", "422 #/ops/0/path batch_operation")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/order/1"}]}""", "404 #/ops/0/path not_found")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/products/x"}]}""", "404 #/ops/0/path not_found")]
    [InlineData("""{"ops":[{"method":"POST","path":"/orders","body":{"note":"$x.id"}}]}""",
        "422 #/ops/0/body/note batch_reference")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/products/$x.id"}]}""", "422 #/ops/0/path batch_reference")]
    [InlineData("""{"ops":[{"id":"a","method":"DELETE","path":"/products/1"},"""
        + """{"id":"a","method":"DELETE","path":"/products/2"}]}""",
        "422 #/ops/1/id batch_operation")]
    [InlineData("""{"ops":[{"method":"POST","path":"/orders","body":{"notes":1}},"""
        + """{"method":"PATCH","path":"/products/1","body":{"stock":-1}}]}""",
        "422 #/ops/0/body/notes unknown_field, #/ops/1/body/stock min")]
    public async Task A_batch_that_cannot_be_read_is_refused(string body, string expected)
    {
        await using var shop = await WriteShop.Open();
        Assert.Equal(expected, (await new WriteHttp(shop).Post("/v1/batch", body)).Summary);
    }

    [Fact]
    public async Task A_text_with_a_dollar_that_is_no_reference_stays_as_it_is()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/batch", """
            {"ops":[{"method":"POST","path":"/orders?fields=note","body":{"note":"$5 off"}}]}
            """);
        Assert.Contains("""{"note":"$5 off"}""", reply.Body, StringComparison.Ordinal);
    }
}
