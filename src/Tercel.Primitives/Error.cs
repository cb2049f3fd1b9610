namespace Tercel.Primitives;

/// <summary>A stable name for one thing that can be wrong, such as <c>query.unknown_field</c>.</summary>
/// <remarks>
/// Shape: <paramref name="Area"/> groups codes by who reports them (<c>query</c>, <c>write</c>, <c>model</c>,
/// <c>store</c>);
/// <paramref name="Name"/> is what a client sees in a problem document. Codes are never reused for another meaning.
/// </remarks>
public sealed record ErrorCode(string Area, string Name)
{
    /// <summary>The full name, <c>area.name</c>, as documentation lists it.</summary>
    public override string ToString() => $"{Area}.{Name}";
}

/// <summary>One mistake of a caller: what is wrong, where, and what to do about it. A value, never thrown.</summary>
/// <remarks>Lifetime: immutable. Exactly one of the places (<see cref="Parameter"/>, <see cref="Pointer"/>,
/// <see cref="Line"/>) is usually set.</remarks>
public sealed record Error(ErrorCode Code, string Detail)
{
    /// <summary>The query parameter that is wrong; null when the mistake is elsewhere.</summary>
    public string? Parameter { get; init; }

    /// <summary>The request header that is wrong; null when the mistake is elsewhere.</summary>
    public string? Header { get; init; }

    /// <summary>A JSON Pointer fragment (RFC 6901) into the request body, such as <c>#/lines/2/quantity</c>.</summary>
    public string? Pointer { get; init; }

    /// <summary>Offset in characters inside the parameter's value, 0-based; null when the whole value is
    /// wrong.</summary>
    public int? Position { get; init; }

    /// <summary>The file that <see cref="Line"/> and <see cref="Column"/> count in, as its reader named it; null for a
    /// request.</summary>
    public string? File { get; init; }

    /// <summary>Line in a file or body, 1-based.</summary>
    public int? Line { get; init; }

    /// <summary>Column in a file or body, 1-based.</summary>
    public int? Column { get; init; }

    /// <summary>The name that was probably meant; null when nothing is near enough.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Numbers and names of the broken rule for programs, such as <c>min = 0</c>; null when there are
    /// none.</summary>
    public IReadOnlyDictionary<string, object?>? Params { get; init; }
}
