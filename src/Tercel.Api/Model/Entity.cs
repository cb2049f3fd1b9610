using Tercel.Api.Query;

namespace Tercel.Api.Model;

/// <summary>A resource: one table or view, and how the API shows it.</summary>
/// <remarks>Lifetime: built once with its <see cref="ApiModel"/>, immutable afterwards; compared by identity.</remarks>
internal sealed class Entity
{
    private readonly Dictionary<string, Field> _fieldsByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Relation> _relationsByName = new(StringComparer.Ordinal);

    /// <summary>Name in URLs, in expressions and in OpenAPI.</summary>
    public required string Name { get; init; }

    /// <summary>Table or view name in the database.</summary>
    public required string Table { get; init; }

    /// <summary>False when the entity has no URL of its own (<c>path: null</c>) and is reachable through relations
    /// only.</summary>
    public bool HasPath { get; init; } = true;

    public bool IsView { get; init; }

    /// <summary>The view's SELECT from the model file; null for tables and for views that exist already.</summary>
    public string? ViewSql { get; init; }

    /// <summary>False: only reads (views, tables without a key, a database opened read-only).</summary>
    public bool Writable { get; init; } = true;

    public IReadOnlyList<Field> Fields { get; private set; } = [];

    /// <summary>The primary key, in key order; empty for a view or a table without one.</summary>
    public IReadOnlyList<Field> Key { get; private set; } = [];

    public IReadOnlyList<Relation> Relations { get; private set; } = [];

    public IReadOnlyList<EntityIndex> Indexes { get; init; } = [];

    /// <summary>Sets of fields that are unique together, besides the key and the unique fields.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Uniques { get; init; } = [];

    public SearchSpec? Search { get; init; }

    public IReadOnlyList<EntityRule> Rules { get; init; } = [];

    /// <summary>Set to the time of deletion instead of deleting; rows with a value are invisible. Null: rows are
    /// deleted.</summary>
    public Field? SoftDelete { get; private set; }

    /// <summary>The optimistic-lock field; null when there is none.</summary>
    public Field? Version { get; private set; }

    /// <summary>Updates and deletes of single rows need If-Match (428 without).</summary>
    public bool RequireIfMatch { get; init; }

    /// <summary>Page size when the request names none, and the largest allowed; null: the model's defaults.</summary>
    public int? PageDefault { get; init; }

    public int? PageMax { get; init; }

    /// <summary>The earlier table name, for a rename (<c>was:</c>).</summary>
    public string? Was { get; init; }

    public string? Description { get; init; }

    public Deprecation? Deprecation { get; init; }

    public Field? Field(string name) => _fieldsByName.GetValueOrDefault(name);

    public Relation? Relation(string name) => _relationsByName.GetValueOrDefault(name);

    /// <summary>Called once by whoever builds the model.</summary>
    public void SetFields(IReadOnlyList<Field> fields, IReadOnlyList<Field> key, Field? softDelete = null)
    {
        Fields = fields;
        Key = key;
        SoftDelete = softDelete;
        Version = fields.FirstOrDefault(f => f.IsVersion);
        for (var i = 0; i < fields.Count; i++)
        {
            fields[i].Ordinal = i;
            _fieldsByName.Add(fields[i].Name, fields[i]);
        }

        foreach (var field in key) field.IsKey = true;
    }

    /// <summary>Called once by whoever builds the model, when all entities have their fields.</summary>
    public void SetRelations(IReadOnlyList<Relation> relations)
    {
        Relations = relations;
        foreach (var relation in relations)
        {
            _relationsByName.Add(relation.Name, relation);
            if (relation is { IsToOne: true, FromFields: [var only] }) only.Reference ??= relation;
        }
    }

    public override string ToString() => Name;
}

/// <summary>An index: fields with their direction.</summary>
internal sealed record EntityIndex(IReadOnlyList<(string Field, bool Descending)> Fields, bool Unique = false);

/// <summary>Full-text search: which fields, and how much a match in each weighs (bm25 weights).</summary>
internal sealed record SearchSpec(IReadOnlyList<(string Field, double Weight)> Fields, string? Language);

/// <summary>A check across fields: when <see cref="Check"/> is not true for the new row, 422 at <see
/// cref="At"/>.</summary>
internal sealed record EntityRule(Expr Check, string CheckText, string? At, string Message);
