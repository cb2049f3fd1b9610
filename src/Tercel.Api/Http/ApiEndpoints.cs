using Tercel.Api.Http.Pages;
using Tercel.Api.Http.Reads;
using Tercel.Api.Http.Writes;

namespace Tercel.Api.Http;

/// <summary>Every address that the API answers.</summary>
internal static class ApiEndpoints
{
    public static ApiRoutes All(ApiState state, ReadSeams seams, bool servesDocs)
    {
        var routes = new ApiRoutes();
        new ListEndpoint(seams).AddTo(routes);
        GetEndpoint.AddTo(routes);
        WriteRoutes.AddTo(routes);
        new PageRoutes(state, servesDocs).AddTo(routes);
        return routes;
    }
}
