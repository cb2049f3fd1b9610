namespace Tercel.Api.Query;

/// <summary>How large one expression may be; each bound has its own error code.</summary>
/// <remarks>
/// The defaults are for text of clients. Expressions of a model file come from its owner and use <see cref="Model"/>.
/// </remarks>
internal sealed record ExpressionLimits
{
    public static readonly ExpressionLimits Default = new();

    /// <summary>Bounds for expressions in a model file.</summary>
    public static readonly ExpressionLimits Model = new() { CharsMax = 16 * 1024, DepthMax = 32, NodesMax = 1000 };

    /// <summary>Characters of the text (<c>too_long</c>).</summary>
    public int CharsMax { get; init; } = 4096;

    /// <summary>Nesting of parentheses, calls, <c>not</c> and unary minus (<c>too_deep</c>).</summary>
    public int DepthMax { get; init; } = 8;

    /// <summary>Operators, names and values together; the values of an <c>in</c> list do not count
    /// (<c>too_complex</c>).
    /// </summary>
    public int NodesMax { get; init; } = 100;

    /// <summary>Values in one list (<c>too_many_values</c>).</summary>
    public int ListItemsMax { get; init; } = 500;
}
