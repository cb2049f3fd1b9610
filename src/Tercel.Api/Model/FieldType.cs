namespace Tercel.Api.Model;

/// <summary>What kind of value a field holds.</summary>
internal enum FieldKind
{
    /// <summary>A UUID; text of 36 lower-case characters in the database.</summary>
    Uuid,

    /// <summary>A short text with a longest length in Unicode code points.</summary>
    String,

    /// <summary>A long text.</summary>
    Text,

    /// <summary>A text that is an e-mail address.</summary>
    Email,

    /// <summary>A text of lower-case letters, digits and inner hyphens.</summary>
    Slug,

    /// <summary>An integer that JSON can carry exactly: at most 2^53 - 1 in size. A JSON number.</summary>
    Int,

    /// <summary>A 64-bit integer. A JSON string, so that no client rounds it.</summary>
    BigInt,

    /// <summary>A decimal with fixed precision and scale. A JSON number up to 15 digits.</summary>
    Decimal,

    /// <summary>An IEEE 754 double.</summary>
    Float,

    /// <summary>True or false; 1 or 0 in the database.</summary>
    Bool,

    /// <summary>A point in time; RFC 3339 in UTC in JSON.</summary>
    DateTime,

    /// <summary>A calendar date, <c>2026-01-31</c>.</summary>
    Date,

    /// <summary>A time of day, <c>23:59:59</c>.</summary>
    Time,

    /// <summary>One of a fixed list of texts.</summary>
    Enum,

    /// <summary>Any JSON value; JSON text in the database.</summary>
    Json,

    /// <summary>A list of one element type; a JSON array as text in the database.</summary>
    Array,

    /// <summary>Bytes; Base64 in JSON, a blob in the database.</summary>
    Bytes,
}

/// <summary>How a <see cref="FieldKind.DateTime"/> is stored.</summary>
internal enum DateTimeFormat
{
    /// <summary><c>2026-01-31T23:59:59.123Z</c>, fixed width, so that text order is time order. What Tercel
    /// creates.</summary>
    Iso,

    /// <summary><c>2026-01-31 23:59:59</c>, read as UTC. What SQLite's own functions make.</summary>
    Sql,

    /// <summary>Seconds since 1970-01-01, an integer.</summary>
    Unix,

    /// <summary>Milliseconds since 1970-01-01, an integer.</summary>
    UnixMs,
}

/// <summary>The type of a field or an expression.</summary>
internal sealed record FieldType(FieldKind Kind)
{
    public static readonly FieldType Bool = new(FieldKind.Bool);
    public static readonly FieldType Int = new(FieldKind.Int);
    public static readonly FieldType Float = new(FieldKind.Float);
    public static readonly FieldType Text = new(FieldKind.Text);
    public static readonly FieldType Json = new(FieldKind.Json);
    public static readonly FieldType DateTime = new(FieldKind.DateTime);
    public static readonly FieldType Date = new(FieldKind.Date);

    /// <summary>Longest text in code points (String, Slug); null when unbounded.</summary>
    public int? LengthMax { get; init; }

    /// <summary>Digits in all (Decimal), 1 to 15 on SQLite; null for a decimal of an existing database without
    /// one.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits after the point (Decimal); null means: as stored.</summary>
    public int? Scale { get; init; }

    /// <summary>The allowed values (Enum), in the order of the model.</summary>
    public IReadOnlyList<string> EnumValues { get; init; } = [];

    /// <summary>Name of the shared enum in the model file; null for an inline one.</summary>
    public string? EnumName { get; init; }

    /// <summary>Type of the elements (Array).</summary>
    public FieldType? Element { get; init; }

    /// <summary>How the database keeps it (DateTime).</summary>
    public DateTimeFormat Format { get; init; }

    /// <summary>The kind's name in a model file.</summary>
    public string Word => Kind.ToString().ToLowerInvariant();

    /// <summary>True for the kinds whose database value is text and whose JSON value is a string.</summary>
    public bool IsText => Kind is FieldKind.String or FieldKind.Text or FieldKind.Email or FieldKind.Slug
        or FieldKind.Enum or FieldKind.Uuid;

    /// <summary>True for the kinds that can be added and averaged.</summary>
    public bool IsNumber => Kind is FieldKind.Int or FieldKind.BigInt or FieldKind.Decimal or FieldKind.Float;

    /// <summary>True for the kinds that are points in time or dates.</summary>
    public bool IsTime => Kind is FieldKind.DateTime or FieldKind.Date;
}
