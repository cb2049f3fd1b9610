using System.Text;
using System.Text.Json;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;
using Tercel.Tests.Api.Model;
using Tercel.Tests.Data;

namespace Tercel.Tests.Api.Groups;

// Items with owners and lines in a real SQLite file; short ways to ask for groups of them.
internal sealed class GroupBench : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private const string ModelFile = """
        api: 1
        database: sqlite:x.db
        resources:
          owners:
            fields:
              id: int pk auto
              name: string(40) required
              country: string(2) null
              secret: string(40) write_only
            many:
              items: items.owner
          items:
            fields:
              id: int pk auto
              kind: string(20) null
              price: decimal(8,2) null
              qty: int required
              weight: float null
              active: bool required
              at: datetime required
              attrs: json null
              secret: string(40) write_only
              owner: ref(owners) null
            computed:
              worth: decimal(12,2) = price * qty
            many:
              lines: lines.item
          lines:
            fields:
              item: ref(items) required
              line: int required
              quantity: int required
            pk: [item, line]
        """;

    private const string Tables = """
        CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT, secret TEXT);
        CREATE TABLE items (id INTEGER PRIMARY KEY, kind TEXT, price NUMERIC, qty INTEGER NOT NULL, weight REAL,
            active INTEGER NOT NULL, at TEXT NOT NULL, attrs TEXT, secret TEXT, owner_id INTEGER);
        CREATE TABLE lines (item_id INTEGER NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL,
            PRIMARY KEY (item_id, line));
        """;

    private readonly SqliteFixture _fixture = new();

    private GroupBench(ApiModel model, string rows)
    {
        Model = model;
        _fixture.Make(Tables + rows);
        Database = SqliteFixture.Open(_fixture.Options);
    }

    public ApiModel Model { get; }

    public SqliteDatabase Database { get; }

    public ApiLimits Limits { get; set; } = ApiLimits.Default;

    public static GroupBench Open(string rows) => new(ModelText.Good(ModelFile), rows);

    public Entity Entity(string name) => Model.Entity(name) ?? throw new InvalidOperationException(name);

    public Result<GroupPlan> Plan(string entity, string query) => GroupQueries.Plan(Entity(entity), query, Limits);

    public async Task<string> Groups(string entity, string query) =>
        await GroupQueries.Run(Database, Plan(entity, query), Limits);

    // The errors of a query as "parameter:code->suggestion".
    public string Refusal(string entity, string query)
    {
        if (Plan(entity, query).TryGet(out _, out var errors)) return "";
        return string.Join("; ", errors.Select(Told));
    }

    private static string Told(Error error) =>
        $"{error.Parameter}:{error.Code.Name}{(error.Suggestion is { } near ? "->" + near : "")}";

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _fixture.Dispose();
    }
}

internal static class GroupQueries
{
    public static Result<GroupPlan> Plan(Entity entity, string query, ApiLimits limits)
    {
        var text = query.Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal);
        var read = QueryReader.ReadList(text, QueryLimits.Default);
        if (!read.TryGet(out var parsed, out var errors)) return errors.ToList();
        return GroupPlanner.Plan(entity, parsed, limits, GroupBench.Now);
    }

    public static async Task<string> Run(SqliteDatabase database, Result<GroupPlan> planned, ApiLimits limits)
    {
        if (!planned.TryGet(out var plan, out var errors))
            throw new InvalidOperationException(string.Join("; ", errors));
        var compiled = new CompiledGroup(plan);
        var inputs = new ReadInputs
        {
            Now = GroupBench.Now, Limits = limits, Limit = plan.Limit + 1, Offset = plan.Offset,
        };
        using var session = await database.Read(ReadLane.Page, default);
        using var into = Utf8Buffer.Rent(8 << 20);
        var (outcome, _) = await PageReader.Page(session, compiled.Page, inputs, into);
        if (outcome != ReadOutcome.Ok) throw new InvalidOperationException(outcome.ToString());
        if (plan.Count == CountMode.Exact)
            into.Write(Encoding.UTF8.GetBytes($" of {await PageReader.Scalar(session, compiled.Count(), inputs)}"));
        return Encoding.UTF8.GetString(into.Written);
    }

    public static string Text(this JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() ?? "" : value.GetRawText();
}
