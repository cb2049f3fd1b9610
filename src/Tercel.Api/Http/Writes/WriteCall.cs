using Microsoft.Extensions.Primitives;
using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;

namespace Tercel.Api.Http.Writes;

internal enum WriteMethod
{
    Post,
    Patch,
    Put,
    Delete,
}

/// <summary>One write as it was asked for: by a request, or by an operation of a batch.</summary>
internal sealed record WriteCall(WriteMethod Method, Entity Entity, DateTimeOffset Now)
{
    /// <summary>The row in the URL, in key order; null for the collection.</summary>
    public SqlValue[]? Key { get; init; }

    /// <summary>The query string, with or without its question mark.</summary>
    public string Query { get; init; } = "";

    /// <summary>The body; absent for DELETE.</summary>
    public BodyValue Body { get; init; }

    public Preferences Prefer { get; init; } = Preferences.None;

    public StringValues IfMatch { get; init; }

    public StringValues IfNoneMatch { get; init; }
}

/// <summary>What a write answers: a status with a body, or a refusal. Nothing is sent before the commit.</summary>
internal sealed record WriteAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public WriteRefusal? Refusal { get; init; }

    public string? Location { get; init; }

    public string? Tag { get; init; }

    public static WriteAnswer Refused(WriteRefusal refusal) => new(0, default) { Refusal = refusal };

    public static WriteAnswer Refused(RefusalKind kind, Primitives.Error error) =>
        Refused(new WriteRefusal(kind, error));
}

/// <summary>A write that was checked as far as that is possible without the database.</summary>
internal abstract class PreparedWrite
{
    /// <summary>Does it inside a transaction. After a refusal the caller undoes what was done.</summary>
    public abstract ValueTask<WriteAnswer> Run(IWriteSession session);
}
