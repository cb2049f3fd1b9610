using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>The facets of a list: for each, how many of the matching rows have each value.</summary>
internal sealed record FacetPlan(string Name, GroupPlan Plan)
{
    /// <summary>Values of a facet that names no limit.</summary>
    public const int ValuesDefault = 10;

    /// <summary>Plans all facets of a query; each sees the same rows as the page, all filters applied.</summary>
    /// <remarks>Errors: those of the facets only; those of the filters are the list's own to tell.</remarks>
    public static Result<ImmutableArray<FacetPlan>> PlanAll(
        Entity entity, ListQuery query, ApiLimits limits, DateTimeOffset now, Relation? parent = null)
    {
        var errors = new List<Error>();
        if (query.Facets.Length > limits.FacetsMax)
            errors.Add(InFacets(QueryErrors.TooComplex, $"more than {limits.FacetsMax} facets (facets.max)"));
        var plans = ImmutableArray.CreateBuilder<FacetPlan>();
        foreach (var facet in query.Facets.Take(limits.FacetsMax))
        {
            var name = facet.Path.ToString();
            if (plans.Any(p => p.Name == name))
                errors.Add(InFacets(QueryErrors.Duplicate, $"the facet {name} is given twice"));
            var planned = GroupPlanner.PlanFacet(entity, facet, query, limits, now, parent);
            if (planned.TryGet(out var plan, out var found)) plans.Add(new FacetPlan(name, plan));
            else errors.AddRange(found.Where(e => e.Parameter == QueryNames.Facets));
        }

        if (errors.Count > 0) return errors;
        return plans.ToImmutable();
    }

    private static Error InFacets(ErrorCode code, string detail) => new(code, detail) { Parameter = QueryNames.Facets };
}
