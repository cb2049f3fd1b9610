using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tercel.Api.Http;
using Tercel.Api.Http.Reads;
using Tercel.Api.Model;
using Tercel.Chassis.Observability;
using Tercel.Tests.Api.Sql;
using Xunit;

namespace Tercel.Tests.Api.Http;

// What a warm request allocates from the dispatcher down, besides the host's own objects. The ceilings leave room above
// what was measured; raising one needs a reason.
public sealed class ReadAllocationTests
{
    private const int Requests = 200;

    [Theory]
    [InlineData("/v1/products/1", 1400)]
    [InlineData("/v1/products?category_id=1&limit=5", 2700)]
    [InlineData("/v1/products?status=active&price.gte=10&sort=-created_at&limit=5", 2700)]
    public async Task A_warm_read_allocates_little(string url, int bytesMax)
    {
        await using var shop = await ReadShop.Open();
        var routes = new ApiRoutes();
        new ListEndpoint(new ReadSeams()).AddTo(routes);
        GetEndpoint.AddTo(routes);
        var snapshot = new ApiSnapshot(shop.Model, ApiLimits.Default, new byte[32]);
        var metrics = new EndpointMetrics(new MetricsRegistry(1000), 100);
        var dispatcher = new ApiDispatcher(new ApiState(shop.Database, TimeProvider.System, metrics, snapshot), routes);
        for (var i = 0; i < 50; i++) await dispatcher.Handle(Context(url));

        var contexts = Enumerable.Range(0, Requests).Select(_ => Context(url)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
        {
            var task = dispatcher.Handle(contexts[i]);
            Assert.True(task.IsCompletedSuccessfully, "a read completes on its thread");
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
        Assert.All(contexts, c => Assert.Equal(200, c.Response.StatusCode));
        Assert.True(each <= bytesMax, $"{each} bytes for each request");
    }

    private static DefaultHttpContext Context(string url)
    {
        var http = new DefaultHttpContext();
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = url; // every context has the feature
        http.Request.Method = "GET";
        http.Response.Body = Stream.Null;
        // These belong to the host and exist before the request on a real one.
        _ = http.Response.BodyWriter;
        http.Features.Get<IHttpResponseFeature>()!.Headers = new HeaderDictionary(8); // as above
        http.Response.Headers.ContentType = "text/plain";
        return http;
    }
}
