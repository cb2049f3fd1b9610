using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>What can be wrong with a write. One line each; docs/reference/errors.md lists them.</summary>
internal static class WriteErrors
{
    /// <summary>The body is not JSON (400, with line and column).</summary>
    public static readonly ErrorCode MalformedJson = new("write", "malformed_json");

    /// <summary>An object names a member twice (400, with line and column).</summary>
    public static readonly ErrorCode DuplicateKey = new("write", "duplicate_key");

    /// <summary>The body nests deeper than <c>body.depth_max</c>.</summary>
    public static readonly ErrorCode Depth = new("write", "depth");

    /// <summary>The body is larger than <c>http.max_body</c>.</summary>
    public static readonly ErrorCode BodyTooLarge = new("write", "body_too_large");

    /// <summary>More rows, children or operations than one request may carry.</summary>
    public static readonly ErrorCode TooManyRows = new("write", "too_many_rows");

    /// <summary>The value has another JSON type than the field.</summary>
    public static readonly ErrorCode Type = new("write", "type");

    /// <summary>The text does not have the form that the type asks for.</summary>
    public static readonly ErrorCode Format = new("write", "format");

    /// <summary>The number does not fit into the field's type.</summary>
    public static readonly ErrorCode Range = new("write", "range");

    /// <summary>The decimal has more digits after the point than the field keeps.</summary>
    public static readonly ErrorCode Scale = new("write", "scale");

    /// <summary>Smaller than the field's <c>min</c>.</summary>
    public static readonly ErrorCode Min = new("write", "min");

    /// <summary>Larger than the field's <c>max</c>.</summary>
    public static readonly ErrorCode Max = new("write", "max");

    /// <summary>The text is shorter than the field allows.</summary>
    public static readonly ErrorCode MinLength = new("write", "min_length");

    /// <summary>The text is longer than the field allows.</summary>
    public static readonly ErrorCode MaxLength = new("write", "max_length");

    /// <summary>The text does not match the field's pattern.</summary>
    public static readonly ErrorCode Pattern = new("write", "pattern");

    /// <summary>Not one of the field's values.</summary>
    public static readonly ErrorCode Enum = new("write", "enum");

    /// <summary>The array has more elements than the field allows.</summary>
    public static readonly ErrorCode TooManyItems = new("write", "too_many_items");

    /// <summary>A field that must be given is missing.</summary>
    public static readonly ErrorCode Required = new("write", "required");

    /// <summary>The field cannot be null.</summary>
    public static readonly ErrorCode Null = new("write", "null");

    /// <summary>The resource has no such field.</summary>
    public static readonly ErrorCode UnknownField = new("write", "unknown_field");

    /// <summary>The field is set by the server, or never changes.</summary>
    public static readonly ErrorCode ReadOnly = new("write", "read_only");

    /// <summary>The field does not know this operator.</summary>
    public static readonly ErrorCode UnknownOperator = new("write", "unknown_operator");

    /// <summary>A unique field has the value of another row.</summary>
    public static readonly ErrorCode Unique = new("write", "unique");

    /// <summary>The referenced row does not exist.</summary>
    public static readonly ErrorCode Reference = new("write", "reference");

    /// <summary>Other rows refer to the row, so that it cannot be deleted.</summary>
    public static readonly ErrorCode Referenced = new("write", "referenced");

    /// <summary>A rule of the resource does not hold for the new row.</summary>
    public static readonly ErrorCode Rule = new("write", "rule");

    /// <summary>The same key occurs twice in one request.</summary>
    public static readonly ErrorCode DuplicateRow = new("write", "duplicate_row");

    /// <summary>No row has this key.</summary>
    public static readonly ErrorCode NotFound = new("write", "not_found");

    /// <summary>The row is not the one that If-Match or the body's version names.</summary>
    public static readonly ErrorCode Stale = new("write", "stale");

    /// <summary>The resource asks for If-Match.</summary>
    public static readonly ErrorCode PreconditionRequired = new("write", "precondition_required");

    /// <summary>An update or delete of many rows needs a filter.</summary>
    public static readonly ErrorCode FilterRequired = new("write", "filter_required");

    /// <summary>The filter matches more rows than <c>max</c> allows.</summary>
    public static readonly ErrorCode MaxExceeded = new("write", "max_exceeded");

    /// <summary><c>on_conflict</c> does not name the key or a unique field.</summary>
    public static readonly ErrorCode ConflictTarget = new("write", "conflict_target");

    /// <summary>The resource is not writable.</summary>
    public static readonly ErrorCode NotWritable = new("write", "not_writable");

    /// <summary>A batch operation refers to a result that is not there.</summary>
    public static readonly ErrorCode BatchReference = new("write", "batch_reference");

    /// <summary>A batch cannot be read: an unknown member, method or path.</summary>
    public static readonly ErrorCode BatchOperation = new("write", "batch_operation");

    /// <summary>A preference that is not known, with <c>handling=strict</c>.</summary>
    public static readonly ErrorCode Preference = new("write", "preference");

    /// <summary>A precondition header where no single row is meant.</summary>
    public static readonly ErrorCode Header = new("write", "header");

    /// <summary>The body has a media type that this method does not take.</summary>
    public static readonly ErrorCode MediaType = new("write", "media_type");

    /// <summary>The answer would be larger than <c>page.bytes_max</c>.</summary>
    public static readonly ErrorCode AnswerTooLarge = new("write", "answer_too_large");
}
