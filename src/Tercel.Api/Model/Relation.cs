namespace Tercel.Api.Model;

internal enum RelationKind
{
    /// <summary>This row refers to at most one row of the target.</summary>
    ToOne,

    /// <summary>Rows of the target refer to this row.</summary>
    ToMany,

    /// <summary>Rows of a join table refer to this row and to rows of the target.</summary>
    ManyToMany,
}

/// <summary>What deleting the referenced row does.</summary>
internal enum OnDelete
{
    /// <summary>The database's own default (NO ACTION), or not known.</summary>
    NoAction,

    Restrict,

    Cascade,

    SetNull,
}

/// <summary>A way from one entity to another, seen from <see cref="From"/>; what <c>embed=</c> and dotted paths
/// follow.</summary>
/// <remarks>
/// Shape: rows join where <c>From.FromFields[i] = To.ToFields[i]</c>; for <see cref="RelationKind.ManyToMany"/>, where
/// <c>From.FromFields[i] = Through.ThroughFromFields[i]</c> and <c>Through.ThroughToFields[i] = To.ToFields[i]</c>.
/// </remarks>
internal sealed class Relation
{
    public required string Name { get; init; }

    public required RelationKind Kind { get; init; }

    public required Entity From { get; init; }

    public required Entity To { get; init; }

    public required IReadOnlyList<Field> FromFields { get; init; }

    public required IReadOnlyList<Field> ToFields { get; init; }

    public Entity? Through { get; init; }

    public IReadOnlyList<Field> ThroughFromFields { get; init; } = [];

    public IReadOnlyList<Field> ThroughToFields { get; init; } = [];

    /// <summary>A to-many relation whose rows may be written nested in the parent.</summary>
    public bool Writable { get; init; }

    /// <summary>For a to-one relation: what deleting the target does to this row.</summary>
    public OnDelete OnDelete { get; init; }

    public bool IsToOne => Kind == RelationKind.ToOne;

    /// <summary>True when a to-one relation may point nowhere.</summary>
    public bool IsOptional => FromFields.Any(f => f.Nullable);

    public override string ToString() => Name;
}
