using Tercel.Api.Query;
using Scalar = Tercel.Api.Model.Loading.ModelNode.Scalar;

namespace Tercel.Api.Model.Loading;

/// <summary>A resource or view while its file is read: all that the file says, names not yet looked up.</summary>
internal sealed class EntityDraft(string name, Place place, bool isView)
{
    public string Name { get; } = name;

    public Place Place { get; } = place;

    public bool IsView { get; } = isView;

    public string? ViewSql { get; set; }

    public string Table { get; set; } = name;

    public bool HasPath { get; set; } = true;

    public bool ReadOnly { get; set; }

    public List<FieldDraft> Fields { get; } = [];

    /// <summary>The key as written; empty when single fields say <c>pk</c>.</summary>
    public List<Scalar> Pk { get; } = [];

    public List<RefDraft> Refs { get; } = [];

    public List<ManyDraft> Many { get; } = [];

    public List<List<(Scalar Name, bool Descending)>> Indexes { get; } = [];

    public List<IReadOnlyList<Scalar>> Uniques { get; } = [];

    public List<ComputedDraft> Computed { get; } = [];

    public List<(Scalar Name, double Weight)> Search { get; } = [];

    public string? SearchLanguage { get; set; }

    public List<RuleDraft> Rules { get; } = [];

    public Scalar? SoftDelete { get; set; }

    public bool RequireIfMatch { get; set; }

    public int? PageDefault { get; set; }

    public int? PageMax { get; set; }

    public string? Was { get; set; }

    public string? Description { get; set; }

    public Deprecation? Deprecation { get; set; }

    /// <summary>Filled by <see cref="NameResolver"/>: the key in order, and the ways to other entities.</summary>
    public List<FieldDraft> Key { get; set; } = [];

    public List<RelationDraft> Relations { get; } = [];

    public string Word => IsView ? "view" : "resource";

    /// <summary>The field of this name; the name of a reference stands for its field, too.</summary>
    public FieldDraft? FindField(string name)
    {
        foreach (var field in Fields)
            if (field.FieldName == name || (field.IsReference && field.Name == name)) return field;
        return null;
    }

    public ComputedDraft? FindComputed(string name) => Computed.FirstOrDefault(c => c.Name == name);

    public RelationDraft? FindRelation(string name) => Relations.FirstOrDefault(r => r.Name == name);

    public IEnumerable<string> FieldNames =>
        Fields.Select(f => f.FieldName).Concat(Fields.Where(f => f.IsReference).Select(f => f.Name));
}

/// <summary>A to-one relation over declared fields: <c>refs: { Album: { to: Album, fields: [AlbumId] } }</c>.</summary>
internal sealed record RefDraft(string Name, Place Place)
{
    public Scalar? To { get; init; }

    public IReadOnlyList<Scalar> Fields { get; init; } = [];

    /// <summary>The fields of the target when they are not its key.</summary>
    public IReadOnlyList<Scalar> On { get; init; } = [];

    public OnDelete? OnDelete { get; init; }
}

/// <summary>A to-many relation as written: to <c>reviews.product</c>, or through <c>product_tags.tag</c>.</summary>
internal sealed record ManyDraft(string Name, Place Place)
{
    public Scalar? To { get; init; }

    public Scalar? Through { get; init; }

    /// <summary>Which reference of the join resource leads back here, when several do.</summary>
    public Scalar? From { get; init; }

    public bool Write { get; init; }

    public OnDelete? OnDelete { get; init; }
}

/// <summary>An expression and the place of each of its characters.</summary>
internal sealed record ExpressionDraft(string Text, Func<int, Place> At, Expr? Value);

internal sealed record ComputedDraft(string Name, Place Place, FieldType Type, ExpressionDraft Expression)
{
    public string? Description { get; init; }
}

internal sealed record RuleDraft(ExpressionDraft Check, Scalar? At, string Message, Place Place);

/// <summary>A relation whose names are looked up.</summary>
internal sealed class RelationDraft(string name, Place place, RelationKind kind, EntityDraft from, EntityDraft to)
{
    public string Name { get; } = name;

    public Place Place { get; } = place;

    public RelationKind Kind { get; } = kind;

    public EntityDraft From { get; } = from;

    public EntityDraft To { get; } = to;

    public IReadOnlyList<FieldDraft> FromFields { get; init; } = [];

    public IReadOnlyList<FieldDraft> ToFields { get; init; } = [];

    public EntityDraft? Through { get; init; }

    public IReadOnlyList<FieldDraft> ThroughFromFields { get; init; } = [];

    public IReadOnlyList<FieldDraft> ThroughToFields { get; init; } = [];

    public bool Writable { get; init; }

    public OnDelete? OnDelete { get; set; }
}
