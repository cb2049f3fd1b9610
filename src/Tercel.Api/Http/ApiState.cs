using System.Collections.Frozen;
using Tercel.Api.Http.Writes;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Observability;
using Tercel.Data;

namespace Tercel.Api.Http;

/// <summary>What every request needs: the database, the clock, and the model in use.</summary>
/// <remarks>Thread: any. A request takes <see cref="Current"/> once and keeps to it; a reload puts another
/// there.</remarks>
internal sealed class ApiState(IDatabase database, TimeProvider time, EndpointMetrics metrics, ApiSnapshot first)
{
    private volatile ApiSnapshot _current = first;

    public IDatabase Database { get; } = database;

    public TimeProvider Time { get; } = time;

    public EndpointMetrics Metrics { get; } = metrics;

    public ApiSnapshot Current => _current;

    /// <summary>Serves another model from the next request on.</summary>
    public void Replace(ApiSnapshot next) => _current = next;
}

/// <summary>One version of the model with everything that is derived from it.</summary>
/// <remarks>Lifetime: immutable but for its caches; dropped as a whole.</remarks>
internal sealed class ApiSnapshot
{
    private readonly FrozenDictionary<string, Entity>.AlternateLookup<ReadOnlySpan<char>> _byName;

    private readonly FrozenDictionary<Entity, EntityRoutes> _routes;

    /// <param name="model">The model.</param>
    /// <param name="limits">The bounds of requests.</param>
    /// <param name="cursorSecret">Signs cursors; 32 random bytes that stay the same while clients hold
    /// cursors.</param>
    public ApiSnapshot(ApiModel model, ApiLimits limits, byte[] cursorSecret)
    {
        Model = model;
        Limits = limits;
        QueryLimits = LimitsOf(limits);
        CursorSecret = cursorSecret;
        Writes = new WriteServices(model, limits, QueryLimits, cursorSecret);
        Prefix = $"/{model.Version}/";
        Lists = new PlanCache<CompiledList>(limits.ShapesMax);
        Groups = new PlanCache<CompiledGroup>(limits.ShapesMax);
        Rows = new PlanCache<CompiledRow>(limits.ShapesMax);
        _routes = model.Entities.ToFrozenDictionary(
            e => e, e => new EntityRoutes($"{Prefix}{e.Name}", $"{Prefix}{e.Name}/{{key}}"));
        _byName = model.Entities.Where(e => e.HasPath).ToFrozenDictionary(e => e.Name, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public ApiModel Model { get; }

    public ApiLimits Limits { get; }

    public QueryLimits QueryLimits { get; }

    public byte[] CursorSecret { get; }

    /// <summary>Checks, statements and rules of writes.</summary>
    public WriteServices Writes { get; }

    /// <summary>What URLs of resources begin with: <c>/v1/</c>.</summary>
    public string Prefix { get; }

    public PlanCache<CompiledList> Lists { get; }

    public PlanCache<CompiledGroup> Groups { get; }

    public PlanCache<CompiledRow> Rows { get; }

    /// <summary>The entity with a URL of its own under this name.</summary>
    public Entity? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out var entity) ? entity : null;

    /// <summary>The routes of an entity in metrics and logs.</summary>
    public EntityRoutes Routes(Entity entity) => _routes[entity];

    private static QueryLimits LimitsOf(ApiLimits limits) => new()
    {
        Expression = ExpressionLimits.Default with
        {
            DepthMax = limits.DepthMax, NodesMax = Math.Max(limits.NodesMax, ExpressionLimits.Default.NodesMax),
            ListItemsMax = limits.InValuesMax,
        },
        UrlCharsMax = limits.UrlBytesMax,
        EmbedsMax = limits.EmbedsMax,
        EmbedDepthMax = limits.PathDepthMax,
        SortMax = limits.SortMax,
        FieldsMax = limits.FieldsMax,
        FacetsMax = limits.FacetsMax,
        BodyBytesMax = limits.BodyBytesMax,
        BodyDepthMax = limits.BodyDepthMax,
    };
}

/// <summary>The names of an entity's routes in metrics and logs, and the counts of those that are asked for
/// most.</summary>
/// <remarks>Thread: any; a slot may be looked up twice at first.</remarks>
internal sealed class EntityRoutes(string list, string row)
{
    private EndpointSlot? _getList;
    private EndpointSlot? _getRow;

    public string List { get; } = list;

    public string Row { get; } = row;

    public EndpointSlot GetList(EndpointMetrics metrics) => _getList ??= metrics.Slot("GET", List);

    public EndpointSlot GetRow(EndpointMetrics metrics) => _getRow ??= metrics.Slot("GET", Row);
}
