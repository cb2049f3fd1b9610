using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;

namespace Tercel.Api.Http.Reads;

/// <summary>A list request that is planned: what to run, and which page of it.</summary>
/// <param name="List">The statements, shared by all requests of this shape.</param>
/// <param name="Range">Which rows.</param>
/// <param name="Inputs">Where values come from.</param>
/// <param name="Query">What the client asked for; null when the shape was known and nothing was parsed.</param>
internal sealed record ListCall(CompiledList List, PageRange Range, ReadInputs Inputs, ListQuery? Query)
{
    /// <summary>The path for links.</summary>
    public required string Path { get; init; }

    /// <summary>The query string for links; null for a query in a body, whose pages are named by their
    /// cursors.</summary>
    public required string? QueryText { get; init; }
}

/// <summary>What became of a list request.</summary>
/// <param name="Outcome">Whether the page is written.</param>
/// <param name="Next">The next page's URL; null at the end.</param>
/// <param name="Previous">The URL of the page before.</param>
/// <param name="BadCursor">True when the cursor is damaged or belongs to another list.</param>
/// <param name="IsEmpty">True when the page has no rows.</param>
internal readonly record struct ListAnswer(
    ReadOutcome Outcome, string? Next = null, string? Previous = null, bool BadCursor = false, bool IsEmpty = false);
