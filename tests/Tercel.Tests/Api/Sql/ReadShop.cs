using System.Text;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Schema;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Sql;

// A small shop in a real SQLite file: its model is loaded as users write it, its tables are made as the server makes
// them.
internal sealed class ReadShop : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private const string ModelText = """
        api: 1
        name: shop
        database: sqlite:shop.db
        resources:
          users:
            fields:
              id:       uuid pk
              name:     string(80) required
              email:    email required unique(nocase)
              country:  string(2)
              password: string write_only
            many: { orders: orders.customer }
          categories:
            fields:
              id:     int pk auto
              name:   string(80) required
              parent: ref(categories) null
            many: { children: categories.parent, products: products.category }
          products:
            fields:
              id:          int pk auto
              sku:         string(40) required unique
              name:        string(160) required
              description: text
              price:       decimal(10,2) null
              stock:       int required default=0
              status:      enum(draft,active,archived) default=draft index
              category:    ref(categories) null
              tags:        string[]
              attrs:       json
              weight:      float
              serial:      bigint
              sold:        bool null
              released:    date null
              created_at:  datetime default=now
              version:     version
            computed:
              in_stock:     bool = stock > 0
              rating:       decimal(3,2) = avg(reviews.stars)
              review_count: int = count(reviews)
            many:
              reviews: reviews.product
              lines: order_lines.product
            search: { fields: { name: 4, description: 1 } }
          orders:
            fields:
              id:       int pk auto
              customer: ref(users) required
              status:   enum(cart,paid,shipped) default=cart
              note:     string(500)
            many: { lines: order_lines.order }
            computed: { total: "decimal(12,2) = sum(lines.quantity * lines.unit_price)" }
          order_lines:
            path: null
            fields:
              order:      ref(orders) required
              line:       int required
              product:    ref(products) required
              quantity:   int required
              unit_price: decimal(10,2) required
            pk: [order, line]
          reviews:
            fields:
              id:      int pk auto
              product: ref(products) required
              stars:   int required
              body:    text
            soft_delete: deleted_at
        """;

    private const string Rows = """
        INSERT INTO users (id, name, email, country, password) VALUES
          ('00000000-0000-7000-8000-000000000001', 'Ann', 'ann@shop.example', 'IT', 'x'),
          ('00000000-0000-7000-8000-000000000002', 'Bob O''Hara', 'bob@shop.example', 'DE', 'y');
        INSERT INTO categories (id, name, parent_id) VALUES (1, 'Shoes', NULL), (2, 'Boots', 1), (3, 'Hats', NULL);
        INSERT INTO products (id, sku, name, description, price, stock, status, category_id, tags, attrs, weight, serial,
            sold, released, created_at, version) VALUES
          (1, 'A-1', 'Runner', 'red running shoe', 49.9, 7, 'active', 1, '["red","sale"]', '{"color":"red","size":42}', 0.5,
            9007199254740993, 1, '2026-01-31', '2026-01-01T10:00:00.000Z', 3),
          (2, 'A-2', 'Walker', 'blue walking shoe', 20, 0, 'draft', 1, NULL, NULL, NULL, NULL, 0, NULL,
            '2026-02-01T10:00:00.250Z', 1),
          (3, 'B-1', 'Boot', NULL, NULL, 3, 'active', 2, '[]', '{"color":"black","sizes":[40,41]}', 1.25, 5, NULL,
            '2025-06-01', '2026-03-01T00:00:00.000Z', 1),
          (4, 'C,3', 'Hat "Tall"', 'a hat', 15.5, 1, 'archived', 3, '["sale"]', '{"size":"XL"}', NULL, NULL, NULL, NULL,
            '2026-03-03T00:00:00.000Z', 1),
          (5, 'D-1', 'Straße', NULL, 49.9, 9, 'active', NULL, '["red"]', NULL, NULL, NULL, NULL, NULL,
            '2026-03-04T05:00:00.000Z', 2);
        INSERT INTO orders (id, customer_id, status, note) VALUES
          (1, '00000000-0000-7000-8000-000000000001', 'paid', 'first'),
          (2, '00000000-0000-7000-8000-000000000002', 'cart', NULL),
          (3, '00000000-0000-7000-8000-000000000001', 'cart', NULL);
        INSERT INTO order_lines (order_id, line, product_id, quantity, unit_price) VALUES
          (1, 1, 1, 2, 49.9), (1, 2, 2, 1, 0.1), (2, 1, 4, 12, 15.5);
        INSERT INTO reviews (id, product_id, stars, body, deleted_at) VALUES
          (1, 1, 5, 'great', NULL), (2, 1, 4, NULL, NULL), (3, 1, 1, 'gone', '2026-01-02T00:00:00.000Z'), (4, 2, 2, NULL, NULL);
        """;

    private readonly string _folder;

    private ReadShop(string folder, SqliteDatabase database, ApiModel model)
    {
        _folder = folder;
        Database = database;
        Model = model;
    }

    public SqliteDatabase Database { get; }

    public ApiModel Model { get; }

    public ApiLimits Limits { get; init; } = ApiLimits.Default;

    public static async Task<ReadShop> Open(
        string? model = null, string? rows = null, ApiLimits? limits = null)
    {
        var folder = Directory.CreateTempSubdirectory("tercel-reads-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "tercel.yaml"), model ?? ModelText);
        var loaded = ModelLoader.Load(folder, _ => null);
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Errors));
        Assert.True(loaded.TryGet(out var api, out _));
        var options = new SqliteOptions
        {
            Path = Path.Combine(folder, "shop.db"), Writable = true, CreateIfMissing = true, Readers = 2,
                StreamReaders = 1,
            Synchronous = SqliteSynchronous.Normal,
        };
        var database = SqliteDatabase.Open(options, TimeProvider.System);
        var script = new StringBuilder();
        foreach (var shape in TableBuilder.Shapes(api))
        {
            script.AppendLine(TableBuilder.CreateTable(shape)).AppendLine(";");
            if (shape.Search is { } search)
                foreach (var sql in SearchTable.Create(search)) script.AppendLine(sql).AppendLine(";");
        }

        script.Append(rows ?? (model is null ? Rows : ""));
        await database.Migrate(async session => await session.ExecuteScript(script.ToString()), default);
        return new ReadShop(folder, database, api) { Limits = limits ?? ApiLimits.Default };
    }

    public Entity Entity(string name) => Model.Entity(name) ?? throw new InvalidOperationException(name);

    // The rows of a list as JSON text, as the answer's "data" holds them.
    public async Task<string> List(string entity, string query)
    {
        var list = Plan(entity, query);
        Assert.True(list.TryGet(out var compiled, out var errors), string.Join('\n', errors));
        using var into = Utf8Buffer.Rent(Limits.PageBytesMax);
        using var session = await Database.Read(ReadLane.Page, default);
        var inputs = new ReadInputs
        {
            Now = Now, Limits = Limits, Slots = new QueryTexts(query), Limit = compiled.Plan.Limit!.Value + 1,
            Offset = compiled.Plan.Offset,
        };
        var (outcome, _) = await PageReader.Page(session, compiled.Page, inputs, into);
        Assert.Equal(ReadOutcome.Ok, outcome);
        return Encoding.UTF8.GetString(into.Written);
    }

    // Only the keys, which is enough for most filters: "1,3,5".
    public async Task<string> Ids(string entity, string query)
    {
        var json = await List(entity, query + (query.Length > 0 ? "&" : "") + "fields=id");
        return json.Replace("{\"id\":", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
            .Trim('[', ']');
    }

    // The mistakes of a query: "parameter code: detail".
    public List<string> Errors(string entity, string query)
    {
        Assert.False(Plan(entity, query).TryGet(out _, out var errors), "it was accepted");
        return [.. errors.Select(
            e => $"{e.Parameter} {e.Code.Name}: {e.Detail}{(e.Suggestion is null ? "" : $" [{e.Suggestion}]")}")];
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Result<CompiledList> Plan(string entity, string query)
    {
        if (!QueryReader.ReadList(query, QueryLimits.Default).TryGet(out var parsed, out var errors))
            return errors.ToList();
        if (!ReadPlanner.PlanList(Entity(entity), parsed, Limits, Now).TryGet(out var plan, out errors))
            return errors.ToList();
        return new CompiledList(plan, Limits.CountEstimateRows);
    }
}
