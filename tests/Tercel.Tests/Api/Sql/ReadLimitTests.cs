using Tercel.Api.Model;
using Xunit;

namespace Tercel.Tests.Api.Sql;

// Each bound of planning at its limit and one past it.
public sealed class ReadLimitTests
{
    private static readonly ApiLimits Small = ApiLimits.Default with
    {
        NodesMax = 4, DepthMax = 2, PathDepthMax = 2, InValuesMax = 2, EmbedsMax = 2, SortMax = 2, FieldsMax = 2,
        PageMax = 5, PageDefault = 3, OffsetMax = 10,
    };

    [Theory]
    [InlineData("id=1&id.ne=2&stock.gt=1&stock.lt=9", "id=1&id.ne=2&id.ne=3&stock.gt=1&stock.lt=9", "too_complex")]
    [InlineData("where=abs(abs(stock)) gt 1", "where=abs(abs(abs(stock))) gt 1", "too_deep")]
    [InlineData("category.parent.name=Shoes", "category.parent.parent.name=Shoes", "too_deep")]
    [InlineData("lines.order.note=first", "lines.order.customer.name=Ann", "too_deep")]
    [InlineData("id.in=1,2", "id.in=1,2,3", "too_many_values")]
    [InlineData("where=id in (1, 2)", "where=id in (1, 2, 3)", "too_many_values")]
    [InlineData("embed=category,reviews", "embed=category,reviews,lines", "too_complex")]
    [InlineData("embed=category(id,parent(id))", "embed=category(id,parent(id,parent(id)))", "too_complex")]
    [InlineData("sort=id,name", "sort=id,name,stock", "too_complex")]
    [InlineData("fields=id,name", "fields=id,name,stock", "too_complex")]
    [InlineData("limit=5", "limit=6", "page")]
    [InlineData("offset=10", "offset=11", "page")]
    [InlineData("page=3&limit=5", "page=4&limit=5", "page")]
    [InlineData("embed=reviews(id;limit=5)", "embed=reviews(id;limit=6)", "page")]
    public async Task A_bound_holds_at_its_limit_and_refuses_one_more(string within, string beyond, string code)
    {
        await using var shop = await ReadShop.Open(limits: Small);
        await shop.List("products", within);
        Assert.Contains(shop.Errors("products", beyond), e => e.Contains($" {code}: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sku.regex=^[AB]-1$", "1,3")]
    [InlineData("name.not.regex=^.*o", "1,2,4,5")]
    [InlineData("description.regex=sho(e|w)", "1,2")]
    [InlineData("where=name regex '^S' or stock eq 0", "2,5")]
    [InlineData("attrs.color.regex=^b", "3")]
    public async Task Regular_expressions_match_when_they_are_allowed(string query, string ids)
    {
        await using var shop = await ReadShop.Open(limits: ApiLimits.Default with { AllowsRegex = true });
        Assert.Equal(ids, await shop.Ids("products", query));
    }

    [Fact]
    public async Task Regular_expressions_are_refused_unless_they_are_allowed()
    {
        await using var shop = await ReadShop.Open();
        Assert.Equal(
            ["sku.regex not_supported: the operator regex is turned off (query.regex)"],
            shop.Errors("products", "sku.regex=^A"));
    }
}
