using System.Text;
using Tercel.Api.Schema;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>From any model to any other: the plan gets there, says so, and loses no row that it did not name.</summary>
public sealed class RandomModelTests
{
    private static readonly string[] Types =
    [
        "int", "int default=7", "string(20)", "string(60) default=x", "text", "decimal(8,2)", "float",
        "bool default=true", "date", "datetime default=now", "enum(a,b,c) default=a", "json", "string[]", "bigint",
        "uuid", "int index",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_plan_that_was_applied_leaves_nothing_to_do(int seed)
    {
        var random = new Prng((ulong)seed);
        await using var db = new SchemaFixture();
        await db.Become(Resources(random));
        for (var round = 0; round < 6; round++)
        {
            var before = await Fill(db, random);
            var resources = Resources(random);
            var model = db.Model(resources);
            var plan = await db.Plan(model);
            if (plan.Class == StepClass.Blocked)
            {
                Assert.All(plan.Steps.Where(s => s.Class == StepClass.Blocked), s => Assert.NotNull(s.Hint));
                await Clear(db);
                plan = await db.Plan(model);
                before.Clear();
            }

            await db.Apply(plan, [.. plan.Steps.Where(s => s.Class == StepClass.DataLoss).Select(s => s.DropName)]);
            var rest = await db.Plan(model);
            Assert.True(rest.IsEmpty, $"{resources}\n{PlanText.Render(plan)}\n{PlanText.Render(rest)}");
            var after = await Counts(db);
            foreach (var (table, count) in before)
                if (after.TryGetValue(table, out var now)) Assert.Equal(count, now);
            Assert.Equal(["ok"], await db.Rows("PRAGMA integrity_check"));
        }
    }

    // One to four resources of a small set of names, so that two models share some of them.
    private static string Resources(Prng random)
    {
        var names = new[] { "alpha", "beta", "gamma", "delta" }.Where(_ => random.Chance(0.7)).ToList();
        if (names.Count == 0) names.Add("alpha");
        var text = new StringBuilder();
        foreach (var name in names)
        {
            text.Append($"  {name}:\n    fields:\n      id: int pk auto\n");
            var fields = new[] { "one", "two", "three", "four" }.Where(_ => random.Chance(0.6)).ToList();
            foreach (var field in fields) text.Append($"      {field}: {random.Pick(Types)}\n");
            if (random.Chance(0.5)) text.Append($"      owner: ref({random.Pick(names)}) null on_delete=cascade\n");
            text.Append("      label: string(30) required\n");
            if (fields.Count > 1 && random.Chance(0.5)) text.Append($"    index: [[{fields[0]}, -{fields[1]}]]\n");
            if (random.Chance(0.4)) text.Append("    search: [label]\n");
            if (random.Chance(0.2)) text.Append("    soft_delete: gone_at\n");
        }

        if (random.Chance(0.4))
            text.Append($"views:\n  look:\n    sql: SELECT label FROM {names[0]}\n    fields: {{ label: text }}\n");
        return text.ToString();
    }

    private static async Task<Dictionary<string, string>> Fill(SchemaFixture db, Prng random)
    {
        foreach (var table in await Tables(db))
        {
            // The times of creation, which the API gives.
            var times = await db.Rows($"""
                SELECT name FROM pragma_table_info('{table}')
                WHERE "notnull" AND NOT pk AND dflt_value IS NULL AND name <> 'label'
                """);
            var columns = string.Join(", ", times.Prepend("label"));
            var values = string.Join(", ", times.Select(_ => "'2026-01-31T10:00:00.000Z'").Prepend("'row'"));
            for (var i = random.Between(0, 3); i > 0; i--)
                await db.Run($"INSERT INTO {table} ({columns}) VALUES ({values})");
        }

        return await Counts(db);
    }

    private static async Task Clear(SchemaFixture db)
    {
        foreach (var table in await Tables(db)) await db.Run($"DELETE FROM {table}");
    }

    private static async Task<Dictionary<string, string>> Counts(SchemaFixture db)
    {
        var counts = new Dictionary<string, string>();
        foreach (var table in await Tables(db)) counts[table] = await db.One($"SELECT count(*) FROM {table}");
        return counts;
    }

    private static Task<List<string>> Tables(SchemaFixture db) => db.Rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('alpha', 'beta', 'gamma', 'delta')");
}
