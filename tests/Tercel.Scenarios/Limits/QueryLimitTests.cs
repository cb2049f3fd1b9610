using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Limits;

/// <summary>Every limit of a query, set small: at the limit the answer comes, one past it the code of the
/// limit.</summary>
public sealed class QueryLimitTests(QueryLimitTests.SmallLimits small) : IClassFixture<QueryLimitTests.SmallLimits>
{
    public static TheoryData<string, string, string, string> Cases() => new()
    {
        // Setting, at the limit, one past it, code.
        { "query.depth_max", "where=not not not f_bool", "where=not not not not f_bool", "too_deep" },
        { "query.depth_max", "where=abs(abs(abs(f_int))) eq 1", "where=abs(abs(abs(abs(f_int)))) eq 1", "too_deep" },
        { "query.depth_max", "where=((f_int %2B 1) * 2 - 1) eq 1", "where=(((f_int %2B 1) * 2 - 1) / 3) eq 1", "too_deep" },
        { "query.path_depth_max", "parent.parent.f_int=1", "parent.parent.parent.f_int=1", "too_deep" },
        { "query.path_depth_max", "children.children.f_int=1", "children.children.children.f_int=1", "too_deep" },
        { "query.path_depth_max", "children.parent.f_int=1", "children.parent.children.f_int=1", "too_deep" },
        { "query.path_depth_max", "where=exists(children.children)", "where=exists(children.children.children)", "too_deep" },
        { "query.path_depth_max", "sort=parent.parent.f_int", "sort=parent.parent.parent.f_int", "too_deep" },
        { "query.path_depth_max", "embed=parent.parent", "embed=parent.parent.parent", "too_deep" },
        { "query.path_depth_max", "embed=children(id,children(id))&fields=id&limit=2", "embed=children(id,children(id,parent))", "too_deep" },
        { "query.path_depth_max", "fields=id,parent.parent.id", "embed=parent&fields=parent.parent.parent.id", "too_deep" },
        { "query.nodes_max", Filters(6), Filters(7), "too_complex" },
        { "query.nodes_max", "where=" + Or(6), "where=" + Or(7), "too_complex" },
        { "query.nodes_max", Filters(3) + "&where=" + Or(3), Filters(3) + "&where=" + Or(4), "too_complex" },
        { "query.in_values_max", "f_int.in=1,2,3,4", "f_int.in=1,2,3,4,5", "too_many_values" },
        { "query.in_values_max", "f_int.nin=1,2,3,4", "f_int.nin=1,2,3,4,5", "too_many_values" },
        { "query.in_values_max", "f_tags.hasany=1,2,3,4", "f_tags.hasall=1,2,3,4,5", "too_many_values" },
        { "query.in_values_max", "id=1&id=2&id=3&id=4", "id=1&id=2&id=3&id=4&id=5", "too_many_values" },
        { "query.in_values_max", "where=f_int in (1,2,3,4)", "where=f_int in (1,2,3,4,5)", "too_many_values" },
        { "query.in_values_max", "where=f_int in $a&$a=1,2,3,4", "where=f_int in $a&$a=1,2,3,4,5", "too_many_values" },
        { "query.embeds_max", "embed=parent(id),children(id,parent(id))&limit=1", "embed=parent,children(parent,children)", "too_complex" },
        { "query.sort_max", "sort=f_int,f_big,f_dec", "sort=f_int,f_big,f_dec,f_bool", "too_complex" },
        { "query.sort_max", "embed=children(id;sort=f_int,f_big,f_dec)&limit=1", "embed=children(id;sort=f_int,f_big,f_dec,f_bool)", "too_complex" },
        { "query.fields_max", "fields=id,f_int,f_big,f_dec", "fields=id,f_int,f_big,f_dec,f_bool", "too_complex" },
        { "query.fields_max", "embed=parent(id,f_int,f_big,f_dec)", "embed=parent(id,f_int,f_big,f_dec,f_bool)", "too_complex" },
        { "page.max", "fields=id&limit=30", "fields=id&limit=31", "page" },
        { "page.max", "embed=children(id;limit=30)&limit=1", "embed=children(id;limit=31)&limit=1", "page" },
        { "page.offset_max", "offset=50", "offset=51", "page" },
        { "page.offset_max", "fields=id&page=6&limit=10", "fields=id&page=7&limit=10", "page" },
        { "facets.max", "fields=id&facets=f_int,f_bool", "facets=f_int,f_bool,f_enum", "too_complex" },
        { "page.bytes_max", "fields=id,f_text&limit=30", "limit=30", "page_too_large" },
        { "page.bytes_max", "fields=id&embed=children(id;limit=2)&limit=30", "fields=id&embed=children(*)&limit=30", "page_too_large" },
        { "page.embed_rows_max", "fields=id&embed=children(id;limit=1)&limit=9", "fields=id&embed=children(id)&limit=9", "page_too_large" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task At_the_limit_is_answered_and_one_past_it_refused(
        string setting, string at, string past, string code)
    {
        var client = await small.Client();

        (await client.Get($"/v1/things?{at}")).Expect(200);
        var error = (await client.Get($"/v1/things?{past}")).ExpectError(400, code);

        if (code != "page_too_large") Assert.Contains(error.GetProperty("parameter").GetString() + "=", past, StringComparison.Ordinal);
        if (code == "page") Assert.Contains(setting, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_has_the_default_number_of_rows() =>
        Assert.Equal(7, (await (await small.Client()).Get("/v1/things?fields=id")).Expect(200).Items.Count);

    [Theory]
    [InlineData("offset=40&limit=20")]
    [InlineData("page=4&limit=15")]
    public async Task A_page_before_the_largest_offset_says_that_there_is_more(string query)
    {
        var page = (await (await small.Client()).Get($"/v1/things?fields=id&{query}")).Expect(200).Json.GetProperty("page");

        Assert.Equal(System.Text.Json.JsonValueKind.Null, page.GetProperty("next").ValueKind);
        Assert.True(page.GetProperty("more").GetBoolean());
    }

    [Theory]
    [InlineData("f_string.regex=^[Aa]lpha$", "f_string IN ('Alpha', 'alpha')")]
    [InlineData("where=f_string regex '^O.*a$'", "f_string = 'O''Hara'")]
    [InlineData("f_string.regex=^(x%2B)%2B$", "0")]
    public async Task Regular_expressions_find_rows_where_they_are_allowed(string query, string condition)
    {
        var found = (await (await small.Client()).Get($"/v1/things?fields=id&limit=30&{query}")).Expect(200).Items;

        var expected = await DirectSql.Query(small.Database, $"SELECT id FROM things WHERE {condition} ORDER BY id");
        Answers.AreSame(found, expected, query);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData("(a)\\1")]
    [InlineData("a{100000}")]
    public async Task A_regular_expression_that_is_none_is_refused(string pattern)
    {
        var client = await small.Client();

        Assert.Equal(400, (await client.Get($"/v1/things?f_string.regex={Uri.EscapeDataString(pattern)}")).Status);
        Assert.Equal(400, (await client.Get("/v1/things?f_string.regex=" + new string('a', 300))).Status);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_there()
    {
        var client = await small.Client();

        Assert.InRange((await client.Get("/v1/things?explain=true")).Status, 400, 403);
        (await client.Get("/docs")).Expect(404);
    }

    [Fact]
    public async Task Groups_have_their_number()
    {
        var client = await small.Client();

        var page = (await client.Get("/v1/things?group=f_int&limit=5")).Expect(200);
        Assert.Equal(5, page.Items.Count);
        Assert.NotNull(page.Next());
        Assert.Equal(5, (await client.Get("/v1/things?group=f_int")).Expect(200).Items.Count);
        (await client.Get("/v1/things?group=f_int&limit=6")).ExpectError(400, "page");
    }

    [Theory]
    [InlineData("f_int.gte=0", 3)]
    [InlineData("id.gt=0", 3)]
    public async Task An_estimated_count_stops_counting(string filter, int least)
    {
        var page = (await (await small.Client()).Get($"/v1/things?fields=id&{filter}&count=estimate")).Expect(200).Json.GetProperty("page");

        Assert.True(page.GetProperty("count").GetInt32() >= least, page.ToString());
        Assert.NotEqual("exact", page.GetProperty("count_kind").GetString());
    }

    [Fact]
    public async Task The_same_limits_hold_for_a_query_in_a_body()
    {
        var client = await small.Client();

        (await client.Post("/v1/things/query", """{"where":{"f_int":[1,2,3,4]},"sort":["f_int","f_big","f_dec"],"fields":"id","limit":30}""")).Expect(200);
        (await client.Post("/v1/things/query", """{"where":{"f_int":[1,2,3,4,5]}}""")).ExpectError(400, "too_many_values");
        (await client.Post("/v1/things/query", """{"where":{"f_int":{"in":[1,2,3,4,5]}}}""")).ExpectError(400, "too_many_values");
        (await client.Post("/v1/things/query", """{"sort":["f_int","f_big","f_dec","f_bool"]}""")).ExpectError(400, "too_complex");
        (await client.Post("/v1/things/query", """{"limit":31}""")).ExpectError(400, "page");
        (await client.Post("/v1/things/query", """{"fields":["id","f_int","f_big","f_dec","f_bool"]}""")).ExpectError(400, "too_complex");
        (await client.Post("/v1/things/query", """{"embed":{"parent":{"embed":{"parent":{"embed":{"parent":true}}}}}}"""))
            .ExpectError(400, "too_deep");
        (await client.Post("/v1/things/query", """{"facets":["f_int","f_bool","f_enum"]}""")).ExpectError(400, "too_complex");
    }

    [Fact]
    public async Task Url_and_body_have_their_sizes()
    {
        var client = await small.Client();
        const string Path = "/v1/things?f_string=";

        (await client.Get(Path + new string('x', 1000 - Path.Length))).Expect(200);
        (await client.Get(Path + new string('x', 1001 - Path.Length))).ExpectError(414, "uri_too_long");
        (await client.Post("/v1/things/query", Body(2048))).Expect(200);
        (await client.Post("/v1/things/query", Body(2049))).ExpectError(413, "body_too_large");
        (await client.Send("QUERY", "/v1/things", Body(2049), "application/json")).ExpectError(413, "body_too_large");
    }

    [Fact]
    public async Task Nesting_of_a_body_is_bounded()
    {
        var client = await small.Client();

        (await client.Post("/v1/things/query", """{"where":{"and":[{"f_int":1}]}}""")).Expect(200);
        (await client.Post("/v1/things/query", """{"where":{"and":[{"and":[{"and":[{"f_int":1}]}]}]}}""")).ExpectError(400, "too_deep");
        Assert.Equal(400, (await client.Post("/v1/things/query", new string('[', 3000))).Status is 400 or 413 ? 400 : 0);
    }

    private static string Filters(int count) => string.Join('&', Enumerable.Range(0, count).Select(i => $"f_int.gt={i}"));

    private static string Or(int count) => string.Join(" or ", Enumerable.Range(0, count).Select(i => $"f_int gt {i}"));

    private static string Body(int bytes) => "{\"limit\":5".PadRight(bytes - 1) + "}";

    /// <summary>A server whose limits are all small.</summary>
    public sealed class SmallLimits : IAsyncLifetime
    {
        private static readonly string[] Settings =
        [
            "query.depth_max=3", "query.path_depth_max=2", "query.nodes_max=6", "query.in_values_max=4", "query.embeds_max=3",
            "query.sort_max=3", "query.fields_max=4", "page.default=7", "page.max=30", "page.offset_max=50", "facets.max=2",
            "page.bytes_max=4KiB", "page.embed_rows_max=20", "http.max_url=1000", "http.max_body=2048", "body.depth_max=6",
            "group.rows_max=5", "count.estimate_rows=3", "api.explain=false", "api.docs=false", "query.regex=true", "query.shapes_max=2",
        ];

        private readonly TempFolder _folder = new();
        private TercelProcess? _server;

        internal string Database => _folder["types.db"];

        internal async Task<ApiClient> Client()
        {
            Assert.NotNull(_server);
            return await Task.FromResult(_server.Client);
        }

        public async ValueTask InitializeAsync()
        {
            TypesFixture.Write(_folder);
            _server = await TercelProcess.StartApi(
                _folder, [_folder.Path, .. Settings.SelectMany(s => (string[])["--set", s])]);
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null) await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
