using System.Diagnostics;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Limits;

/// <summary>A statement that runs too long is interrupted and answered with 504, and others are answered
/// meanwhile.</summary>
public sealed class RunawayQueryTests(RunawayQueryTests.BigTable big) : IClassFixture<RunawayQueryTests.BigTable>
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(3);   // query.time_max is 500 ms

    [Theory]
    [InlineData("where=count(same, count(same, b like '%25x%25x%25') gt 5) gt 7")]
    [InlineData("same.same.same.b.like=%25zz%25&count=exact")]
    [InlineData("where=sum(same.a) gt 1 and sum(same.a * same.a) lt 0")]
    [InlineData("sort=-pairs")]
    [InlineData("group=b&agg=p95(pairs),median(pairs)")]
    [InlineData("agg=sum(pairs)")]
    [InlineData("facets=pairs")]
    [InlineData("fields=id&pairs=-1&embed=same(id;limit=1;where=pairs lt 0)&limit=200")]
    [InlineData("fields=id&embed=same(id;limit=1;where=pairs lt 0)&limit=200")]
    public async Task A_runaway_query_is_interrupted_in_time(string query)
    {
        var client = big.Client;
        var clock = Stopwatch.StartNew();

        var reply = await client.Get($"/v1/rows?{query}");

        Assert.True(clock.Elapsed < Latest, $"answered after {clock.Elapsed.TotalSeconds:F1} s");
        reply.ExpectError(504, "timeout");
        Assert.Equal("/problems/timeout", reply.Json.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Others_are_answered_while_it_runs()
    {
        var client = big.Client;
        var runaways = Enumerable.Range(0, 1)
            .Select(_ => client.Get("/v1/rows?where=count(same, count(same, b like '%25x%25x%25') gt 5) gt 7")).ToList();
        await Task.Delay(50);

        var clock = Stopwatch.StartNew();
        (await client.Get("/v1/rows/1?fields=id,a")).Expect(200);
        (await client.Get("/v1/rows?limit=5&fields=id,a")).Expect(200);

        Assert.True(clock.ElapsedMilliseconds < 400, $"took {clock.ElapsedMilliseconds} ms");
        foreach (var runaway in runaways) (await runaway).ExpectError(504, "timeout");
        (await client.Get("/v1/rows?a=5&limit=1&fields=id")).Expect(200);
    }

    [Fact]
    public async Task A_runaway_stream_ends_and_is_not_complete()
    {
        var client = big.Client;
        var clock = Stopwatch.StartNew();

        try
        {
            // No row satisfies it, so that the first one is searched for without end.
            var reply = await client.Get("/v1/rows.ndjson?where=count(same, count(same, b like '%25zz%25') gt 5) gt 7");
            Assert.NotEqual(200, reply.Status);
        }
        catch (HttpRequestException)
        {
            // Cut off in the middle: the client sees that it is not all.
        }

        Assert.True(clock.Elapsed < Latest, $"ended after {clock.Elapsed.TotalSeconds:F1} s");
    }

    /// <summary>3,000 rows of which each is related to a third of all.</summary>
    public sealed class BigTable : IAsyncLifetime
    {
        private const string Model =
            """
            api: 1
            name: big
            database: sqlite:big.db
            resources:
              groups:
                fields:
                  id: int pk auto
                many:
                  rows: rows.kind
              rows:
                fields:
                  id: int pk auto
                  a: int required
                  b: string(100) required
                  kind: ref(groups) required
                many:
                  same: { through: links.left }
                computed:
                  pairs: int = count(same, exists(same, a lt 0))
              links:
                path: null
                fields:
                  left: ref(rows) required
                  right: ref(rows) required
                pk: [left, right]
            """;

        private const string Seed =
            """
            INSERT INTO groups (id) VALUES (1), (2), (3);
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1500)
            INSERT INTO rows (id, a, b, kind_id) SELECT n, n % 100, printf('%.80c', 'x') || n, n % 3 + 1 FROM n;
            INSERT INTO links (left_id, right_id) SELECT l.id, r.id FROM rows l JOIN rows r WHERE l.kind_id = r.kind_id;
            """;

        private readonly TempFolder _folder = new();
        private TercelProcess? _server;

        internal ApiClient Client
        {
            get
            {
                Assert.NotNull(_server);
                return _server.Client;
            }
        }

        public async ValueTask InitializeAsync()
        {
            _folder.Write("tercel.yaml", Model);
            _folder.Write("seed.sql", Seed);
            _server = await TercelProcess.StartApi(_folder, _folder.Path, "--set", "query.time_max=500ms");
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
