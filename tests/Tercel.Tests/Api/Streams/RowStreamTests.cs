using System.Text;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;
using Tercel.Tests.Api.Groups;
using Xunit;

namespace Tercel.Tests.Api.Streams;

public sealed class RowStreamTests
{
    private const string Rows = """
        INSERT INTO owners VALUES (1, 'Ann "A", x', 'IT', 's');
        INSERT INTO items (id, kind, price, qty, weight, active, at, attrs, owner_id) VALUES
            (1, 'a', 10, 1, 0.5, 1, '2026-01-31T23:59:59.000Z', '{"color":"red"}', 1),
            (2, '', NULL, 2, NULL, 0, '2026-02-01T00:00:00.000Z', NULL, NULL),
            (3, '=1+1', 0.1, 3, 1e300, 1, '2026-02-15T12:34:56.789Z', '"x"', NULL);
        """;

    [Fact]
    public async Task Csv_has_a_header_and_a_line_for_each_row()
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(
            "id,kind,price,qty,weight,active,at,attrs,owner_id,worth\r\n"
            + "1,a,10.00,1,0.5,true,2026-01-31T23:59:59Z,\"{\"\"color\"\":\"\"red\"\"}\",1,10.00\r\n"
            + "2,\"\",,2,,false,2026-02-01T00:00:00Z,,,\r\n"
            + "3,=1+1,0.10,3,1E+300,true,2026-02-15T12:34:56.789Z,\"\"\"x\"\"\",,0.30\r\n",
            await Text(bench, "items", "", StreamForm.Csv));
    }

    [Theory]
    [InlineData(
        "fields=id&embed=owner(name,country)&sort=-id",
        "id,owner.name,owner.country\r\n3,,\r\n2,,\r\n1,\"Ann \"\"A\"\", x\",IT\r\n")]
    [InlineData("fields=id&limit=1&offset=1", "id\r\n2\r\n")]
    [InlineData("fields=id&limit=5000&qty.gt=2", "id\r\n3\r\n")]
    [InlineData("fields=id&qty.gt=9", "id\r\n")]
    [InlineData("group=active&agg=sum(qty) as n", "active,n\r\nfalse,2\r\ntrue,4\r\n")]
    [InlineData("group=owner.country&sort=-count&limit=1", "owner.country,count\r\n,2\r\n")]
    [InlineData("distinct=active", "active\r\nfalse\r\ntrue\r\n")]
    public async Task Csv_holds_what_was_asked_for(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(expected, await Text(bench, "items", query, StreamForm.Csv));
    }

    [Theory]
    [InlineData(
        "fields=id&embed=owner(country)",
        "{\"id\":1,\"owner\":{\"country\":\"IT\"}}\n{\"id\":2,\"owner\":null}\n{\"id\":3,\"owner\":null}\n")]
    [InlineData("fields=kind,attrs&id=3", "{\"kind\":\"=1+1\",\"attrs\":\"x\"}\n")]
    [InlineData("agg=count", "{\"count\":3}\n")]
    public async Task Ndjson_has_an_object_in_each_line(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(expected, await Text(bench, "items", query, StreamForm.Ndjson));
    }

    [Theory]
    [InlineData("embed=lines", "embed:not_supported")]
    [InlineData("page=2", "page:conflict")]
    [InlineData("cursor=x", "cursor:conflict")]
    [InlineData("count=exact", "count:conflict")]
    [InlineData("facets=kind", "facets:conflict")]
    [InlineData("explain=true", "explain:conflict")]
    [InlineData("limit=0", "limit:page")]
    [InlineData("kin=a&page=2", "page:conflict kin:unknown_field")]
    public async Task What_a_stream_cannot_do_is_refused(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.False(Plan(bench, "items", query, StreamForm.Csv).TryGet(out _, out var errors));
        Assert.Equal(expected, string.Join(' ', errors.Select(e => $"{e.Parameter}:{e.Code.Name}")));
    }

    [Theory]
    [InlineData((int)StreamForm.Csv)]
    [InlineData((int)StreamForm.Ndjson)]
    public async Task A_hundred_thousand_rows_take_no_memory_of_their_own(int form)
    {
        const int Count = 100_000;
        await using var bench = GroupBench.Open($"""
            INSERT INTO items (id, kind, price, qty, active, at, attrs)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Count})
            SELECT i, 'kind "' || i % 7, i / 100.0, i % 10, 1, '2026-02-15T12:34:56.789Z', '[1,2]' FROM n;
            """);
        var stream = Compile(bench, "items", "", (StreamForm)form);
        using var session = await bench.Database.Read(ReadLane.Stream, default);
        var parts = new List<int>(1024);
        var lines = 0L;
        ValueTask Take(ReadOnlyMemory<byte> bytes)
        {
            parts.Add(bytes.Length);
            lines += bytes.Span.Count((byte)'\n');
            return default;
        }

        await RowStream.Write(session, Compile(bench, "items", "id.lt=10", (StreamForm)form), Inputs(), Take);
        (lines, var before) = (0, GC.GetAllocatedBytesForCurrentThread());
        await RowStream.Write(session, stream, Inputs(), Take);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Count + ((StreamForm)form == StreamForm.Csv ? 1 : 0), lines);
        // The part's buffer, grown to its size; nothing for each row.
        Assert.InRange(allocated, 0, 8 * RowStream.PartBytes);
        Assert.All(parts, p => Assert.InRange(p, 1, 2 * RowStream.PartBytes));
    }

    [Fact]
    public async Task A_receiver_that_gives_up_ends_the_statement()
    {
        await using var bench = GroupBench.Open(Rows);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var session = await bench.Database.Read(ReadLane.Stream, default);
            var stream = Compile(bench, "items", "", StreamForm.Csv);
            await RowStream.Write(session, stream, Inputs(), _ => throw new IOException("gone"));
        });
        // The only connection of the lane is free again.
        Assert.Equal("id\r\n1\r\n", await Text(bench, "items", "fields=id&limit=1", StreamForm.Csv));
    }

    private static async Task<string> Text(GroupBench bench, string entity, string query, StreamForm form)
    {
        var text = new StringBuilder();
        using var session = await bench.Database.Read(ReadLane.Stream, default);
        var outcome = await RowStream.Write(session, Compile(bench, entity, query, form), Inputs(), bytes =>
        {
            text.Append(Encoding.UTF8.GetString(bytes.Span));
            return default;
        });
        Assert.Equal(ReadOutcome.Ok, outcome);
        return text.ToString();
    }

    private static ReadInputs Inputs() => new() { Now = GroupBench.Now, Limits = Tercel.Api.Model.ApiLimits.Default };

    private static CompiledStream Compile(GroupBench bench, string entity, string query, StreamForm form)
    {
        Assert.True(Plan(bench, entity, query, form).TryGet(out var plan, out var errors), string.Join("; ", errors));
        return CompiledStream.Compile(plan);
    }

    private static Result<StreamPlan> Plan(GroupBench bench, string entity, string query, StreamForm form)
    {
        var read = QueryReader.ReadList(query, QueryLimits.Default);
        if (!read.TryGet(out var parsed, out var errors)) return errors.ToList();
        return StreamPlan.Plan(bench.Entity(entity), parsed, form, bench.Limits, GroupBench.Now);
    }
}
