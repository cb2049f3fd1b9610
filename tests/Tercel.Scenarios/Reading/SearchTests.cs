using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>Full-text search: what is found, in which order, with which marks.</summary>
public sealed class SearchTests(ReadShopFixture shop)
{
    [Fact]
    public async Task Every_word_must_occur_and_the_answer_is_the_same_as_reading_all_texts()
    {
        var client = await shop.Client();

        var found = await (await shop.Answers()).All("/v1/products?q=tent&fields=id,name,sku,description&limit=50");

        var texts = await DirectSql.Query(shop.Database, "SELECT id FROM products WHERE name || ' ' || sku || ' ' || coalesce(description, '') LIKE '%tent%'");
        Assert.NotEmpty(found);
        Assert.Empty(found.Column("id").Except(texts.Column("id")));
        var both = (await client.Get("/v1/products?q=tent zzzz")).Expect(200);
        Assert.Empty(both.Items);
    }

    [Fact]
    public async Task The_best_matches_come_first_and_pages_hold_every_match_once()
    {
        var answers = await shop.Answers();
        var whole = (await answers.All("/v1/products?q=shoe&limit=200&fields=id")).Column("id");

        var pages = (await answers.All("/v1/products?q=shoe&limit=3&fields=id")).Column("id");
        var byScore = (await answers.All("/v1/products?q=shoe&limit=200&fields=id&sort=-_score")).Column("id");

        Assert.True(whole.Length > 3, $"{whole.Length} rows for shoe");
        Assert.Equal(whole, pages);
        Assert.Equal(whole, byScore);
        Assert.Equal(whole.Length, whole.Distinct().Count());
    }

    [Fact]
    public async Task Search_goes_with_filters_sort_count_and_keyset_pages()
    {
        var answers = await shop.Answers();
        var all = (await answers.All("/v1/products?q=shoe&limit=200&fields=id,price,status"))
            .Where(p => p.GetProperty("status").GetString() == "active").OrderByDescending(p => p.GetProperty("price").GetDecimal())
            .ThenBy(p => p.GetProperty("id").GetInt32()).Column("id");

        var sorted = (await answers.All("/v1/products?q=shoe&status=active&sort=-price&limit=2&fields=id")).Column("id");
        var count = (await (await shop.Client()).Get("/v1/products?q=shoe&status=active&count=exact&limit=1")).Json;

        Assert.Equal(all, sorted);
        Assert.Equal(all.Length, count.GetProperty("page").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Highlight_marks_the_matches()
    {
        var rows = (await (await shop.Client()).Get("/v1/products?q=tent&highlight=name&limit=5")).Expect(200).Items;

        Assert.Contains(rows, row => row.GetProperty("_highlight").GetProperty("name").GetString()!.Contains("<mark>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AND")]
    [InlineData("OR NOT")]
    [InlineData("\"")]
    [InlineData("tent\"")]
    [InlineData("*")]
    [InlineData("^tent")]
    [InlineData("name:tent")]
    [InlineData("(tent")]
    [InlineData("tent AND (")]
    [InlineData("NEAR(tent, 5)")]
    [InlineData("-tent")]
    [InlineData("%2Btent")]
    [InlineData("'")]
    [InlineData("%00")]
    [InlineData("\u540d\u524d")]
    [InlineData("\ud83d\ude00")]
    [InlineData("%20")]
    public async Task No_search_text_is_a_server_error(string text)
    {
        var reply = await (await shop.Client()).Get($"/v1/products?q={text}");

        Assert.True(reply.Status is 200 or 400, reply.Text);
    }

    [Fact]
    public async Task A_resource_without_search_says_so() =>
        (await (await shop.Client()).Get("/v1/categories?q=shoe")).ExpectError(400, "unknown_parameter");
}
