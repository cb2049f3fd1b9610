using System.Text.Json;

namespace Tercel.Bench.Api;

/// <summary>One kind of request, as Tercel and as the peers are asked for it.</summary>
internal sealed record Workload
{
    private const string ProductFields = "id,sku,name,description,price,stock,status,category_id,created_at";
    private static readonly int[] Prices = [70, 90, 110, 130, 150, 180, 210, 260];

    public required string Name { get; init; }

    public required string What { get; init; }

    /// <summary>Paths to ask Tercel for, in turn.</summary>
    public required IReadOnlyList<string> TercelPaths { get; init; }

    /// <summary>The same requests in the peers' spelling, in the same order.</summary>
    public required IReadOnlyList<string> PeerPaths { get; init; }

    /// <summary>The request inserts a product with a key of its own.</summary>
    public bool IsInsert { get; init; }

    /// <summary>What must be the same in every server's answer.</summary>
    public Func<JsonElement, string> Essence { get; init; } = _ => "";

    /// <summary>The five rows of the comparison. Customers are those with a full page of orders.</summary>
    public static IReadOnlyList<Workload> All(IReadOnlyList<string> customers) =>
    [
        new()
        {
            Name = "row", What = "one row by key, 9 columns",
            TercelPaths = [.. Ids().Select(id => $"/v1/products/{id}?fields={ProductFields}")],
            PeerPaths = [.. Ids().Select(id => $"/v1/products/{id}")],
            Essence = Product,
        },
        new()
        {
            Name = "list", What = "20 rows, two filters, newest first",
            TercelPaths = [.. Prices.Select(price =>
                $"/v1/products?status=active&price.lt={price}&sort=-id&limit=20&fields={ProductFields}")],
            PeerPaths = [.. Prices.Select(price => $"/v1/products?status=active&price_lt={price}")],
            Essence = json => Rows(json, 20, Product),
        },
        new()
        {
            Name = "embed", What = "20 orders with their customer and their lines",
            TercelPaths = [.. customers.Select(id =>
                $"/v1/orders?customer_id={id}&sort=-created_at,-id&limit=20&fields=id,number,status,created_at" +
                "&embed=customer(id,name),lines(line,product_id,quantity,unit_price)")],
            PeerPaths = [.. customers.Select(id => $"/v1/orders?customer_id={id}")],
            Essence = json => Rows(json, 20, Order),
        },
        new()
        {
            Name = "group", What = "2,400 orders grouped by status: count and newest",
            TercelPaths = ["/v1/orders?group=status&agg=count,max(created_at)&sort=status"],
            PeerPaths = ["/v1/orders/by-status"],
            Essence = json => Rows(json, 1, row =>
                $"{row.GetProperty("status")} {row.GetProperty("count")} {Time(row, "max_created_at")}"),
        },
        new()
        {
            Name = "insert", What = "one product, answered after its durable commit (synchronous=FULL)",
            TercelPaths = ["/v1/products"], PeerPaths = ["/v1/products"], IsInsert = true,
        },
    ];

    private static IEnumerable<int> Ids() => Enumerable.Range(0, 64).Select(i => 1 + i * 37 % 240);

    /// <summary>All nine columns; 12.5 and 12.50 are the same price, and 11:30:00Z and 11:30:00.000Z the same
    /// time.</summary>
    private static string Product(JsonElement json) =>
        string.Join(' ', ProductFields.Split(',').Select(name => name switch
    {
        "price" => json.GetProperty(name).GetDouble().ToString("R", null),
        "created_at" => Time(json, name),
        _ => json.GetProperty(name).ToString(),
    }));

    private static string Time(JsonElement json, string name) =>
        json.GetProperty(name).GetDateTimeOffset().ToString("o", null);

    private static string Order(JsonElement json)
    {
        var lines = json.GetProperty("lines").EnumerateArray()
            .Select(line => $"{line.GetProperty("line")}:{line.GetProperty("product_id")}")
            .Order(StringComparer.Ordinal);
        return $"{json.GetProperty("id")} {json.GetProperty("customer").GetProperty("name")} {string.Join('+', lines)}";
    }

    private static string Rows(JsonElement json, int rowsMin, Func<JsonElement, string> row)
    {
        var rows = json.GetProperty("data").EnumerateArray().Select(row).ToList();
        if (rows.Count < rowsMin) throw new BenchException($"{rows.Count} rows, expected {rowsMin}");
        return string.Join('\n', rows);
    }
}
