using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>Several operations in one transaction.</summary>
public sealed class BatchTests(WriteLab lab)
{
    [Fact]
    public async Task Operations_can_refer_to_what_earlier_ones_made()
    {
        var shop = await lab.Shop();
        var n = lab.Unused();

        var reply = (await shop.Post("/v1/batch", $$$"""
            {"ops":[
              {"id":"c","method":"POST","path":"/categories","body":{"slug":"boots-{{{n}}}","name":"Boots"}},
              {"id":"p","method":"POST","path":"/products","body":{"sku":"B-{{{n}}}","name":"Boot","price":80,"category_id":"$c.id"}},
              {"method":"PATCH","path":"/products/$p.id","body":{"stock":{"$inc":10},"description":"$$c.id"}},
              {"method":"GET","path":"/products/$p.id?embed=category"}
            ]}
            """)).Expect(200);

        var results = reply.Json.GetProperty("results");
        Assert.Equal([201, 201, 200, 200], results.EnumerateArray().Select(r => r.GetProperty("status").GetInt32()));
        var category = results[0].GetProperty("body").GetProperty("id").GetInt32();
        Assert.Equal($"/v1/categories/{category}", results[0].GetProperty("location").GetString());
        var last = results[3].GetProperty("body");
        Assert.Equal(category, last.GetProperty("category").GetProperty("id").GetInt32());
        Assert.Equal((10, "$c.id"),
            (last.GetProperty("stock").GetInt32(), last.GetProperty("description").GetString()));
        var stored = (await shop.Get($"/v1/products/{last.GetProperty("id")}?embed=category")).Expect(200);
        Assert.Equal(last.GetRawText(), stored.Text);
    }

    [Fact]
    public async Task One_failure_undoes_everything_before_it()
    {
        var client = await lab.Lab();
        var code = $"k{lab.Unused()}";

        var reply = await client.Post("/v1/batch", $$$"""
            {"ops":[
              {"id":"s","method":"POST","path":"/shelves","body":{"code":"{{{code}}}"}},
              {"method":"POST","path":"/things","body":{"name":"ab","shelf_id":"$s.id"}},
              {"method":"POST","path":"/shelves","body":{"code":"{{{code}}}"}}
            ]}
            """);

        Assert.Equal("409 #/ops/2/body/code unique", reply.Summary());
        Assert.Empty((await client.Get($"/v1/shelves?code={code}")).Expect(200).Items);
    }

    [Fact]
    public async Task Mistakes_of_all_operations_are_told_at_once()
    {
        var client = await lab.Lab();

        var reply = await client.Post("/v1/batch", """
            {"ops":[
              {"method":"POST","path":"/things","body":{"name":"a"}},
              {"method":"POST","path":"/shelves","body":{"cod":"x","code":1}}
            ]}
            """);

        Assert.Equal("422 #/ops/0/body/name min_length, #/ops/1/body/cod unknown_field, #/ops/1/body/code type",
            reply.Summary());
    }

    [Theory]
    [InlineData("[]", "422 # type")]
    [InlineData("{}", "422 #/ops required")]
    [InlineData("""{"ops":[{"method":"PUSH","path":"/things"}]}""", "422 #/ops/0/method batch_operation")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/nothing/1"}]}""", "404 #/ops/0/path not_found")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/things/$x.id"}]}""", "422 #/ops/0/path batch_reference")]
    [InlineData("""{"ops":[{"method":"DELETE","path":"/things/99999999"}]}""", "404 #/ops/0 not_found")]
    [InlineData("""{"ops":[{"method":"PATCH","path":"/locked/99999999","body":{}}]}""", "404 #/ops/0 not_found")]
    public async Task A_batch_that_cannot_run_is_refused(string body, string expected)
    {
        Assert.Equal(expected, (await (await lab.Lab()).Post("/v1/batch", body)).Summary());
    }

    [Fact]
    public async Task Only_POST_reaches_a_batch()
    {
        var reply = (await (await lab.Lab()).Get("/v1/batch")).Expect(405);

        Assert.Contains("POST", reply["Allow"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_takes_its_limit_and_not_one_more()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        string Ops(int count) => "{\"ops\":[" + string.Join(',', Enumerable.Repeat(
            $$"""{"method":"GET","path":"{{path[3..]}}?fields=id"}""", count)) + "]}";

        (await client.Post("/v1/batch", Ops(WriteLab.BatchOpsMax))).Expect(200);
        Assert.Equal("422 #/ops too_many_rows",
            (await client.Post("/v1/batch", Ops(WriteLab.BatchOpsMax + 1))).Summary());
    }
}
