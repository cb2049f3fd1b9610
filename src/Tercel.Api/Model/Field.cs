using System.Text.RegularExpressions;
using Tercel.Api.Query;

namespace Tercel.Api.Model;

/// <summary>One field of an entity: a column, or a computed expression.</summary>
/// <remarks>Lifetime: immutable once its <see cref="ApiModel"/> is built. Two fields are equal only when
/// identical.</remarks>
internal sealed class Field
{
    /// <summary>Name in URLs and JSON. For a reference this is the foreign key column's name
    /// (<c>category_id</c>).</summary>
    public required string Name { get; init; }

    /// <summary><see cref="Name"/> in UTF-8, to compare with the names in a body.</summary>
    public byte[] NameUtf8 => field ??= System.Text.Encoding.UTF8.GetBytes(Name);

    /// <summary>Column name in the table; equals <see cref="Name"/> unless mapped. Empty for a computed
    /// field.</summary>
    public required string Column { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>Position in the entity, 0-based; JSON output keeps this order.</summary>
    public int Ordinal { get; set; }

    /// <summary>The database may hold NULL.</summary>
    public bool Nullable { get; init; } = true;

    /// <summary>A create must give it (unless it has a default) and null is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Part of the primary key.</summary>
    public bool IsKey { get; set; }

    public bool Unique { get; init; }

    /// <summary>Uniqueness and equality ignore case (COLLATE NOCASE).</summary>
    public bool NoCase { get; init; }

    /// <summary>Clients cannot set it: 422 when they try.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Never returned, and cannot be filtered, sorted, grouped or searched by.</summary>
    public bool WriteOnly { get; init; }

    /// <summary>The database makes the key (INTEGER PRIMARY KEY).</summary>
    public bool AutoIncrement { get; init; }

    /// <summary>Set to the time of each write (<c>datetime auto</c>).</summary>
    public bool AutoUpdate { get; init; }

    /// <summary>The optimistic-lock counter: starts at 1, plus one with each update, and is the row's ETag.</summary>
    public bool IsVersion { get; init; }

    /// <summary>Has a single-column index of its own.</summary>
    public bool Indexed { get; init; }

    public FieldDefault? Default { get; init; }

    /// <summary>Smallest and largest number, inclusive.</summary>
    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <summary>Shortest and longest text in Unicode code points (besides the type's own length).</summary>
    public int? LengthMin { get; init; }

    public int? LengthMax { get; init; }

    /// <summary>Most elements of an array.</summary>
    public int? ItemsMax { get; init; }

    /// <summary>The whole text must match; compiled without backtracking.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The expression of a computed field; null for a column.</summary>
    public Expr? Computed { get; init; }

    /// <summary>The source text of <see cref="Computed"/>.</summary>
    public string? ComputedText { get; init; }

    /// <summary>The to-one relation that this foreign key column belongs to; null for other fields.</summary>
    public Relation? Reference { get; set; }

    /// <summary>The earlier column name, for a rename (<c>was=</c>).</summary>
    public string? Was { get; init; }

    public string? Description { get; init; }

    public Deprecation? Deprecation { get; set; }

    public bool IsComputed => Computed is not null;

    /// <summary>True when queries may mention it.</summary>
    public bool IsVisible => !WriteOnly;

    public override string ToString() => Name;
}

/// <summary>What a field gets when a create does not give it.</summary>
internal abstract record FieldDefault
{
    private FieldDefault()
    {
    }

    /// <summary>A constant, in the text form of the model file; JSON text for Json and Array fields.</summary>
    public sealed record Constant(string Text) : FieldDefault;

    /// <summary>The time of the write.</summary>
    public sealed record Now : FieldDefault;

    /// <summary>A new UUID version 7.</summary>
    public sealed record NewUuid : FieldDefault;

    /// <summary>The next number of a sequence in a pattern such as <c>O-{000000}</c>.</summary>
    public sealed record Sequence(string Pattern) : FieldDefault;

    /// <summary>A field of the row that a reference of the same row points to: <c>@ref(product.price)</c>.</summary>
    public sealed record FromReference(string Relation, string Field) : FieldDefault;

    /// <summary>An SQL default of an existing database, left to the database.</summary>
    public sealed record Database(string Sql) : FieldDefault;
}

/// <summary>Tells clients that a thing will go (RFC 9745, RFC 8594).</summary>
internal sealed record Deprecation(DateOnly Since, DateOnly? Sunset, string? Use);
