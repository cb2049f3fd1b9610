using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Chassis.Observability;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>Splits addresses by hand and gives each request to its handler; answers 404, 405 and OPTIONS
/// itself.</summary>
internal sealed class ApiDispatcher(ApiState state, ApiRoutes routes)
{
    private const string JsonType = "application/json";

    private readonly ApiState _state = state;
    private readonly ApiRoutes _routes = routes;

    public async Task Handle(HttpContext http)
    {
        try
        {
            await Dispatch(http);
        }
        catch (StoreException e) when (!http.Response.HasStarted && StoreProblems.Of(e) is not null)
        {
            http.Response.Clear();
            // The filter has just seen that there is a problem.
            await StoreProblems.Write(http, StoreProblems.Of(e)!);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Cancelled
            && http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private Task Dispatch(HttpContext http)
    {
        var (path, query) = Split(http);
        var snapshot = _state.Current;
        // The version alone, which the banner names, shows what the start page does.
        if (path.Length > 1 && path.Length >= snapshot.Prefix.Length - 1
            && snapshot.Prefix.StartsWith(path, StringComparison.Ordinal))
            return Page(http, "/", snapshot);
        if (!path.StartsWith(snapshot.Prefix, StringComparison.Ordinal)) return Page(http, path, snapshot);
        var rest = path.AsSpan(snapshot.Prefix.Length);
        var slash = rest.IndexOf('/');
        var first = RowKey.Decode(slash < 0 ? rest : rest[..slash]);
        var request = new Address(http, snapshot, path, query, _state.Time.GetUtcNow());
        if (slash >= 0 && rest[(slash + 1)..].IsEmpty) return UnknownAddress(http, path, snapshot);
        if (snapshot.Find(first) is { } entity)
            return slash < 0 ? List(request, entity) : Below(request, entity, rest[(slash + 1)..]);
        if (slash >= 0) return UnknownEntity(http, first.ToString(), snapshot);
        if (first is "batch") return Run(request, RouteKind.Batch, null);
        foreach (var format in (ReadOnlySpan<string>)["csv", "ndjson"])
        {
            if (first.Length > format.Length + 1 && first.EndsWith(format) && first[^(format.Length + 1)] == '.'
                && snapshot.Find(first[..^(format.Length + 1)]) is { } exported)
                return Run(request, RouteKind.Export, exported, format: format);
        }

        return UnknownEntity(http, first.ToString(), snapshot);
    }

    private Task List(Address address, Entity entity) => Run(address, RouteKind.List, entity);

    private Task Below(Address address, Entity entity, ReadOnlySpan<char> rest)
    {
        var http = address.Http;
        if (rest is "query" && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return Run(address, RouteKind.ListQuery, entity);
        var slash = rest.IndexOf('/');
        var text = slash < 0 ? rest : rest[..slash];
        if (RowKey.Read(text, entity, address.Now, out var fault) is not { } key)
            return ErrorResponse.WrongKey(http, fault);
        if (slash < 0) return Run(address, RouteKind.Row, entity, key);
        var name = RowKey.Decode(rest[(slash + 1)..]).ToString();
        if (entity.Relation(name) is { IsToOne: false } relation)
            return Run(address, RouteKind.SubList, entity, key, relation);
        if (entity.Relation(name) is not null)
            return ErrorResponse.UnknownAddress(http, $"{name} is one row: use embed={name}");
        var lists = entity.Relations.Where(r => !r.IsToOne).Select(r => r.Name);
        return ErrorResponse.UnknownAddress(
            http, $"{entity.Name} has no list '{Shortened.Text(name)}'", Suggestion.For(name, lists));
    }

    private Task Run(
        Address address, RouteKind kind, Entity? entity, SqlValue[]? key = null, Relation? relation = null,
        string? format = null)
    {
        var http = address.Http;
        var method = http.Request.Method;
        if (HttpMethods.IsOptions(method)) return Options(http, kind, entity);
        var handler = ApiRoutes.IsAllowed(kind, method, entity) ? _routes.Find(kind, method) : null;
        if (handler is null) return ErrorResponse.MethodNotAllowed(http, _routes.Allow(kind, entity));
        // Only methods that are ours: a name that a client made up must not become a series.
        http.Scope().Slot = Slot(address.Snapshot, kind, method, entity, relation);
        return handler(http, new RequestContext(_state, address.Snapshot, kind, address.Now)
        {
            Entity = entity, Key = key ?? [], Relation = relation, Format = format, Path = address.Path,
            Query = address.Query,
        });
    }

    private Task Options(HttpContext http, RouteKind kind, Entity? entity)
    {
        var allow = _routes.Allow(kind, entity);
        http.Response.Headers.Allow = allow;
        if (allow.Contains("PATCH", StringComparison.Ordinal))
            http.Response.Headers["Accept-Patch"] = "application/merge-patch+json, application/json";
        if (allow.Contains("QUERY", StringComparison.Ordinal)) http.Response.Headers["Accept-Query"] = JsonType;
        return http.SendEmpty(StatusCodes.Status204NoContent);
    }

    private Task Page(HttpContext http, string path, ApiSnapshot snapshot)
    {
        if (_routes.FindPage(path) is not { } page) return UnknownAddress(http, path, snapshot);
        var method = http.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) return page(http);
        if (!HttpMethods.IsOptions(method)) return ErrorResponse.MethodNotAllowed(http, "GET, HEAD, OPTIONS");
        http.Response.Headers.Allow = "GET, HEAD, OPTIONS";
        return http.SendEmpty(StatusCodes.Status204NoContent);
    }

    private static Task UnknownEntity(HttpContext http, string name, ApiSnapshot snapshot)
    {
        var names = snapshot.Model.Entities.Where(e => e.HasPath).Select(e => e.Name);
        return ErrorResponse.UnknownAddress(http, $"no resource '{Shortened.Text(name)}'", Suggestion.For(name, names));
    }

    private static Task UnknownAddress(HttpContext http, string path, ApiSnapshot snapshot)
    {
        // A path without its version is the likeliest mistake.
        var name = path.Trim('/');
        var suggestion = snapshot.Find(name) is null ? null : snapshot.Prefix + name;
        return ErrorResponse.UnknownAddress(http, $"nothing is at {Shortened.Text(path)}", suggestion);
    }

    // As the client sent it: a comma inside a key part is escaped, and the host's decoded path hides that.
    private static (string Path, string Query) Split(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/'))
        {
            // The absolute form, http://host/path (RFC 9112, 3.2.2).
            var host = target.IndexOf("://", StringComparison.Ordinal) + 3;
            var end = host < 3 ? -1 : target.AsSpan(host).IndexOfAny('/', '?');
            if (end < 0 || target[host + end] == '?')
                return (http.Request.Path.Value ?? "/", (http.Request.QueryString.Value ?? "").TrimStart('?'));
            target = target[(host + end)..];
        }

        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
    }

    // Reads are the many: theirs are found without building a name.
    private EndpointSlot Slot(ApiSnapshot snapshot, RouteKind kind, string method, Entity? entity, Relation? relation)
    {
        var metrics = _state.Metrics;
        if (entity is not null && HttpMethods.IsGet(method))
        {
            if (kind == RouteKind.Row) return snapshot.Routes(entity).GetRow(metrics);
            if (kind == RouteKind.List) return snapshot.Routes(entity).GetList(metrics);
        }

        return metrics.Slot(method, RouteName(snapshot, kind, entity, relation));
    }

    private static string RouteName(ApiSnapshot snapshot, RouteKind kind, Entity? entity, Relation? relation) =>
        kind switch
    {
        RouteKind.List or RouteKind.Export => snapshot.Routes(entity!).List, // lists have their entity
        RouteKind.Row => snapshot.Routes(entity!).Row, // and so have rows
        RouteKind.SubList => $"{snapshot.Routes(entity!).Row}/{relation?.Name}", // and sub-collections
        RouteKind.ListQuery => $"{snapshot.Routes(entity!).List}/query", // and queries
        _ => $"{snapshot.Prefix}batch",
    };

    private readonly record struct Address(
        HttpContext Http, ApiSnapshot Snapshot, string Path, string Query, DateTimeOffset Now);
}
