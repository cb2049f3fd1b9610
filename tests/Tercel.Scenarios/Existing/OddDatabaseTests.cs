using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Existing;

/// <summary>A database as people really have them: strange names, types that are not kept, tables without
/// keys.</summary>
public sealed class OddDatabaseTests(OddDatabaseTests.OddDatabase odd) : IClassFixture<OddDatabaseTests.OddDatabase>
{
    [Theory]
    [InlineData("/v1/Order Details", 3)]
    [InlineData("/v1/select", 2)]
    [InlineData("/v1/a.b", 1)]
    [InlineData("/v1/we\"ird'; DROP", 1)]
    [InlineData("/v1/\u540d\u524d", 1)]
    [InlineData("/v1/Types", 7)]
    [InlineData("/v1/NoKey", 4)]
    [InlineData("/v1/WithoutRowid", 2)]
    [InlineData("/v1/TextKey", 5)]
    [InlineData("/v1/RealKey", 2)]
    [InlineData("/v1/Totals", 2)]
    [InlineData("/v1/Empty", 0)]
    [InlineData("/v1/NullKey", 3)]
    [InlineData("/v1/query_table", 1)]
    [InlineData("/v1/batch_table", 1)]
    [InlineData("/v1/limit", 1)]
    [InlineData("/v1/NoCase", 4)]
    [InlineData("/v1/Generated", 2)]
    [InlineData("/v1/BlobKey", 2)]
    public async Task Every_table_is_listed_page_by_page(string path, int count)
    {
        var answers = new Answers(odd.Client, odd.Database);

        Assert.Equal(count, (await answers.All(path)).Count);
        Assert.Equal(count, (await answers.All(path + "?limit=1")).Count);
    }

    [Theory]
    [InlineData("/v1/Order Details/1", "Unit Price", "9.5")]
    [InlineData("/v1/Order%20Details/2?fields=Unit Price", "Unit Price", "0.1")]
    [InlineData("/v1/select/2", "from", "two")]
    [InlineData("/v1/a.b/1", "c.d", "x")]
    [InlineData("/v1/WithoutRowid/x,2", "v", "second")]
    [InlineData("/v1/TextKey/a%2Cb", "v", "comma")]
    [InlineData("/v1/TextKey/a%2Fb", "v", "slash")]
    [InlineData("/v1/TextKey/%20", "v", "space")]
    [InlineData("/v1/TextKey/%C3%BC", "v", "umlaut")]
    [InlineData("/v1/RealKey/1.5", "v", "half")]
    [InlineData("/v1/NoCase/ALPHA", "v", "1")]
    [InlineData("/v1/we%22ird'%3B%20DROP/1", "x", "odd")]
    public async Task A_row_is_found_by_its_key_whatever_it_is(string path, string member, string value) =>
        Assert.Equal(value, (await odd.Client.Get(path)).Expect(200).Json.GetProperty(member).ToString());

    [Theory]
    [InlineData("/v1/Order Details?Unit Price=9.5", "[1]")]
    [InlineData("/v1/Order Details?Unit Price.gt=1&sort=-Unit Price", "[3,1]")]
    [InlineData("/v1/Order Details?where=\"Unit Price\" gt 1 and \"order\" eq 1", "[1]")]
    [InlineData("/v1/Order Details?\"a.b\"=7", "[2]")]
    [InlineData("/v1/Order Details?\"a.b\".gt=6&fields=Id", "[2]")]
    [InlineData("/v1/Order Details?select_select.from=two", "[2]")]
    [InlineData("/v1/Order Details?embed=select_select&Id=2", "[2]")]
    [InlineData("/v1/select?Order Details.Unit Price.lt=1", "[2]")]
    [InlineData("/v1/select?embed=Order Details&id=2", "[2]")]
    [InlineData("/v1/limit?limit.eq=5", "[1]")]
    [InlineData("/v1/limit?sort.eq=b&q.contains=c", "[1]")]
    [InlineData("/v1/NoCase?name=ALPHA", "[1]")]
    [InlineData("/v1/NoCase?name.starts=Z", "[2]")]
    [InlineData("/v1/NoCase?name.starts=z", "[4]")]
    [InlineData("/v1/NoCase?sort=name,id&limit=1", null)]
    [InlineData("/v1/Generated?twice=4", "[2]")]
    public async Task Strange_names_can_be_asked_for(string path, string? ids)
    {
        var rows = (await odd.Client.Get(path)).Expect(200).Items;

        var key = rows[0].TryGetProperty("Id", out _) ? "Id" : "id";
        if (ids is not null) Assert.Equal(ids, $"[{string.Join(',', rows.Column(key))}]");
    }

