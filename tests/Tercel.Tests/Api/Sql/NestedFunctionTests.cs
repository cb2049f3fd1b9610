using Tercel.Data;
using Tercel.Data.Sqlite;
using Xunit;

namespace Tercel.Tests.Api.Sql;

// Functions whose argument stands several times in the statement: few inside each other, so that it stays short.
public sealed class NestedFunctionTests : IAsyncLifetime
{
    private ReadShop _shop = null!; // set before each test

    public async ValueTask InitializeAsync() => _shop = await ReadShop.Open();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("where=floor(ceil(floor(price))) eq 49", "1,5")]
    [InlineData("where=floor(price) eq 49 and ceil(floor(bin(price,1))) eq 49 and floor(price) eq 49", "1,5")]
    [InlineData("where=bucket(bucket(bucket(created_at,'1h'),'1h'),'1d') eq '2026-03-03'", "4")]
    public async Task Three_inside_each_other_are_possible(string query, string ids) =>
        Assert.Equal(ids, await _shop.Ids("products", query));

    [Theory]
    [InlineData("where=floor(ceil(floor(ceil(price)))) eq 49")]
    [InlineData("where=floor(floor(floor(if(floor(price) eq 1, 1, 2)))) eq 1")]
    [InlineData("where=bucket(bucket(bucket(bucket(created_at,'1h'),'1h'),'1h'),'1h') eq now")]
    public void A_fourth_is_refused(string query) =>
        Assert.Contains("where too_deep", Assert.Single(_shop.Errors("products", query)), StringComparison.Ordinal);

    [Theory]
    [InlineData("parser stack overflow")]
    [InlineData("Expression tree is too large (maximum depth 1000)")]
    [InlineData("at most 64 tables in a join")]
    [InlineData("too many SQL variables")]
    public void What_is_too_much_for_the_database_is_the_querys_fault(string message) =>
        Assert.Equal(StoreFailure.TooComplex, DriverErrors.From(1, message).Failure);
}
