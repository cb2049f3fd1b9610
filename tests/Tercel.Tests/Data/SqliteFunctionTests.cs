using System.Text;
using System.Text.RegularExpressions;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteFunctionTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("tercel_fold('ÄRGER Straße ΣΙΓΜΑ Ⱥ K')", "ärger straße σιγμα ⱥ k")]
    [InlineData("tercel_fold('plain')", "plain")]
    [InlineData("tercel_fold('')", "")]
    [InlineData("tercel_fold(NULL)", "null")]
    [InlineData("hex(tercel_fold(CAST(x'C341FF' AS TEXT)))", "C361FF")]
    [InlineData("tercel_like('a%', 'abc')", "1")]
    [InlineData("tercel_like('A%', 'abc')", "0")]
    [InlineData("tercel_like('_b_', 'äbü')", "1")]
    [InlineData(@"tercel_like('50\%', '50%')", "1")]
    [InlineData(@"tercel_like('50\%', '500')", "0")]
    [InlineData("tercel_like('%', '')", "1")]
    [InlineData("tercel_like('', 'x')", "0")]
    [InlineData("tercel_like(NULL, 'x')", "null")]
    [InlineData("tercel_regex('^[a-c]+$', 'abcab')", "1")]
    [InlineData("tercel_regex('^ö.$', 'öß')", "1")]
    [InlineData("tercel_regex('z', 'abc')", "0")]
    [InlineData("tercel_regex('z', NULL)", "null")]
    [InlineData("tercel_bucket('2026-03-01T10:44:59.123Z', 900)", "2026-03-01T10:30:00Z")]
    [InlineData("tercel_bucket('2026-03-01 10:44:59', 3600)", "2026-03-01 10:00:00")]
    [InlineData("tercel_bucket('2026-03-01T00:30:00+02:00', 3600)", "2026-02-28T22:00:00Z")]
    [InlineData("tercel_bucket('2026-03-01', 86400)", "2026-03-01")]
    [InlineData("tercel_bucket('2026-03-01', 3600)", "2026-03-01T00:00:00")]
    [InlineData("tercel_bucket('1969-12-31T23:59:59Z', 60)", "1969-12-31T23:59:00Z")]
    [InlineData("tercel_bucket(-1, 60)", "-60")]
    [InlineData("tercel_bucket(119.5, 60)", "60")]
    [InlineData("tercel_bucket('2026-02-30', 60)", "null")]
    [InlineData("tercel_bucket('soon', 60)", "null")]
    [InlineData("tercel_bucket('0001-01-01', 604800)", "null")]
    public async Task Scalar_functions_give(string expression, string expected)
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        Assert.Equal(expected, await database.One("SELECT " + expression));
    }

    [Theory]
    [InlineData("tercel_regex('(', 'x')", StoreFailure.Value)]
    [InlineData("tercel_regex('(?=x)', 'x')", StoreFailure.Value)]
    [InlineData("tercel_regex(printf('%.300c', 'x'), 'x')", StoreFailure.Value)]
    [InlineData("tercel_bucket('2026-03-01', 0)", StoreFailure.Value)]
    [InlineData("tercel_percentile(1, 1.5)", StoreFailure.Value)]
    [InlineData("median('word')", StoreFailure.Value)]
    public async Task A_function_says_what_it_cannot_take(string expression, StoreFailure expected)
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        Assert.Equal(expected, (await database.Rows("SELECT " + expression).Fails()).Failure);
        Assert.Equal("1", await database.One("SELECT 1"));
    }

    [Fact]
    public async Task Aggregates_work_for_each_group()
    {
        _fixture.Make("""
            CREATE TABLE t(g TEXT, x, o);
            INSERT INTO t VALUES ('a', 1, 'k'), ('a', 2, 'z'), ('a', 3, 'b'), ('a', 10, NULL), ('a', NULL, 'zz'),
                                 ('b', 5, 2), ('b', 7, 10), ('b', 8, 2), ('c', NULL, NULL);
            """);
        await using var database = SqliteFixture.Open(_fixture.Options);
        Assert.Equal(
            ["a|2.5|4.75|4.08248|3|null", "b|7|7.5|1.52753|5|7", "c|null|null|null|null|null"],
            await database.Rows("""
                SELECT g, median(x), tercel_percentile(x, 0.75), round(stddev(x), 5),
                       tercel_first(x, o), tercel_last(x, o)
                FROM t GROUP BY g ORDER BY g
                """));
        Assert.Equal(["null"], await database.Rows("SELECT median(x) FROM t WHERE g = 'none'"));
    }

    [Fact]
    public async Task A_percentile_keeps_a_bounded_number_of_values()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { StatementTimeMax = TimeSpan.FromMinutes(1) });
        var failure = await database.Rows("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000001) SELECT median(i) FROM n
            """).Fails();
        Assert.Equal(StoreFailure.TooLarge, failure.Failure);
        Assert.Contains("at most 4000000", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_made_to_explode_ends_soon()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var like = string.Concat(Enumerable.Repeat("%a", 100)) + "b";
        var text = new string('a', 2000);
        Assert.Equal("0", await database.One("SELECT tercel_like(?1, ?2)", SqlValue.Of(like), SqlValue.Of(text)));
        Assert.Equal("0", await database.One("SELECT tercel_regex('^(a+)+$', ?1)", SqlValue.Of(text + "b")));
        var failure = await database.Rows("SELECT tercel_regex('((a{1000}){1000}){1000}', ?1)", SqlValue.Of(text))
            .Fails();
        Assert.Equal(StoreFailure.Value, failure.Failure);
    }

    [Fact]
    public void Like_agrees_with_a_regular_expression_on_random_texts()
    {
        var random = new Prng(7);
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = Word(random, ["a", "b", "ö", "%", "_", "\\%", "\\_"], 7);
            var text = Word(random, ["a", "b", "ö", "%", "_"], 9);
            var regex = "^" + Regex.Escape(pattern).Replace(@"\\%", "\u0001", StringComparison.Ordinal)
                .Replace(@"\\_", "\u0002", StringComparison.Ordinal).Replace("%", ".*", StringComparison.Ordinal)
                .Replace("_", ".", StringComparison.Ordinal).Replace("\u0001", "%", StringComparison.Ordinal)
                .Replace("\u0002", "_", StringComparison.Ordinal) + "$";
            var expected = Regex.IsMatch(text, regex, RegexOptions.Singleline);
            var actual = LikePattern.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text));
            Assert.True(expected == actual, $"{text} like {pattern}: {actual}");
        }
    }

    private static string Word(Prng random, string[] parts, int lengthMax)
    {
        var count = random.Below(lengthMax + 1);
        return string.Concat(Enumerable.Range(0, count).Select(_ => random.Pick(parts)));
    }
}
