using Microsoft.AspNetCore.Http;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers a list request that is parsed but is no plain page: groups, streams, explanations.</summary>
internal delegate Task QueryHandler(HttpContext http, RequestContext request, ListQuery query);

/// <summary>Writes <c>,"facets":{...}</c> for a page; refused parts of the query come back as errors before anything
/// is
/// read.</summary>
internal delegate Result<Func<IReadSession, Utf8Buffer, ValueTask<ReadOutcome>>> FacetPreparer(
    RequestContext request, ListQuery query);

/// <summary>What the list endpoint hands on. A part that is null is refused as not supported.</summary>
internal sealed record ReadSeams
{
    /// <summary>group=, agg=, distinct=.</summary>
    public QueryHandler? Groups { get; init; }

    /// <summary>explain=true.</summary>
    public QueryHandler? Explain { get; init; }

    /// <summary>CSV and NDJSON, by the address's ending or by Accept; the form is in
    /// <see cref="RequestContext.Format"/>.</summary>
    public QueryHandler? Export { get; init; }

    /// <summary>facets=.</summary>
    public FacetPreparer? Facets { get; init; }
}
