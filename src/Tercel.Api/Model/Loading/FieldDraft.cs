using System.Text.RegularExpressions;

namespace Tercel.Api.Model.Loading;

/// <summary>One option of a field as written, from either form: <c>max=10</c> or <c>max: 10</c>.</summary>
/// <param name="Name">The word before = or ( or the key.</param>
/// <param name="Value">What it is set to; null for a bare word.</param>
/// <param name="Quoted">The value stood in quotes.</param>
/// <param name="Place">The word.</param>
/// <param name="ValuePlace">The value; the word when there is none.</param>
internal sealed record FieldOption(string Name, string? Value, bool Quoted, Place Place, Place ValuePlace);

/// <summary>A type as written; the target of a reference is looked up later.</summary>
/// <param name="Value">The type; null for a reference, and for a type that was not understood.</param>
/// <param name="Reference">The resource in <c>ref(x)</c>.</param>
/// <param name="IsVersion">The type <c>version</c>.</param>
internal sealed record TypeDraft(FieldType? Value, string? Reference = null, bool IsVersion = false)
{
    /// <summary>Stands for a type that was reported already.</summary>
    public static readonly TypeDraft Broken = new((FieldType?)null);
}

/// <summary>A field while its file is read: all that the file says, names not yet looked up.</summary>
internal sealed class FieldDraft(string name, Place place)
{
    /// <summary>The name in the file; for a reference this is the relation's name.</summary>
    public string Name { get; } = name;

    public Place Place { get; } = place;

    /// <summary>Where the type stands.</summary>
    public Place TypePlace { get; set; } = place;

    public TypeDraft Type { get; set; } = TypeDraft.Broken;

    public bool Required { get; set; }

    public bool Null { get; set; }

    public bool Unique { get; set; }

    public bool NoCase { get; set; }

    public bool Index { get; set; }

    public bool ReadOnly { get; set; }

    public bool WriteOnly { get; set; }

    public bool Auto { get; set; }

    public bool Pk { get; set; }

    public FieldDefault? Default { get; set; }

    public decimal? Min { get; set; }

    public decimal? Max { get; set; }

    public int? LengthMin { get; set; }

    public int? LengthMax { get; set; }

    public int? ItemsMax { get; set; }

    public Regex? Pattern { get; set; }

    public OnDelete? OnDelete { get; set; }

    public string? Column { get; set; }

    public string? Was { get; set; }

    public string? Description { get; set; }

    public Deprecation? Deprecation { get; set; }

    /// <summary>Where each option stands, for the checks that come later.</summary>
    public Dictionary<string, Place> Options { get; } = new(StringComparer.Ordinal);

    /// <summary>The type of the column, filled by <see cref="NameResolver"/>: for a reference the type of the target's
    /// key.</summary>
    public FieldType? ColumnType { get; set; }

    public bool IsReference => Type.Reference is not null;

    /// <summary>The field's name in the API: a reference <c>category</c> is kept in <c>category_id</c>.</summary>
    public string FieldName => IsReference ? Name + "_id" : Name;

    /// <summary>The place of an option, or of the field when it does not have it.</summary>
    public Place PlaceOf(string option) => Options.GetValueOrDefault(option, Place);
}
