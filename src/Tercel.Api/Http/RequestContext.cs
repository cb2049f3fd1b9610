using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Http;

/// <summary>A request whose address is understood.</summary>
/// <remarks>Lifetime: one request.</remarks>
internal sealed class RequestContext(ApiState state, ApiSnapshot snapshot, RouteKind kind, DateTimeOffset now)
{
    public ApiState State { get; } = state;

    public ApiSnapshot Snapshot { get; } = snapshot;

    public RouteKind Kind { get; } = kind;

    /// <summary>The time of the request.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>The entity of the first segment; null for <see cref="RouteKind.Batch"/>.</summary>
    public Entity? Entity { get; init; }

    /// <summary>The row's key, in key order; empty when the address has none.</summary>
    public SqlValue[] Key { get; init; } = [];

    /// <summary>The key as its URL has it, for messages.</summary>
    public string KeyText => string.Join(',', Key.Select(k => k.ToString()));

    /// <summary>The to-many relation of a sub-collection.</summary>
    public Relation? Relation { get; init; }

    /// <summary>The entity whose rows are listed: the relation's target in a sub-collection.</summary>
    public Entity? Target => Relation?.To ?? Entity;

    /// <summary><c>csv</c> or <c>ndjson</c> when the address ends so; null otherwise.</summary>
    public string? Format { get; init; }

    /// <summary>The same request, answered in another form.</summary>
    public RequestContext WithFormat(string format) => new(State, Snapshot, Kind, Now)
    {
        Entity = Entity, Key = Key, Relation = Relation, Format = format, Path = Path, Query = Query,
    };

    /// <summary>The path as the client wrote it, for links.</summary>
    public required string Path { get; init; }

    /// <summary>The query string as the client wrote it, without <c>?</c>.</summary>
    public required string Query { get; init; }
}

/// <summary>The kinds of addresses under <c>/v1/</c>.</summary>
internal enum RouteKind
{
    /// <summary><c>/v1/products</c></summary>
    List,

    /// <summary><c>/v1/products/42</c></summary>
    Row,

    /// <summary><c>/v1/products/42/reviews</c></summary>
    SubList,

    /// <summary><c>/v1/products/query</c></summary>
    ListQuery,

    /// <summary><c>/v1/products.csv</c></summary>
    Export,

    /// <summary><c>/v1/batch</c></summary>
    Batch,
}

/// <summary>Answers a request whose address is understood. Store exceptions are mapped by the dispatcher.</summary>
internal delegate Task Handler(HttpContext http, RequestContext request);
