using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>A grouped read with its statements.</summary>
/// <remarks>Lifetime: immutable; kept by the plan cache. Thread: any.</remarks>
internal sealed class CompiledGroup
{
    private CompiledStatement? _count;

    public CompiledGroup(GroupPlan plan)
    {
        Plan = plan;
        Page = GroupCompiler.CompilePage(plan);
    }

    public GroupPlan Plan { get; }

    /// <summary>A page of groups as JSON objects.</summary>
    public CompiledRead Page { get; }

    /// <summary>How many groups there are.</summary>
    public CompiledStatement Count() => _count ??= GroupCompiler.CompileCount(Plan);
}
