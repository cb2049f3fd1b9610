namespace Tercel.Api.Model;

/// <summary>Every bound that a request can meet; each is a setting (docs/reference/settings.md).</summary>
/// <remarks>Lifetime: immutable, fed from the settings at start and at each reload of the model.</remarks>
internal sealed record ApiLimits
{
    public static readonly ApiLimits Default = new();

    /// <summary><c>http.max_url</c>: bytes of path and query string; over it 414.</summary>
    public int UrlBytesMax { get; init; } = 8192;

    /// <summary><c>query.depth_max</c>: nesting of one expression (parentheses, calls).</summary>
    public int DepthMax { get; init; } = 8;

    /// <summary><c>query.path_depth_max</c>: relations that one dotted path or one chain of embeds may
    /// follow.</summary>
    public int PathDepthMax { get; init; } = 4;

    /// <summary><c>query.nodes_max</c>: comparisons, calls and operators of all conditions of a request
    /// together.</summary>
    public int NodesMax { get; init; } = 100;

    /// <summary><c>query.in_values_max</c>: values of one list (in, nin, hasany, hasall).</summary>
    public int InValuesMax { get; init; } = 500;

    /// <summary><c>query.embeds_max</c>: embedded relations of a request, on all levels together.</summary>
    public int EmbedsMax { get; init; } = 12;

    /// <summary><c>query.sort_max</c>: sort keys of one list.</summary>
    public int SortMax { get; init; } = 8;

    /// <summary><c>query.fields_max</c>: names in one <c>fields=</c>.</summary>
    public int FieldsMax { get; init; } = 200;

    /// <summary><c>query.regex</c>: whether a request may match regular expressions, which reads every
    /// row.</summary>
    public bool AllowsRegex { get; init; }

    /// <summary><c>page.default</c>: rows of a page when the request does not say.</summary>
    public int PageDefault { get; init; } = 20;

    /// <summary><c>page.max</c>: most rows of a page.</summary>
    public int PageMax { get; init; } = 200;

    /// <summary><c>page.offset_max</c>: most rows that <c>offset=</c> and <c>page=</c> may skip; cursors have no
    /// such bound.</summary>
    public int OffsetMax { get; init; } = 10_000;

    /// <summary><c>page.bytes_max</c>: bytes of one answer's body, streams excepted.</summary>
    public int PageBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary><c>page.embed_rows_max</c>: rows of one to-many embed for the whole page.</summary>
    public int EmbedRowsMax { get; init; } = 10_000;

    /// <summary><c>http.max_body</c>: bytes of a request body.</summary>
    public int BodyBytesMax { get; init; } = 1024 * 1024;

    /// <summary><c>body.depth_max</c>: nesting of a request body.</summary>
    public int BodyDepthMax { get; init; } = 32;

    /// <summary><c>batch.ops_max</c>: operations of one <c>/batch</c> request.</summary>
    public int BatchOpsMax { get; init; } = 100;

    /// <summary><c>bulk.rows_max</c>: rows of one bulk create or bulk patch.</summary>
    public int BulkRowsMax { get; init; } = 1000;

    /// <summary><c>write.max_rows</c>: rows that one filter update or delete may change when it has no
    /// <c>max=</c>.</summary>
    public int WriteRowsMax { get; init; } = 1000;

    /// <summary><c>query.time_max</c>: the longest that one statement may run; then it is interrupted and answered
    /// with 504.</summary>
    public TimeSpan QueryTimeMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>group.rows_max</c>: most groups of an answer.</summary>
    public int GroupRowsMax { get; init; } = 200;

    /// <summary><c>facets.max</c>: facets of one request.</summary>
    public int FacetsMax { get; init; } = 10;

    /// <summary><c>count.estimate_rows</c>: matching rows that <c>count=estimate</c> counts one by one before it
    /// stops.</summary>
    public int CountEstimateRows { get; init; } = 10_000;

    /// <summary><c>query.shapes_max</c>: compiled query shapes that are kept.</summary>
    public int ShapesMax { get; init; } = 4096;
}
