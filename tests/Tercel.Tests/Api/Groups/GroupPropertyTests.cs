using System.Text.Json;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Groups;

public sealed class GroupPropertyTests
{
    private const int Queries = 400;

    [Theory]
    [InlineData(1UL, 0)]
    [InlineData(2UL, 7)]
    [InlineData(3UL, 60)]
    [InlineData(4UL, 250)]
    public async Task Random_queries_give_what_a_walk_over_lists_gives(ulong seed, int rows)
    {
        var random = new Prng(seed);
        var items = NaiveGroups.Make(random, rows);
        await using var bench = GroupBench.Open(NaiveGroups.Insert(items));
        for (var i = 0; i < Queries; i++)
        {
            var query = Draw(random);
            using var got = JsonDocument.Parse(await bench.Groups("items", query.Text));
            Check(query, items, got.RootElement);
        }
    }

    private static Drawn Draw(Prng random)
    {
        var groups = Some(random, NaiveGroups.Groups, 2).ToList();
        var aggregates = Some(random, NaiveGroups.Aggregates, 4).ToList();
        if (groups.Count == 0 && aggregates.Count == 0) groups.Add(NaiveGroups.Groups[0]);
        var filters = Some(random, NaiveGroups.Filters, 2).ToList();
        var having = groups.Count > 0 && random.Chance(0.3) ? random.Pick(NaiveGroups.Havings) : default;
        var sort = aggregates.Count > 0 && random.Chance(0.6) ? random.Below(aggregates.Count) : -1;
        var (descending, limit) = (random.Chance(0.5), random.Between(1, 200));
        var offset = random.Chance(0.3) ? random.Below(4) : 0;
        var parts = filters.Select(f => f.Text).ToList();
        if (groups.Count > 0) parts.Add("group=" + string.Join(',', groups.Select((g, n) => $"{g.Text} as g{n}")));
        if (aggregates.Count > 0)
            parts.Add("agg=" + string.Join(',', aggregates.Select((a, n) => $"{a.Text} as a{n}")));
        if (having.Text is not null) parts.Add("having=" + having.Text);
        if (sort >= 0) parts.Add($"sort={(descending ? "-" : "")}a{sort}");
        parts.Add($"limit={limit}&offset={offset}");
        return new Drawn(
            string.Join('&', parts), groups, aggregates, filters, having.Of, sort, descending, limit, offset);
    }

    private static IEnumerable<T> Some<T>(Prng random, IReadOnlyList<T> from, int max) =>
        Enumerable.Range(0, random.Below(max + 1)).Select(_ => random.Pick(from)).Distinct();

    private static void Check(Drawn query, List<Item> items, JsonElement got)
    {
        var rows = items.Where(i => query.Filters.TrueForAll(f => f.Of(i))).ToList();
        var grouped = query.Groups.Count == 0
            ? (IEnumerable<List<Item>>)[rows]
            : rows.GroupBy(i => string.Join('\n', query.Groups.Select(g => g.Of(i) ?? "\0"))).Select(g => g.ToList());
        var expected = grouped.Where(g => query.Having?.Invoke(g) ?? true).Select(g => ValuesOf(query, g)).ToList();
        expected.Sort((a, b) => Order(query, a, b));
        expected = expected.Skip(query.Offset).Take(query.Limit).ToList();
        Assert.True(expected.Count == got.GetArrayLength(), $"{query.Text}: {got.GetRawText()}");
        for (var i = 0; i < expected.Count; i++)
        {
            var members = got[i].EnumerateObject().Select(m => m.Value).ToList();
            for (var c = 0; c < expected[i].Count; c++)
                Assert.True(Same(expected[i][c], members[c]), $"{query.Text}: {expected[i][c]} is not in {got[i]}");
        }
    }

    // Without aggregates the number of rows stands there.
    private static List<object?> ValuesOf(Drawn query, List<Item> group)
    {
        var values = query.Groups.Select(g => g.Of(group[0])).ToList();
        if (query.Aggregates.Count == 0) values.Add(group.Count);
        foreach (var (text, of) in query.Aggregates)
            values.Add(group.Count == 0 && text is "avg(qty)" or "max(at)" && group.Count == 0 ? null : of(group));
        return values;
    }

    private static int Order(Drawn query, List<object?> left, List<object?> right)
    {
        if (query.Sort >= 0)
        {
            var column = query.Groups.Count + query.Sort;
            var order = Compare(left[column], right[column]);
            if (order != 0) return query.Descending ? -order : order;
        }

        for (var i = 0; i < query.Groups.Count; i++)
            if (Compare(left[i], right[i]) is not 0 and var order) return order;
        return 0;
    }

    // Means of decimals are rounded by the server, and two that differ later are equal there.
    private static int Compare(object? left, object? right) => (left, right) switch
    {
        (decimal a, decimal b) => Rounded(a).CompareTo(Rounded(b)),
        (double a, double b) when Math.Abs(a - b) < 1e-9 => 0,
        _ => NaiveGroups.Compare(left, right),
    };

    private static decimal Rounded(decimal value) => decimal.Round(value, 4, MidpointRounding.AwayFromZero);

    private static bool Same(object? expected, JsonElement got) => expected switch
    {
        null => got.ValueKind == JsonValueKind.Null,
        string text => got.ValueKind == JsonValueKind.String && got.GetString() == text,
        bool flag => got.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        decimal number => got.ValueKind == JsonValueKind.Number && Math.Abs(got.GetDecimal() - number) <= 0.00006m,
        _ => got.ValueKind == JsonValueKind.Number && Math.Abs(got.GetDouble() - NaiveGroups.Number(expected)) < 1e-9,
    };

    private sealed record Drawn(
        string Text, List<(string Text, Func<Item, object?> Of)> Groups,
        List<(string Text, Func<IReadOnlyList<Item>, object?> Of)> Aggregates,
        List<(string Text, Func<Item, bool> Of)> Filters,
        Func<IReadOnlyList<Item>, bool>? Having, int Sort, bool Descending, int Limit, int Offset);
}
