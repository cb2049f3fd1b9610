using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>The order of a list: what was asked for, then the key, so that no two rows are equal.</summary>
internal static class SortPlanner
{
    /// <summary>The name that means the relevance of a search.</summary>
    public const string ScoreName = "_score";

    public static (ImmutableArray<SortKey> Keys, bool IsKeyset) Plan(
        Binder binder, BindSite site, ImmutableArray<SortTerm> terms, bool searches, string parameter = "sort")
    {
        if (terms.Length > binder.Limits.SortMax)
        {
            binder.Errors.Add(new Primitives.Error(
                QueryErrors.TooComplex,
                $"more than {binder.Limits.SortMax} sort keys (query.sort_max)") { Parameter = parameter });
            return ([], false);
        }

        var keys = ImmutableArray.CreateBuilder<SortKey>();
        var byScore = searches && terms.IsEmpty;
        if (byScore) keys.Add(ByScore(site, descending: true));
        foreach (var term in terms)
        {
            if (term.Path.Segments is [ScoreName])
            {
                byScore = true;
                if (searches) keys.Add(ByScore(site, term.Descending));
                else binder.Errors.Add(new Primitives.Error(
                    QueryErrors.Conflict, "sort=_score needs a search (q)") { Parameter = parameter });
                continue;
            }

            var value = binder.Path(term.Path, site, parameter);
            if (Binder.IsInvalid(value)) continue;
            if (value.Type.Kind is FieldKind.Array || value is Bound.Column { Field.Type.Kind: FieldKind.Json })
            {
                binder.Fail(
                    PlanErrors.Type, $"{term.Path} is {ValueText.Describe(value.Type)}, which has no order",
                    term.Path.Position);
                continue;
            }

            keys.Add(Key(value, term.Descending, term.Nulls, site));
        }

        var isTotal = AddTieBreakers(keys, site);
        return (keys.ToImmutable(), isTotal && !byScore);
    }

    /// <summary>One sort key with its place of nulls.</summary>
    public static SortKey Key(Bound value, bool descending, NullsOrder nulls, BindSite site)
    {
        var nullsFirst = nulls == NullsOrder.Default ? !descending : nulls == NullsOrder.First;
        var sure = value is Bound.Column { Field.Nullable: false } column
            && ReferenceEquals(column.Source, site.Scope.Root);
        return new SortKey(value, descending, nullsFirst, !sure);
    }

    private static SortKey ByScore(BindSite site, bool descending) =>
        new(new Bound.Score(site.Source), descending, !descending, Nullable: false);

    // False when the entity has no key: then all its columns give an order that is stable, but maybe not total.
    private static bool AddTieBreakers(ImmutableArray<SortKey>.Builder keys, BindSite site)
    {
        var entity = site.Source.Entity;
        foreach (var key in keys)
        {
            if (key is { Nullable: false, Value: Bound.Column { Field: var field } }
                && (field.Unique || entity.Key is [var only] && ReferenceEquals(only, field))) return true;
        }

        IEnumerable<Field> fields = entity.Key.Count > 0 ? entity.Key : entity.Fields.Where(IsOrdered);
        foreach (var field in fields)
        {
            var value = new Bound.Column(site.Source, field);
            if (!keys.Any(k => k.Value == value)) keys.Add(Key(value, false, NullsOrder.Default, site));
        }

        return entity.Key.Count > 0;
    }

    private static bool IsOrdered(Field field) =>
        !field.IsComputed && field.IsVisible
            && field.Type.Kind is not (FieldKind.Json or FieldKind.Array or FieldKind.Bytes);
}
