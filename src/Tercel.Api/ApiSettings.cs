using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Web;
using Tercel.Data.Sqlite;

namespace Tercel.Api;

/// <summary>The settings of the API server; those of log, HTTP and shutdown are the chassis's.</summary>
internal static class ApiSettings
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;
    private const long GiB = 1024 * MiB;

    private static readonly ApiLimits Usual = ApiLimits.Default;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public static readonly Setting<bool> Docs = new(
        "api.docs", SettingType.Bool, true, "Serves the interactive documentation at `/docs`.");

    public static readonly Setting<bool> Explain = new(
        "api.explain", SettingType.Bool, false,
        "Answers `explain=true` with SQL and its plan. On in development, off in production unless set.");

    public static readonly Setting<bool> Regex = new(
        "query.regex", SettingType.Bool, false, "Allows the `regex` operator (linear time, but it reads every row).");

    public static readonly Setting<string> CursorSecret = new(
        "api.cursor_secret", SettingType.Text(), "",
        "Signs page cursors. Empty: a secret kept in the database, or one for each run when the database is read-only.")
    {
        IsSecret = true,
    };

    public static readonly Setting<int> Readers = new(
        "database.readers", SettingType.Int(0, 256), 0,
        "Reader connections; 0 means two for each processor, at least 4.");

    public static readonly Setting<SqliteSynchronous> Synchronous = new(
        "database.synchronous", SettingType.Choice<SqliteSynchronous>(), SqliteSynchronous.Full,
        "`full`: an answered write survives power loss. `normal`: it survives a crash of the program only.");

    public static readonly Setting<long> CacheBytes = new(
        "database.cache_bytes", SettingType.Bytes(0, 64 * GiB), 64 * MiB, "Page cache of each connection.");

    public static readonly Setting<MigrateMode> Migrate = new(
        "api.migrate", SettingType.Choice<MigrateMode>(), MigrateMode.Safe,
        "What to change at start when the model and the database differ: `safe` steps, all that lose nothing (`auto`), "
        + "none (`off`).");

    public static readonly Setting<int> DepthMax =
        Count("query.depth_max", Usual.DepthMax, "Nesting of one expression.");

    public static readonly Setting<int> PathDepthMax = Count(
        "query.path_depth_max", Usual.PathDepthMax, "Relations that one path or one chain of embeds may follow.");

    public static readonly Setting<int> NodesMax = Count(
        "query.nodes_max", Usual.NodesMax, "Comparisons, calls and operators of all conditions of a request together.");

    public static readonly Setting<int> InValuesMax = Count(
        "query.in_values_max", Usual.InValuesMax, "Values of one list (`in`, `nin`, `hasany`, `hasall`).");

    public static readonly Setting<int> EmbedsMax =
        Count("query.embeds_max", Usual.EmbedsMax, "Embedded relations of a request.");

    public static readonly Setting<int> SortMax = Count("query.sort_max", Usual.SortMax, "Sort keys of one list.");

    public static readonly Setting<int> FieldsMax =
        Count("query.fields_max", Usual.FieldsMax, "Names in one `fields=`.");

    public static readonly Setting<int> ShapesMax = Count(
        "query.shapes_max", Usual.ShapesMax, "Compiled query shapes that are kept.");

    public static readonly Setting<TimeSpan> QueryTimeMax = new(
        "query.time_max", SettingType.Duration(Tick, TimeSpan.FromHours(1)), Usual.QueryTimeMax,
        "The longest one statement may run, or a stream until its next row; then it is interrupted: 504.");

    public static readonly Setting<int> PageDefault =
        Count("page.default", Usual.PageDefault, "Rows of a page without `limit=`.");

    public static readonly Setting<int> PageMax = Count("page.max", Usual.PageMax, "Most rows of a page.");

    public static readonly Setting<int> OffsetMax = Count(
        "page.offset_max", Usual.OffsetMax, "Most rows that `offset=` and `page=` skip; cursors have no such bound.");

    public static readonly Setting<long> PageBytesMax = Size(
        "page.bytes_max", Usual.PageBytesMax, "Bytes of one answer, streams excepted.");

    public static readonly Setting<int> EmbedRowsMax = Count(
        "page.embed_rows_max", Usual.EmbedRowsMax, "Rows of one to-many embed for the whole page.");

    public static readonly Setting<int> CountEstimateRows = Count(
        "count.estimate_rows", Usual.CountEstimateRows, "Matching rows that `count=estimate` counts before it stops.");

    public static readonly Setting<int> GroupRowsMax =
        Count("group.rows_max", Usual.GroupRowsMax, "Most groups of an answer.");

    public static readonly Setting<int> FacetsMax = Count("facets.max", Usual.FacetsMax, "Facets of one request.");

    public static readonly Setting<int> BodyDepthMax =
        Count("body.depth_max", Usual.BodyDepthMax, "Nesting of a request body.");

    public static readonly Setting<int> BatchOpsMax =
        Count("batch.ops_max", Usual.BatchOpsMax, "Operations of one batch.");

    public static readonly Setting<int> BulkRowsMax = Count(
        "bulk.rows_max", Usual.BulkRowsMax, "Rows of one bulk create or bulk patch.");

    public static readonly Setting<int> WriteRowsMax = Count(
        "write.max_rows", Usual.WriteRowsMax, "Rows that a filter update or delete may change when it has no `max=`.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Docs, Explain, Regex, CursorSecret, Migrate, Readers, Synchronous, CacheBytes, DepthMax, PathDepthMax,
        NodesMax, InValuesMax, EmbedsMax, SortMax, FieldsMax, ShapesMax, QueryTimeMax, PageDefault, PageMax, OffsetMax,
        PageBytesMax, EmbedRowsMax, CountEstimateRows, GroupRowsMax, FacetsMax, BodyDepthMax, BatchOpsMax,
        BulkRowsMax, WriteRowsMax,
    ];

    /// <summary>The limits in force.</summary>
    public static ApiLimits Limits(Settings settings) => new()
    {
        UrlBytesMax = (int)settings.Get(HttpSettings.UrlBytesMax),
        DepthMax = settings.Get(DepthMax),
        PathDepthMax = settings.Get(PathDepthMax),
        NodesMax = settings.Get(NodesMax),
        InValuesMax = settings.Get(InValuesMax),
        EmbedsMax = settings.Get(EmbedsMax),
        SortMax = settings.Get(SortMax),
        FieldsMax = settings.Get(FieldsMax),
        ShapesMax = settings.Get(ShapesMax),
        QueryTimeMax = settings.Get(QueryTimeMax),
        AllowsRegex = settings.Get(Regex),
        PageDefault = settings.Get(PageDefault),
        PageMax = settings.Get(PageMax),
        OffsetMax = settings.Get(OffsetMax),
        PageBytesMax = (int)settings.Get(PageBytesMax),
        EmbedRowsMax = settings.Get(EmbedRowsMax),
        CountEstimateRows = settings.Get(CountEstimateRows),
        GroupRowsMax = settings.Get(GroupRowsMax),
        FacetsMax = settings.Get(FacetsMax),
        BodyBytesMax = (int)settings.Get(HttpSettings.BodyBytesMax),
        BodyDepthMax = settings.Get(BodyDepthMax),
        BatchOpsMax = settings.Get(BatchOpsMax),
        BulkRowsMax = settings.Get(BulkRowsMax),
        WriteRowsMax = settings.Get(WriteRowsMax),
    };

    private static Setting<int> Count(string key, int usual, string description) =>
        new(key, SettingType.Int(1, 1_000_000), usual, description);

    private static Setting<long> Size(string key, long usual, string description) =>
        new(key, SettingType.Bytes(1, GiB), usual, description);
}
