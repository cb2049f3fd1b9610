using System.Collections.Frozen;

namespace Tercel.Chassis.Web.Problems;

/// <summary>Every problem type the servers answer with. The only list; a type is never reused for another
/// meaning.</summary>
public static class ProblemTypes
{
    private const string Registered = "https://iana.org/assignments/http-problem-types#";

    /// <summary>400: the request itself cannot be understood.</summary>
    public static readonly ProblemType BadRequest = new(
        "/problems/bad-request", "Request not understood", 400,
        "The request breaks the rules of HTTP; detail says how.");

    /// <summary>400: a query parameter is wrong.</summary>
    public static readonly ProblemType Query = new(
        "/problems/query", "Query not understood", 400,
        "Correct the parameters that errors lists; suggestion names what was probably meant.");

    /// <summary>400: the body is not JSON.</summary>
    public static readonly ProblemType MalformedJson = new(
        "/problems/malformed-json", "Body is not JSON", 400,
        "Correct the body at the line and column that errors gives.");

    /// <summary>401: no valid credentials.</summary>
    public static readonly ProblemType Unauthenticated = new(
        "/problems/unauthenticated", "Not signed in", 401, "Send credentials as WWW-Authenticate asks.");

    /// <summary>403: not allowed.</summary>
    public static readonly ProblemType Forbidden = new(
        "/problems/forbidden", "Not allowed", 403, "The caller may not do this; other credentials may.");

    /// <summary>404: nothing there.</summary>
    public static readonly ProblemType NotFound = new(
        "/problems/not-found", "Not found", 404, "Nothing is at this address, or the caller may not know of it.");

    /// <summary>405: the address exists, the method does not.</summary>
    public static readonly ProblemType MethodNotAllowed = new(
        "/problems/method-not-allowed", "Method not allowed", 405, "Use one of the methods that Allow lists.");

    /// <summary>406: no acceptable form.</summary>
    public static readonly ProblemType NotAcceptable = new(
        "/problems/not-acceptable", "No acceptable form", 406, "Ask for a media type that detail lists.");

    /// <summary>408: the request arrived too slowly.</summary>
    public static readonly ProblemType RequestTimeout = new(
        "/problems/request-timeout", "Request too slow", 408, "Send the request faster, or on a new connection.");

    /// <summary>409: in conflict with what is stored.</summary>
    public static readonly ProblemType Conflict = new(
        "/problems/conflict", "Conflict", 409, "Another row stands in the way; errors points to the fields.");

    /// <summary>409: the same idempotency key is being worked on.</summary>
    public static readonly ProblemType IdempotencyInProgress = new(
        "/problems/idempotency-in-progress", "Already under way", 409,
        "Wait and repeat the request with the same Idempotency-Key.");

    /// <summary>412: the row changed meanwhile.</summary>
    public static readonly ProblemType Stale = new(
        "/problems/stale", "Changed meanwhile", 412, "Read the row again, and repeat with its new ETag in If-Match.");

    /// <summary>413: the body, or a part of it, is too large.</summary>
    public static readonly ProblemType TooLarge = new(
        "/problems/too-large", "Too large", 413, "Send less; detail names the limit.");

    /// <summary>414: the URL is too long.</summary>
    public static readonly ProblemType UriTooLong = new(
        "/problems/uri-too-long", "URL too long", 414, "Send the query in a body: QUERY, or POST to .../query.");

    /// <summary>415: the body's media type is not taken.</summary>
    public static readonly ProblemType UnsupportedMediaType = new(
        "/problems/unsupported-media-type", "Media type not taken", 415, "Send a media type that detail lists.");

    /// <summary>422: understood, but the content breaks the rules.</summary>
    public static readonly ProblemType Validation = new(
        "/problems/validation", "Validation failed", 422, "Correct the fields that errors points to.");

    /// <summary>422: an idempotency key came with another body.</summary>
    public static readonly ProblemType IdempotencyReused = new(
        "/problems/idempotency-reused", "Key used before", 422, "Use a new Idempotency-Key for another request.");

    /// <summary>428: a conditional request is required.</summary>
    public static readonly ProblemType PreconditionRequired = new(
        "/problems/precondition-required", "If-Match required", 428, "Send the row's ETag in If-Match.");

    /// <summary>429: the caller's quota is used up.</summary>
    public static readonly ProblemType QuotaExceeded = new(
        Registered + "quota-exceeded", "Quota exceeded", 429, "Wait as Retry-After says.");

    /// <summary>431: the headers are too large.</summary>
    public static readonly ProblemType HeadersTooLarge = new(
        "/problems/headers-too-large", "Headers too large", 431, "Send fewer or smaller headers.");

    /// <summary>500: our fault.</summary>
    public static readonly ProblemType Internal = new(
        "/problems/internal", "Internal error", 500,
        "A fault of the server; its log has the details under the request_id.");

    /// <summary>501: the method or feature does not exist here.</summary>
    public static readonly ProblemType NotImplemented = new(
        "/problems/not-implemented", "Not implemented", 501, "The server does not know this method or feature.");

    /// <summary>503: temporarily too much work.</summary>
    public static readonly ProblemType ReducedCapacity = new(
        Registered + "temporary-reduced-capacity", "Too busy", 503, "Wait as Retry-After says and repeat.");

    /// <summary>503: the server, or something it needs, is not there.</summary>
    public static readonly ProblemType Unavailable = new(
        "/problems/unavailable", "Not available", 503,
        "The server is starting or stopping, or its database does not answer; repeat later.");

    /// <summary>504: took longer than allowed.</summary>
    public static readonly ProblemType Timeout = new(
        "/problems/timeout", "Took too long", 504, "Ask for less, or for an index; detail names the limit.");

    /// <summary>507: the disk is full.</summary>
    public static readonly ProblemType StorageFull = new(
        "/problems/storage-full", "Storage full", 507, "The operator has to make room.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        BadRequest, Query, MalformedJson, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, NotAcceptable,
        RequestTimeout, Conflict, IdempotencyInProgress, Stale, TooLarge, UriTooLong, UnsupportedMediaType, Validation,
        IdempotencyReused, PreconditionRequired, QuotaExceeded, HeadersTooLarge, Internal, NotImplemented,
        ReducedCapacity, Unavailable, Timeout, StorageFull,
    ];

    private static readonly FrozenDictionary<string, ProblemType> ByName =
        All.ToFrozenDictionary(static type => type.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<int, ProblemType> ByStatus = All
        .Where(static type => type != Query && type != MalformedJson && type != ReducedCapacity)
        .DistinctBy(static type => type.Status)
        .ToFrozenDictionary(static type => type.Status);

    /// <summary>The type with this last word in its URI; null when there is none.</summary>
    public static ProblemType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The most general type of a status; 500 for statuses without one.</summary>
    public static ProblemType ForStatus(int status) =>
        ByStatus.GetValueOrDefault(status) ?? (status < 500 ? BadRequest with { Status = status } : Internal);
}
