using Microsoft.AspNetCore.Http;
using Tercel.Api.Query;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers a list request that is parsed but is no plain page: groups, streams, explanations.</summary>
internal delegate Task QueryHandler(HttpContext http, RequestContext request, ListQuery query);

/// <summary>What the list endpoint hands on. A part that is null is refused as not supported.</summary>
internal sealed record ReadSeams
{
    /// <summary>group=, agg=, distinct=.</summary>
    public QueryHandler? Groups { get; init; }

    /// <summary>Answers a request that is no list known by its shape, but known otherwise;
    /// null when it is not.</summary>
    public Func<HttpContext, RequestContext, Task?>? Known { get; init; }

    /// <summary>explain=true.</summary>
    public QueryHandler? Explain { get; init; }

    /// <summary>CSV and NDJSON, by the address's ending or by Accept; the form is in
    /// <see cref="RequestContext.Format"/>.</summary>
    public QueryHandler? Export { get; init; }

    /// <summary>All of it.</summary>
    /// <param name="explains">The setting <c>api.explain</c>.</param>
    public static ReadSeams All(bool explains) => new()
    {
        Groups = GroupEndpoint.Handle, Known = GroupEndpoint.Known, Export = StreamEndpoint.Handle,
        Explain = new ExplainEndpoint(explains).Handle,
    };
}
