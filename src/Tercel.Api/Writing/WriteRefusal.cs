using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>Why a write was not done; Http/ turns each into its status and problem type.</summary>
internal enum RefusalKind
{
    /// <summary>The body is not JSON.</summary>
    MalformedJson,

    /// <summary>The request itself is wrong: parameters, a missing filter, a batch that cannot be read.</summary>
    Query,

    /// <summary>The body's content is wrong.</summary>
    Validation,

    /// <summary>What is stored does not allow it.</summary>
    Conflict,

    NotFound,

    /// <summary>If-Match, If-None-Match or the body's version do not fit the stored row.</summary>
    Stale,

    PreconditionRequired,

    TooLarge,

    /// <summary>The body has the wrong media type.</summary>
    MediaType,

    /// <summary>The resource cannot be written.</summary>
    NotAllowed,
}

/// <summary>A write that was not done, with all that is wrong with it.</summary>
internal sealed record WriteRefusal(RefusalKind Kind, IReadOnlyList<Error> Errors)
{
    public WriteRefusal(RefusalKind kind, Error error) : this(kind, [error])
    {
    }

    /// <summary>The ETag that the row has now, for <see cref="RefusalKind.Stale"/>.</summary>
    public string? CurrentTag { get; init; }
}