    [Fact]
    public async Task Values_are_written_as_what_they_are()
    {
        var rows = (await odd.Client.Get("/v1/Types?sort=id")).Expect(200).Items;

        // Row 1 is as declared; row 2 has text everywhere; row 3 blobs; row 4 the largest numbers; row 5 not UTF-8; 6
        // nulls.
        Assert.Equal("1", rows[0].GetProperty("i").ToString());
        Assert.Equal(JsonValueKind.String, rows[1].GetProperty("i").ValueKind);
        Assert.Equal("not a number", rows[1].GetProperty("i").GetString());
        Assert.Equal("no date", rows[1].GetProperty("d").GetString());
        Assert.Equal("maybe", rows[1].GetProperty("b").GetString());
        Assert.NotEqual(JsonValueKind.Undefined, rows[2].GetProperty("i").ValueKind);
        Assert.Equal("9223372036854775807", rows[3].GetProperty("i").ToString().Trim('"'));
        Assert.Equal("-9223372036854775808", rows[3].GetProperty("big").ToString().Trim('"'));
        Assert.Contains("\uFFFD", rows[4].GetProperty("t").GetString(), StringComparison.Ordinal);
        Assert.All(
            rows[5].EnumerateObject().Where(m => m.Name != "id"), m => Assert.Equal(JsonValueKind.Null, m.Value.ValueKind));
        // Infinity is no JSON number.
        Assert.NotEqual(JsonValueKind.Number, rows[6].GetProperty("r").ValueKind);
    }

