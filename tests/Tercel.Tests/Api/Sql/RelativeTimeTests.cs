using System.Text;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Sql;

// What is planned once and run later: times relative to the request move with the clock.
public sealed class RelativeTimeTests : IAsyncLifetime
{
    // The time at which product 5 was made.
    private static readonly DateTimeOffset Later = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

    private ReadShop _shop = null!; // set before each test

    public async ValueTask InitializeAsync() => _shop = await ReadShop.Open();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("where=created_at eq now")]
    [InlineData("where=created_at eq 'now'")]
    [InlineData("where=created_at in ('now', '2020-01-01')")]
    [InlineData("where=not (created_at not in ['now', '2020-01-01'])")]
    [InlineData("where=created_at between 'now' and 'now'")]
    [InlineData("where=created_at in $t&$t=now,2020-01-01")]
    [InlineData("created_at.in=now,2020-01-01")]
    public async Task A_plan_that_is_used_again_asks_the_clock_again(string query)
    {
        query += "&fields=id";
        Assert.True(QueryReader.ReadList(query, QueryLimits.Default).TryGet(out var parsed, out _));
        var planned = ReadPlanner.PlanList(_shop.Entity("products"), parsed, _shop.Limits, Later.AddYears(-1));
        Assert.True(planned.TryGet(out var plan, out _));
        var list = new CompiledList(plan, _shop.Limits.CountEstimateRows);
        using var into = Utf8Buffer.Rent(_shop.Limits.PageBytesMax);
        using var session = await _shop.Database.Read(ReadLane.Page, default);
        var inputs = new ReadInputs
        {
            Now = Later, Limits = _shop.Limits, Slots = new QueryTexts(query), Limit = 9,
        };
        await PageReader.Page(session, list.Page, inputs, into);
        Assert.Equal("""[{"id":5}]""", Encoding.UTF8.GetString(into.Written));
    }

    [Theory]
    [InlineData("where=created_at gt now - 9999999d")]
    [InlineData("where=created_at gt now - 3000000d - 3000000d - 3000000d")]
    [InlineData("where=created_at - 9999999d gt now")]
    public void A_span_beyond_all_dates_is_refused(string query) =>
        Assert.Contains("leads beyond all dates", Assert.Single(_shop.Errors("products", query)),
            StringComparison.Ordinal);

    [Fact]
    public void A_member_with_a_backslash_is_refused() =>
        Assert.StartsWith("attrs.a\\ unknown_field", Assert.Single(_shop.Errors("products", "attrs.a%5C=1")),
            StringComparison.Ordinal);
}
