using System.Collections.Immutable;
using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>Where a dotted path leads.</summary>
/// <remarks>Shape: a closed set.</remarks>
internal abstract record PathTarget
{
    private PathTarget()
    {
    }

    /// <summary>A value of this row or of a row joined by to-one relations.</summary>
    public sealed record Single(Bound Value) : PathTarget;

    /// <summary>A to-many relation of a row; segments from <paramref name="Next"/> on belong to its target.</summary>
    public sealed record Many(Source From, Relation Via, int Next) : PathTarget;

    /// <summary>There is no such thing; the error is recorded.</summary>
    public sealed record Nothing : PathTarget;
}

/// <summary>Follows dotted paths: fields, to-one relations (joined once), members of JSON columns.</summary>
internal sealed class PathBinder(Binder binder)
{
    private static readonly PathTarget.Nothing Nothing = new();

    private readonly Binder _binder = binder;

    /// <summary>Binds a path that must give one value.</summary>
    public Bound Bind(Expr.Path path, BindSite site)
    {
        if (site.Aliases is { } aliases && path.Segments is [var alias] && aliases.TryGetValue(alias, out var named))
            return named;
        var start = 0;
        if (!site.Prefix.IsEmpty)
        {
            // A prefix comes with an outer site.
            if (!HasPrefix(path.Segments, site.Prefix)) return Bind(path, site.Outer!);
            start = site.Prefix.Length;
        }

        switch (Follow(path, site, start))
        {
            case PathTarget.Single single: return single.Value;
            case PathTarget.Many many:
                return _binder.Fail(
                    PlanErrors.Type,
                    $"{Text(path)} leads to many rows: compare it alone, "
                    + $"or use exists({many.Via.Name}, ...) or an aggregate",
                    path.Position);
            default: return Binder.Invalid;
        }
    }

    /// <summary>Follows a path from its segment <paramref name="start"/> until a value or a to-many
    /// relation.</summary>
    /// <param name="path">The path.</param>
    /// <param name="site">Where its names are looked up.</param>
    /// <param name="start">The first segment that counts.</param>
    /// <param name="asRow">True when a to-one relation at the end means its row, which may be deleted, and not the
    /// reference to it.</param>
    public PathTarget Follow(Expr.Path path, BindSite site, int start, bool asRow = false)
    {
        var source = site.Source;
        if (start >= path.Segments.Length) return KeyOf(source, site.Scope, path);
        for (var i = start; i < path.Segments.Length; i++)
        {
            var name = path.Segments[i];
            var last = i == path.Segments.Length - 1;
            if (source.Entity.Field(name) is { IsVisible: true } field)
                return FieldValue(path, i, field, site.Scope, source);
            if (source.Entity.Relation(name) is not { } relation) return Unknown(path, name, source.Entity);
            if (RelationsBefore(path, i) >= _binder.Limits.PathDepthMax) return TooDeep(path);
            if (!relation.IsToOne) return new PathTarget.Many(source, relation, i + 1);
            if (last && asRow && relation.To is { SoftDelete: not null, Key: [var key, ..] })
                return new PathTarget.Single(new Bound.Column(site.Scope.Join(source, relation), key));
            if (last) return ReferenceValue(path, relation, site.Scope, source);
            source = site.Scope.Join(source, relation);
        }

        return Nothing;
    }

    /// <summary>The key of a source as one value; an error when it has none or a composite one.</summary>
    public PathTarget KeyOf(Source source, Scope scope, Expr.Path path)
    {
        if (source.Entity.Key is [var key]) return new PathTarget.Single(_binder.FieldOf(key, scope, source));
        _binder.Fail(
            PlanErrors.Type, $"{source.Entity.Name} has no single key field to compare with; name a field",
            path.Position);
        return Nothing;
    }

    public static string Text(Expr.Path path) => string.Join('.', path.Segments);

    // The words of quantifiers are no steps; all others up to here were relations.
    private static int RelationsBefore(Expr.Path path, int index)
    {
        var count = 0;
        foreach (var segment in path.Segments.AsSpan(0, index)) count += segment is "any" or "all" or "none" ? 0 : 1;
        return count;
    }

    private static bool HasPrefix(ImmutableArray<string> segments, ImmutableArray<string> prefix) =>
        segments.Length >= prefix.Length && segments.AsSpan(0, prefix.Length).SequenceEqual(prefix.AsSpan());

    // category=3 compares the foreign key column; no join is needed.
    private PathTarget ReferenceValue(Expr.Path path, Relation relation, Scope scope, Source source)
    {
        if (relation.FromFields is [var only]) return new PathTarget.Single(_binder.FieldOf(only, scope, source));
        var names = string.Join(", ", relation.FromFields.Select(f => f.Name));
        _binder.Fail(PlanErrors.Type, $"{relation.Name} has a composite key; compare {names}", path.Position);
        return Nothing;
    }

    private PathTarget FieldValue(Expr.Path path, int index, Field field, Scope scope, Source source)
    {
        var value = _binder.FieldOf(field, scope, source);
        if (index == path.Segments.Length - 1) return new PathTarget.Single(value);
        if (field.Type.Kind != FieldKind.Json)
        {
            // customer_id.name: the relation was probably meant.
            var suggestion = field.Reference?.Name;
            _binder.Fail(
                QueryErrors.UnknownField, $"{field.Name} is {ValueText.Describe(field.Type)} and has no member "
                + $"'{path.Segments[index + 1]}'", path.Position, suggestion);
            return Nothing;
        }

        var members = path.Segments.RemoveRange(0, index + 1);
        foreach (var member in members)
        {
            if (member.Length > 0 && member.AsSpan().IndexOfAny('"', '\\') < 0) continue;
            _binder.Fail(QueryErrors.UnknownField,
                "a JSON member's name is empty, or has a quote or a backslash in it", path.Position);
            return Nothing;
        }

        return new PathTarget.Single(new Bound.JsonMember(value, members, FieldType.Json));
    }

    private PathTarget.Nothing Unknown(Expr.Path path, string name, Entity entity)
    {
        var names = entity.Fields.Where(f => f.IsVisible).Select(f => f.Name)
            .Concat(entity.Relations.Select(r => r.Name));
        // limt=5 is a filter on a field that is not there, and most likely a misspelt parameter.
        var near = Suggestion.For(name, names)
            ?? (_binder.IsParameter(name) ? QueryNames.Near(name) : null);
        _binder.Fail(QueryErrors.UnknownField, $"no field '{name}' in {entity.Name}", path.Position, near);
        return Nothing;
    }

    private PathTarget.Nothing TooDeep(Expr.Path path)
    {
        _binder.Fail(
            QueryErrors.TooDeep,
            $"the path {Text(path)} follows more than {_binder.Limits.PathDepthMax} relations (query.path_depth_max)",
            path.Position);
        return Nothing;
    }

    /// <summary>The path of a JSON member in SQLite's notation, as a parameter: <c>$."size"[0]</c>.</summary>
    public static SqlValue JsonPath(ImmutableArray<string> members)
    {
        var text = new System.Text.StringBuilder("$");
        foreach (var member in members)
        {
            if (int.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                text.Append(CultureInfo.InvariantCulture, $".\"{member}\"");
        }

        return SqlValue.Of(text.ToString());
    }
}