    [Theory]
    [InlineData("sort=i")]
    [InlineData("sort=-r,i")]
    [InlineData("sort=t,d")]
    [InlineData("sort=b,-big")]
    [InlineData("sort=x,-t")]
    [InlineData("sort=j")]
    [InlineData("sort=-d")]
    [InlineData("sort=dt,n")]
    [InlineData("sort=-n")]
    public async Task Pages_over_mixed_types_hold_every_row_once(string sort)
    {
        var reply = await odd.Client.Get($"/v1/Types?{sort}&limit=1");
        if (reply.Status == 400)
        {
            reply.ExpectError(400, "type");
            return;
        }

        var ids = (await new Answers(odd.Client, odd.Database).All($"/v1/Types?{sort}&limit=1")).Column("id");
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("group=i&agg=count,sum(r),avg(big),min(t),max(x)")]
    [InlineData("agg=sum(big)")]
    [InlineData("agg=sum(i),sum(n),avg(i),stddev(i),median(i),p95(r)")]
    [InlineData("where=abs(big) gt 1")]
    [InlineData("where=-big gt 1")]
    [InlineData("where=big %2B 1 gt 1 and big * 3 lt 0")]
    [InlineData("where=year(d) eq 2026 or month(dt) eq '2026-01-01'")]
    [InlineData("where=lower(t) eq 'x' or length(t) gt 3")]
    [InlineData("where=round(r) gt 1 or floor(r) gt 1 or ceil(i) gt 1")]
    [InlineData("where=i / 0 gt 1 or i %25 0 gt 1")]
    [InlineData("j.a=1")]
    [InlineData("j.a.b.c.gt=1")]
    [InlineData("j.0=1")]
    [InlineData("t.icontains=\uFFFD")]
    [InlineData("i=1&r.gt=0&b=true&d.lt=now&t.like=%25")]
    [InlineData("d.gt=now-1d")]
    [InlineData("facets=i,t,b,d,r")]
    [InlineData("distinct=i,t")]
    [InlineData("group=year(d),hour(dt)&agg=count")]
    [InlineData("group=bucket(dt,'15m')&agg=count")]
    [InlineData("group=bin(r,10)&agg=count")]
    [InlineData("group=bin(big,10)&agg=count")]
    [InlineData("count=exact&sort=-i")]
    [InlineData("count=estimate&i.ne=1")]
    public async Task No_query_over_mixed_types_breaks_the_server(string query)
    {
        var reply = await odd.Client.Get($"/v1/Types?{query}");

        Assert.True(reply.Status is 200 or 400, reply.Text);
        if (reply.Status == 400) Assert.StartsWith("application/problem+json", reply["Content-Type"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/Types.csv")]
    [InlineData("/v1/Types.ndjson")]
    [InlineData("/v1/NoKey.ndjson")]
    [InlineData("/v1/Order Details.csv")]
    [InlineData("/openapi.json")]
    [InlineData("/")]
    public async Task Everything_else_works_too(string path) => (await odd.Client.Get(path)).Expect(200);

    [Fact]
    public async Task A_table_without_a_key_has_lists_only()
    {
        (await odd.Client.Get("/v1/NoKey?sort=-a&limit=2")).Expect(200);
        (await odd.Client.Get("/v1/Totals?total.gt=0")).Expect(200);
        (await odd.Client.Get("/v1/Totals/1")).Expect(404);
    }

    [Fact]
    public async Task A_page_never_looks_like_the_end_when_it_is_not()
    {
        var first = (await odd.Client.Get("/v1/LongText?sort=t&limit=1&fields=id")).Expect(200);
        var second = (await odd.Client.Get(first.Next() ?? "")).Expect(200);
        var last = (await odd.Client.Get("/v1/LongText?sort=t&limit=1&offset=2&fields=id")).Expect(200);

        Assert.Equal("[3,1,2]", $"[{first.Items.Column("id")[0]},{second.Items.Column("id")[0]},{last.Items.Column("id")[0]}]");
        Assert.False(first.Json.GetProperty("page").TryGetProperty("more", out _));
        Assert.Null(second.Next());
        Assert.True(second.Json.GetProperty("page").GetProperty("more").GetBoolean());
        Assert.False(last.Json.GetProperty("page").TryGetProperty("more", out _));
    }

    /// <summary>A server over the odd database.</summary>
    public sealed class OddDatabase : IAsyncLifetime
    {
        private const string Sql =
            """
            PRAGMA writable_schema = OFF;
            CREATE TABLE "select" (id INTEGER PRIMARY KEY, "from" TEXT, "where" INTEGER);
            INSERT INTO "select" VALUES (1, 'one', 1), (2, 'two', NULL);
            CREATE TABLE "Order Details" ("Id" INTEGER PRIMARY KEY, "Unit Price" REAL, "order" INTEGER, "a.b" INTEGER,
              "select" INTEGER REFERENCES "select"(id));
            INSERT INTO "Order Details" VALUES (1, 9.5, 1, 5, 1), (2, 0.1, 1, 7, 2), (3, 100, 2, NULL, NULL);
            CREATE TABLE "a.b" (id INTEGER PRIMARY KEY, "c.d" TEXT);
            INSERT INTO "a.b" VALUES (1, 'x');
            CREATE TABLE "we""ird'; DROP" (id INTEGER PRIMARY KEY, x TEXT);
            INSERT INTO "we""ird'; DROP" VALUES (1, 'odd');
            CREATE TABLE "名前" (id INTEGER PRIMARY KEY, "値" TEXT);
            INSERT INTO "名前" VALUES (1, '名');
            CREATE TABLE "query" (id INTEGER PRIMARY KEY, v TEXT);
            INSERT INTO "query" VALUES (1, 'q');
            CREATE TABLE "batch" (id INTEGER PRIMARY KEY, v TEXT);
            INSERT INTO "batch" VALUES (1, 'b');
            CREATE TABLE "limit" (id INTEGER PRIMARY KEY, "limit" INTEGER, sort TEXT, q TEXT, cursor TEXT);
            INSERT INTO "limit" VALUES (1, 5, 'b', 'c', 'd');
            CREATE TABLE Types (id INTEGER PRIMARY KEY, i INTEGER, big BIGINT, r REAL, t TEXT, b BOOLEAN, d DATE, dt DATETIME,
              x BLOB, j JSON, n NUMERIC(10,2), u);
            INSERT INTO Types VALUES
              (1, 1, 2, 1.5, 'text', 1, '2026-01-31', '2026-01-31 23:59:59', x'00ff', '{"a":1}', 1.25, 'any'),
              (2, 'not a number', 'x', 'y', 5, 'maybe', 'no date', 'no time', 'text', 'no json {', 'n', 1.5),
              (3, x'00', x'01', x'02', x'03ff', x'04', x'05', x'06', x'07', x'08', x'09', x'0a'),
              (4, 9223372036854775807, -9223372036854775808, 1e308, '', 9223372036854775807, 9223372036854775807, -9223372036854775808, 1, '1e999', 1e300, 0),
              (5, 0, 0, -1e308, CAST(x'41ff42c3' AS TEXT), 0, '0000-00-00', '9999-12-31 23:59:59', x'', '[1,[2,{"b":null}]]', 0.1, CAST(x'ff' AS TEXT)),
              (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
              (7, -1, 9007199254740993, 9e999, 'a' || char(0) || 'b', 2, 2461072.5, 1769903999, zeroblob(3), 'null', -9e999, -9e999);
            CREATE TABLE NoKey (a INTEGER, b TEXT);
            INSERT INTO NoKey VALUES (1, 'x'), (1, 'x'), (NULL, NULL), (2, 'y');
            CREATE TABLE WithoutRowid (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            INSERT INTO WithoutRowid VALUES ('x', 1, 'first'), ('x', 2, 'second');
            CREATE TABLE TextKey (k TEXT PRIMARY KEY, v TEXT);
            INSERT INTO TextKey VALUES ('a,b', 'comma'), ('a/b', 'slash'), (' ', 'space'), ('ü', 'umlaut'), ('plain', 'plain');
            CREATE TABLE RealKey (k REAL PRIMARY KEY, v TEXT);
            INSERT INTO RealKey VALUES (1.5, 'half'), (2, 'whole');
            CREATE TABLE NullKey (k TEXT PRIMARY KEY, v TEXT);
            INSERT INTO NullKey VALUES (NULL, 'a'), (NULL, 'b'), ('c', 'c');
            CREATE TABLE BlobKey (k BLOB PRIMARY KEY, v TEXT);
            INSERT INTO BlobKey VALUES (x'00ff', 'a'), (x'01', 'b');
            CREATE TABLE NoCase (name TEXT COLLATE NOCASE PRIMARY KEY, id INTEGER, v INTEGER);
            INSERT INTO NoCase VALUES ('alpha', 1, 1), ('Zed', 2, 2), ('_x', 3, 3), ('zz', 4, 4);
            CREATE TABLE LongText (id INTEGER PRIMARY KEY, t TEXT);
            INSERT INTO LongText VALUES (1, printf('%.10000c', 'x') || 1), (2, printf('%.10000c', 'x') || 2), (3, 'short');
            CREATE TABLE Empty (id INTEGER PRIMARY KEY);
            CREATE TABLE Generated (id INTEGER PRIMARY KEY, a INTEGER, twice INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL);
            INSERT INTO Generated (id, a) VALUES (1, 1), (2, 2);
            CREATE VIEW Totals AS SELECT "order", sum("Unit Price") AS total FROM "Order Details" GROUP BY 1;
            CREATE TABLE Self (id INTEGER PRIMARY KEY, Self INTEGER REFERENCES Self(id), Missing INTEGER REFERENCES Nowhere(id));
            INSERT INTO Self VALUES (1, NULL, 5), (2, 1, NULL);
            """;

        private readonly TempFolder _folder = new();
        private TercelProcess? _server;

        internal string Database => _folder["odd.sqlite"];

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
            await DirectSql.Execute(Database, Sql);
            _server = await TercelProcess.StartApi(_folder, "--database", "sqlite:odd.sqlite");
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
