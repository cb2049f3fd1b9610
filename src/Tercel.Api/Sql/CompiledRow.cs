using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>A row's plan with its statement.</summary>
internal sealed record CompiledRow(ReadPlan Plan, CompiledRead Read);
