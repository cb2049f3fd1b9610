// A hand-written API over the sample shop: minimal API, Microsoft.Data.Sqlite, System.Text.Json with source generation.
using AspNetPeer;

Library.UseSystemSqlite();
var database = Environment.GetEnvironmentVariable("DATABASE") ?? "shop.db";
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "8081"}");
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, PeerJson.Default);
});
var app = builder.Build();

var readers = new ReaderPool(database);
var writer = new ProductWriter(database);

app.MapGet("/readyz", () => Results.Ok());
app.MapGet("/version", () => TypedResults.Ok(new VersionView(Library.Version)));

app.MapGet("/v1/products/{id:long}", Microsoft.AspNetCore.Http.IResult (long id) =>
{
    var reader = readers.Rent();
    try
    {
        return reader.Product(id) is { } product ? TypedResults.Ok(product) : TypedResults.NotFound();
    }
    finally
    {
        readers.Return(reader);
    }
});

app.MapGet("/v1/products", (string status, double price_lt) =>
{
    var reader = readers.Rent();
    try
    {
        return TypedResults.Ok(new ListOf<ProductView>(reader.Products(status, price_lt)));
    }
    finally
    {
        readers.Return(reader);
    }
});

app.MapGet("/v1/orders", (string customer_id) =>
{
    var reader = readers.Rent();
    try
    {
        return TypedResults.Ok(new ListOf<OrderView>(reader.Orders(customer_id)));
    }
    finally
    {
        readers.Return(reader);
    }
});

app.MapGet("/v1/orders/by-status", () =>
{
    var reader = readers.Rent();
    try
    {
        return TypedResults.Ok(new ListOf<StatusView>(reader.OrdersByStatus()));
    }
    finally
    {
        readers.Return(reader);
    }
});

app.MapPost("/v1/products", async Task<Microsoft.AspNetCore.Http.IResult> (NewProduct product) =>
{
    if (product.Problems() is { Count: > 0 } problems) return TypedResults.ValidationProblem(problems);
    return TypedResults.Created($"/v1/products/{await writer.Insert(product)}");
});

app.Run();
