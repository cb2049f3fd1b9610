using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Groups;

public sealed class GroupFuzzTests
{
    private const int Queries = 3000;

    private static readonly string[] Values =
    [
        "kind", "price", "qty", "weight", "active", "at", "attrs", "attrs.color", "attrs.a.0", "owner", "owner.country",
        "owner.name", "lines", "lines.quantity", "lines.item.price", "worth", "secret", "id", "owner_id", "nothing",
        "1", "0.5", "-1", "'a'", "''", "true", "null", "now", "now - 7d", "$p", "9223372036854775807", "1e308", "'15m'",
        "owner.items", "owner.items.qty", "count", "distinct kind",
    ];

    private static readonly string[] Calls =
    [
        "count", "sum", "avg", "min", "max", "stddev", "median", "p50", "p99", "p1", "first", "last", "year", "quarter",
        "month", "week", "day", "hour", "minute", "date", "bucket", "bin", "length", "lower", "upper", "trim", "concat",
        "coalesce", "nullif", "if", "abs", "round", "floor", "ceil", "exists", "role",
    ];

    private static readonly string[] Signs =
        [" + ", " - ", " * ", " / ", " % ", " eq ", " gt ", " and ", " or ", " in ", " like ", " between ", " is null"];

    // What SQLite refuses for its values is the caller's mistake; a statement that it cannot read would be ours.
    [Theory]
    [InlineData(11UL)]
    [InlineData(12UL)]
    public async Task No_query_of_groups_makes_a_statement_that_the_database_cannot_run(ulong seed)
    {
        var random = new Prng(seed);
        await using var bench = GroupBench.Open(NaiveGroups.Insert(NaiveGroups.Make(random, 12)));
        var answered = 0;
        for (var i = 0; i < Queries; i++)
        {
            var query = Draw(random);
            try
            {
                answered += await Run(bench, query) ? 1 : 0;
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Value)
            {
                answered++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{query}: {e}");
            }
        }

        Assert.InRange(answered, Queries / 50, Queries);
    }

    private static async Task<bool> Run(GroupBench bench, string query)
    {
        if (!QueryReader.ReadList(query, QueryLimits.Default).TryGet(out var parsed, out _)) return false;
        var (entity, limits) = (bench.Entity("items"), bench.Limits);
        using var session = await bench.Database.Read(ReadLane.Page, default);
        using var into = Utf8Buffer.Rent(1 << 20);
        var inputs = new ReadInputs { Now = GroupBench.Now, Limits = limits, Limit = 10 };
        var facets = FacetPlan.PlanAll(entity, parsed, limits, GroupBench.Now);
        if (!parsed.Facets.IsEmpty && facets.TryGet(out var plans, out _))
            await new FacetWriter(plans).Write(session, inputs, into);
        if (!GroupPlanner.Handles(parsed)) return facets.IsOk;
        if (!GroupPlanner.Plan(entity, parsed, limits, GroupBench.Now).TryGet(out var plan, out _)) return false;
        var group = new CompiledGroup(plan);
        inputs.Limit = 10;
        Assert.Equal(ReadOutcome.Ok, (await PageReader.Page(session, group.Page, inputs, into)).Outcome);
        Assert.NotNull(await PageReader.Scalar(session, group.Count(), inputs));
        await Explainer.OfGroups(session, plan);
        return true;
    }

    private static string Draw(Prng random)
    {
        var parts = new List<string>();
        if (random.Chance(0.7)) parts.Add("group=" + Term(random));
        if (random.Chance(0.7)) parts.Add("agg=" + Aggregates(random));
        if (random.Chance(0.4)) parts.Add("having=" + Expression(random, 2));
        if (random.Chance(0.2)) parts.Add("where=" + Expression(random, 2));
        if (random.Chance(0.1)) parts.Add("distinct=" + random.Pick(Values));
        if (random.Chance(0.1)) parts.Add("facets=" + random.Pick(Values));
        if (random.Chance(0.3)) parts.Add("sort=-" + random.Pick<string>(["count", "x", "y", "kind", "sum_qty"]));
        var text = string.Join('&', parts);
        return (text.Contains("$p", StringComparison.Ordinal) ? text + "&$p=3" : text)
            .Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal);
    }

    private static string Term(Prng random)
    {
        var term = Expression(random, random.Below(3));
        return random.Chance(0.5) ? term + " as x" : term;
    }

    private static string Aggregates(Prng random) => string.Join(',', Enumerable.Range(0, random.Between(1, 3))
        .Select(i => $"{random.Pick(Calls[..12])}({Expression(random, random.Below(2))}){(i == 0 ? " as y" : "")}"));

    private static string Expression(Prng random, int depth)
    {
        if (depth == 0 || random.Chance(0.2)) return random.Pick(Values);
        if (random.Chance(0.6))
        {
            var arguments = Enumerable.Range(0, random.Between(1, 2)).Select(_ => Expression(random, depth - 1));
            return $"{random.Pick(Calls)}({string.Join(", ", arguments)})";
        }

        var sign = random.Pick(Signs);
        var left = Expression(random, depth - 1);
        return sign switch
        {
            " is null" => left + sign,
            " in " => $"{left} in (1, 'a')",
            " between " => $"{left} between 1 and 3",
            _ => $"({left}{sign}{Expression(random, depth - 1)})",
        };
    }
}
