using Xunit;

namespace Tercel.Tests.Api.Http;

// Tables that somebody else filled: values of other types than declared, other time formats, rows without a key,
// join tables.
public sealed class ForeignDataTests : IAsyncLifetime
{
    private const string Model = """
        api: 1
        name: foreign
        database: sqlite:foreign.db
        resources:
          things:
            fields:
              id: int pk
              count: int
              name: text
              price: decimal(8,2)
              ratio: float
              done: bool
              at: datetime format=sql
              unix: datetime format=unix
              millis: datetime format=unixms
              data: json
              list: string[]
              raw: bytes
            many:
              labels: { through: thing_labels.label }
          labels:
            fields: { id: int pk, name: text required }
            many:
              things: { through: thing_labels.thing }
          thing_labels:
            fields: { thing: ref(things) required, label: ref(labels) required }
            pk: [thing, label]
        views:
          totals:
            sql: select name, count(*) as number from things group by name
            fields: { name: text, number: int }
        """;

    private const string Rows = """
        INSERT INTO things (id, count, name, price, ratio, done, at, unix, millis, data, list, raw) VALUES
          (1, 'many', CAST(x'41FF42' AS TEXT), 'free', 9e999, 'yes', '2026-01-31 10:20:30', 1767225600, 1767225600123,
           'not json', '[1', x'00FF'),
          (2, 5, x'4142', 12, 0.1, 2, '2026-01-31', NULL, NULL, '{"a":1}', '["x"]', 'text'),
          (3, 1.5, 'c', 0.005, -0.0, 1, 'someday', 'never', NULL, 'null', NULL, NULL);
        INSERT INTO labels VALUES (1, 'red'), (2, 'blue');
        INSERT INTO thing_labels VALUES (1, 1), (1, 2), (2, 1);
        """;

    private ReadServer _server = null!; // set before each test

    public async ValueTask InitializeAsync() =>
        _server = await ReadServer.Start(model: Model, rows: Rows
            + "CREATE VIEW totals AS select name, count(*) as number from things group by name;");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Values_of_other_kinds_are_written_as_what_they_are()
    {
        var data = (await _server.Json("/v1/things"))["data"]!.AsArray(); // lists have data
        Assert.Equal(
            """
            {"id":1,"count":"many","name":"A\uFFFDB","price":"free","ratio":null,"done":"yes","at":"2026-01-31T10:20:30Z",
            "unix":"2026-01-01T00:00:00Z","millis":"2026-01-01T00:00:00.123Z","data":"not json","list":"[1","raw":"AP8="}
            """.ReplaceLineEndings(""),
            data[0]!.ToJsonString()); // three rows
        Assert.Equal(
            """
            {"id":2,"count":5,"name":"QUI=","price":12.00,"ratio":0.1,"done":true,"at":"2026-01-31T00:00:00Z","unix":null,
            "millis":null,"data":{"a":1},"list":["x"],"raw":"text"}
            """.ReplaceLineEndings(""),
            data[1]!.ToJsonString()); // as above
        Assert.Equal("someday", (string?)data[2]?["at"]);
        Assert.Equal("never", (string?)data[2]?["unix"]);
    }

    [Theory]
    [InlineData("unix.lte=2026-01-01", "1")]
    [InlineData("millis.gt=2026-01-01T00:00:00.200Z", "")]
    [InlineData("at.lt=2026-01-31T10:00:00Z", "2")]
    [InlineData("data.a=1", "2")]
    [InlineData("list.has=x", "2")]
    [InlineData("labels.name=blue", "1")]
    [InlineData("labels.count.gte=1", "1,2")]
    [InlineData("labels.none.name=red", "3")]
    [InlineData("where=month(unix) eq '2026-01-01'", "1")]
    public async Task Filters_understand_their_storage(string query, string ids)
    {
        var data = (await _server.Json($"/v1/things?fields=id&{query}"))["data"]!.AsArray(); // lists have data
        Assert.Equal(ids, string.Join(',', data.Select(r => r!["id"]!.ToString()))); // as asked
    }

    [Fact]
    public async Task Many_to_many_relations_embed_and_list()
    {
        Assert.Equal(
            """
            [{"id":1,"labels":[{"name":"red"},{"name":"blue"}]},{"id":2,"labels":[{"name":"red"}]},{"id":3,"labels":[]}]
            """,
            (await _server.Json("/v1/things?fields=id&embed=labels(name)"))["data"]?.ToJsonString());
        Assert.Equal(
            """[{"id":1},{"id":2}]""", (await _server.Json("/v1/labels/1/things?fields=id"))["data"]?.ToJsonString());
        Assert.StartsWith("404", await _server.Get("/v1/labels/9/things"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_composite_key_addresses_a_row()
    {
        Assert.Equal("""200 {"thing_id":1,"label_id":2}""", await _server.Get("/v1/thing_labels/1,2"));
        Assert.StartsWith("404", await _server.Get("/v1/thing_labels/2,2"), StringComparison.Ordinal);
        Assert.StartsWith("404", await _server.Get("/v1/thing_labels/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_a_key_are_paged_too()
    {
        var names = new List<string?>();
        var url = "/v1/totals?limit=1&fields=number";
        while (url.Length > 0)
        {
            var page = await _server.Json(url);
            names.AddRange(page["data"]!.AsArray().Select(r => r?["number"]?.ToString())); // lists have data
            url = (string?)page["page"]?["next"] ?? "";
        }

        Assert.Equal(["1", "1", "1"], names);
        Assert.Equal("405", (await _server.Send("POST", "/v1/totals", "{}")).StatusCode.ToString("D"));
    }
}
