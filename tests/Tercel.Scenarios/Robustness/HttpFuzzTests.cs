using Tercel.Scenarios.Harness;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Scenarios.Robustness;

/// <summary>No request of any kind gives a 5xx other than "too busy" or "too slow", and every refusal is a problem
/// document.</summary>
public sealed class HttpFuzzTests(ShopFixture shop)
{
    private const int Rounds = 1500;

    private static readonly string[] Urls =
    [
        "/v1/products/42", "/v1/products?id=1&id=2", "/v1/products?status=active&price.gte=10&price.lt=50",
        "/v1/products?sku.in=A-1,B-2,\"C,3\"", "/v1/products?name.icontains=shoe&tags.has=sale",
        "/v1/orders?customer.country=IT",
        "/v1/orders?lines.product.sku=A-1", "/v1/orders?lines.none.quantity.gt=10", "/v1/products?attrs.color=red",
        "/v1/orders?where=(status eq 'paid' or total gte $t) and not customer.country eq 'IT'&$t=100",
        "/v1/products?sort=-price.nullslast,name&fields=id,name,price", "/v1/products?fields=*,-description",
        "/v1/orders?embed=customer(id,name),lines(quantity,product(name);sort=-quantity;limit=5;where=quantity gte 2)",
        "/v1/products?limit=20&count=exact&cursor=eyJ2", "/v1/products?page=3&limit=20",
        "/v1/products?q=red shoes&highlight=name",
        "/v1/orders?group=status&agg=count,sum(total),avg(total) as mean&having=count gte 10&sort=-sum_total",
        "/v1/orders?group=month(created_at),customer.country&agg=count(distinct customer_id),p95(total)",
        "/v1/products?category_id=3&facets=status,stock(limit=20)", "/v1/products?distinct=status",
        "/v1/products/42/reviews",
        "/v1/products.csv?status=active", "/v1/orders/query", "/v1/products?price[lt]=50", "/v1/orders?explain=true",
        "/docs",
        "/openapi.json", "/", "/readyz", "/metrics",
    ];

    private static readonly string[] Bodies =
    [
        """{"sku":"F-1","name":"Fuzz","price":12.5,"category_id":7,"tags":["a"],"attrs":{"x":[1,{"y":null}]}}""",
        """[{"sku":"F-2","name":"Fuzz","price":1,"category_id":7},{"id":1,"price":9},{"id":2,"stock":{"$inc":-1}}]""",
        """{"customer_id":"018cc820-0000-7000-8000-000000000001","lines":[{"line":1,"product_id":1,"quantity":2}]}""",
        """{"where":{"or":[{"status":"paid"},{"total":{"gte":100}}]},"sort":["id"],"embed":{"lines":{"limit":5}}}""",
        """{"ops":[{"id":"o","method":"POST","path":"/orders","body":{}},{"method":"GET","path":"/orders/$o.id"}]}""",
    ];

    private static readonly (string Method, string Path)[] Targets =
    [
        ("POST", "/v1/products"), ("PATCH", "/v1/products/1"), ("PATCH", "/v1/products"), ("PUT", "/v1/products/1"),
        ("POST", "/v1/orders"), ("POST", "/v1/orders/query"), ("QUERY", "/v1/products"), ("POST", "/v1/batch"),
        ("DELETE", "/v1/products?status=draft&max=1"), ("PATCH", "/v1/products?status=draft&max=5"),
    ];

    [Fact]
    public async Task No_url_breaks_the_server()
    {
        using var folder = new TempFolder();
        await using var server = await ShopFixture.StartOwn(folder);
        await Fuzz.Run(Urls, Rounds, async url => Acceptable(await server.Client.Get(AsPath(url))));
        (await server.Client.Get("/readyz")).Expect(200);
    }

    [Fact]
    public async Task No_body_breaks_the_server()
    {
        using var folder = new TempFolder();
        await using var server = await ShopFixture.StartOwn(folder);
        var next = 0;
        await Fuzz.Run(Bodies, Rounds, async body =>
        {
            var (method, path) = Targets[next++ % Targets.Length];
            var type = method == "PATCH" && body.StartsWith('{') ? "application/merge-patch+json" : "application/json";
            Acceptable(await server.Client.Send(method, path, body, type));
        });
        (await server.Client.Get("/readyz")).Expect(200);
    }

    [Theory]
    [InlineData("GET /v1/products?x=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/products?sku=%ff%fe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/products/%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("PATCH /v1/products/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/html\r\n"
        + "Content-Length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/products HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("BREW /v1/products HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    public async Task A_malformed_request_is_refused_and_the_server_lives(string request)
    {
        var server = await shop.Server;

        var answer = await RawHttp.Exchange(server.Port, request);

        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer);
        (await server.Client.Get("/readyz")).Expect(200);
    }

    // What follows a mutated first slash would be another host or nothing.
    private static string AsPath(string url)
    {
        var path = url.Replace("\n", "%0A", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal)
            ? path : "/" + path.TrimStart('/');
    }

    private static void Acceptable(Reply reply)
    {
        Assert.True(reply.Status is < 500 or 503 or 504, $"status {reply.Status}: {reply.Text}");
        if (reply.Status < 400) return;
        // What the host refuses before it is a request (such as %00 in the path) has no body.
        if (reply.Status == 400 && reply.Body.Length == 0) return;
        Assert.StartsWith("application/problem+json", reply["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(reply.Status, reply.Json.GetProperty("status").GetInt32());
    }
}
