namespace Tercel.Api.Sql;

/// <summary>A statement with what the database would do for it.</summary>
/// <param name="Purpose">What the statement is for: <c>page</c>, <c>count</c>, <c>embed lines</c>,
/// <c>facet brand</c>.</param>
/// <param name="Statement">The SQL and where its parameters come from.</param>
/// <param name="Steps">The plan, outermost steps first.</param>
internal sealed record ExplainedStatement(
    string Purpose, CompiledStatement Statement, IReadOnlyList<PlanStep> Steps);

/// <summary>One step of a plan, and the steps it is made of.</summary>
/// <param name="Detail">In the database's words.</param>
/// <param name="Table">The table that it reads; null for steps like sorting.</param>
/// <param name="Index">The index that it uses; <c>key</c> for the primary key; null for none.</param>
/// <param name="Kind">What the step does.</param>
/// <param name="Children">Its parts.</param>
internal sealed record PlanStep(
    string Detail, string? Table, string? Index, PlanStepKind Kind, IReadOnlyList<PlanStep> Children)
{
    /// <summary>The step and all inside it.</summary>
    public IEnumerable<PlanStep> All() => Children.SelectMany(c => c.All()).Prepend(this);
}

internal enum PlanStepKind
{
    Other,

    /// <summary>Finds rows by an index or the key.</summary>
    Search,

    /// <summary>Reads every row of a table.</summary>
    Scan,

    /// <summary>Builds an index for this statement alone.</summary>
    AutomaticIndex,

    /// <summary>Sorts or groups in temporary storage.</summary>
    Sort,
}

/// <summary>What <c>explain=true</c> tells of a query.</summary>
internal sealed record Explanation(
    IReadOnlyList<ExplainedStatement> Statements, IReadOnlyList<string> Warnings, IReadOnlyList<string> Suggestions);
