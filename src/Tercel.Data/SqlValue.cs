using System.Text;

namespace Tercel.Data;

/// <summary>The storage class of a value, as SQLite knows them.</summary>
public enum SqlKind : byte
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>A signed 64-bit integer; booleans are 0 and 1.</summary>
    Integer,

    /// <summary>An IEEE 754 double.</summary>
    Real,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>A value on its way into a statement's parameter.</summary>
/// <remarks>Shape: <c>default</c> is SQL NULL. Lifetime: text and blobs are borrowed, and must stay unchanged until
/// the statement has run.</remarks>
public readonly record struct SqlValue
{
    private SqlValue(SqlKind kind, long integer, double real, ReadOnlyMemory<byte> bytes)
    {
        Kind = kind;
        Integer = integer;
        Real = real;
        Bytes = bytes;
    }

    /// <summary>SQL NULL.</summary>
    public static SqlValue Null => default;

    /// <summary>Which of the others holds the value.</summary>
    public SqlKind Kind { get; }

    /// <summary>The integer when <see cref="Kind"/> is <see cref="SqlKind.Integer"/>.</summary>
    public long Integer { get; }

    /// <summary>The number when <see cref="Kind"/> is <see cref="SqlKind.Real"/>.</summary>
    public double Real { get; }

    /// <summary>UTF-8 bytes of a text, or the bytes of a blob.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>True for SQL NULL.</summary>
    public bool IsNull => Kind == SqlKind.Null;

    /// <summary>An integer.</summary>
    public static SqlValue Of(long value) => new(SqlKind.Integer, value, 0, default);

    /// <summary>A double.</summary>
    public static SqlValue Of(double value) => new(SqlKind.Real, 0, value, default);

    /// <summary>A boolean, stored as 0 or 1.</summary>
    public static SqlValue Of(bool value) => Of(value ? 1L : 0L);

    /// <summary>A text.</summary>
    public static SqlValue Of(string value) => new(SqlKind.Text, 0, 0, Encoding.UTF8.GetBytes(value));

    /// <summary>A text that is UTF-8 already.</summary>
    public static SqlValue OfUtf8(ReadOnlyMemory<byte> value) => new(SqlKind.Text, 0, 0, value);

    /// <summary>A blob.</summary>
    public static SqlValue OfBlob(ReadOnlyMemory<byte> value) => new(SqlKind.Blob, 0, 0, value);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        SqlKind.Null => "null",
        SqlKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        SqlKind.Real => Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        SqlKind.Text => Encoding.UTF8.GetString(Bytes.Span),
        _ => $"blob({Bytes.Length})",
    };
}
