namespace Tercel.Api.Query;

/// <summary>How large a query may be. Bounds that need the model (page size, offset) are checked by planning.</summary>
internal sealed record QueryLimits
{
    public static readonly QueryLimits Default = new();

    /// <summary>Bounds of each expression, and of the number of filters (<see
    /// cref="ExpressionLimits.NodesMax"/>).</summary>
    public ExpressionLimits Expression { get; init; } = ExpressionLimits.Default;

    /// <summary>Characters of the whole query string (<c>too_long</c>).</summary>
    public int UrlCharsMax { get; init; } = 8192;

    /// <summary>Embedded relations, nested ones included (<c>too_complex</c>).</summary>
    public int EmbedsMax { get; init; } = 12;

    /// <summary>Levels of embedded relations (<c>too_deep</c>).</summary>
    public int EmbedDepthMax { get; init; } = 4;

    /// <summary>Sort keys of one list (<c>too_complex</c>).</summary>
    public int SortMax { get; init; } = 8;

    /// <summary>Names in one <c>fields</c> list (<c>too_complex</c>).</summary>
    public int FieldsMax { get; init; } = 200;

    /// <summary>Facets of one query (<c>too_complex</c>).</summary>
    public int FacetsMax { get; init; } = 10;

    /// <summary>Terms of <c>group</c>, and of <c>distinct</c> and <c>highlight</c> (<c>too_complex</c>).</summary>
    public int GroupsMax { get; init; } = 8;

    /// <summary>Aggregates of one query (<c>too_complex</c>).</summary>
    public int AggregatesMax { get; init; } = 20;

    /// <summary>Bytes of the JSON form (<c>too_long</c>).</summary>
    public int BodyBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Nesting of the JSON form (<c>too_deep</c>).</summary>
    public int BodyDepthMax { get; init; } = 32;
}
