namespace Tercel.Chassis.Web.Problems;

/// <summary>A kind of failure that a client can tell apart (RFC 9457): one row of the list that users read.</summary>
/// <remarks><paramref name="Uri"/> is a path such as <c>/problems/query</c>, where the server explains it, or the
/// URI of a registered type. <paramref name="Meaning"/> is one sentence of what to do.</remarks>
public sealed record ProblemType(string Uri, string Title, int Status, string Meaning)
{
    /// <summary>The last word of the URI, such as <c>query</c>.</summary>
    public string Name => Uri[(Uri.LastIndexOfAny(['/', '#']) + 1)..];
}
