using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Writing;

/// <summary>What a body is validated against besides its entity.</summary>
/// <param name="Limits">Rows, depth.</param>
/// <param name="Now">The time of the request, for defaults and <c>auto</c> fields.</param>
internal sealed record WriteOptions(ApiLimits Limits, DateTimeOffset Now)
{
    /// <summary><c>Prefer: handling=lenient</c>: unknown and read-only members are left out instead of
    /// refused.</summary>
    public bool Lenient { get; init; }

    /// <summary>The key that the URL names, in key order; the body may repeat but not change it. Null: no such
    /// key.</summary>
    public IReadOnlyList<SqlValue>? UrlKey { get; init; }

    /// <summary>The body itself names the row's key (bulk PATCH): it is required there.</summary>
    public bool KeyInBody { get; init; }
}
