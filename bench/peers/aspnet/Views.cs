using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AspNetPeer;

internal sealed record VersionView(string Sqlite);

internal sealed record ListOf<T>(List<T> Data);

internal sealed record ProductView(
    long Id, string Sku, string Name, string? Description, double Price, long Stock, string Status, long CategoryId,
    string CreatedAt);

internal sealed record CustomerView(string Id, string Name);

internal sealed record LineView(long Line, long ProductId, long Quantity, double UnitPrice);

internal sealed record OrderView(
    string Id, string Number, string Status, string CreatedAt, CustomerView Customer, List<LineView> Lines);

internal sealed record StatusView(string Status, long Count, string MaxCreatedAt);

internal sealed partial record NewProduct(string? Sku, string? Name, double? Price, long? Stock, long? CategoryId)
{
    [GeneratedRegex("^[A-Z0-9-]{1,40}$")]
    private static partial Regex SkuPattern();

    public Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>();
        if (Sku is null || !SkuPattern().IsMatch(Sku)) problems["sku"] = ["must be 1 to 40 of A-Z, 0-9 and -"];
        if (Name is null or { Length: > 160 }) problems["name"] = ["is required, at most 160 characters"];
        if (Price is null or < 0) problems["price"] = ["is required, at least 0"];
        if (Stock < 0) problems["stock"] = ["at least 0"];
        if (CategoryId is null) problems["category_id"] = ["is required"];
        return problems;
    }
}

[JsonSerializable(typeof(VersionView))]
[JsonSerializable(typeof(ProductView))]
[JsonSerializable(typeof(ListOf<ProductView>))]
[JsonSerializable(typeof(ListOf<OrderView>))]
[JsonSerializable(typeof(ListOf<StatusView>))]
[JsonSerializable(typeof(NewProduct))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class PeerJson : JsonSerializerContext;
