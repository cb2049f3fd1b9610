using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;

namespace Tercel.Api.Http;

/// <summary>Which handler answers which method at which kind of address. Filled once at start, then only
/// read.</summary>
internal sealed class ApiRoutes
{
    private static readonly string[] ReadMethods = ["GET", "HEAD", "QUERY"];

    private readonly Dictionary<(RouteKind Kind, string Method), Handler> _handlers = [];
    private readonly Dictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);
    private readonly List<(string Prefix, RequestDelegate Page)> _folders = [];

    public ApiRoutes Add(RouteKind kind, string method, Handler handler)
    {
        _handlers.Add((kind, method), handler);
        return this;
    }

    /// <summary>A page at exactly one path, such as <c>/openapi.json</c>; it answers GET and HEAD.</summary>
    public ApiRoutes AddPage(string path, RequestDelegate page)
    {
        _pages.Add(path, page);
        return this;
    }

    /// <summary>All paths that begin so, such as <c>/docs/</c>.</summary>
    public ApiRoutes AddFolder(string prefix, RequestDelegate page)
    {
        _folders.Add((prefix, page));
        return this;
    }

    public Handler? Find(RouteKind kind, string method) => _handlers.GetValueOrDefault((kind, method));

    public RequestDelegate? FindPage(string path)
    {
        if (_pages.TryGetValue(path, out var page)) return page;
        foreach (var (prefix, folder) in _folders)
            if (path.StartsWith(prefix, StringComparison.Ordinal)) return folder;
        return null;
    }

    /// <summary>The methods of an address, for <c>Allow</c>.</summary>
    public string Allow(RouteKind kind, Entity? entity)
    {
        var methods = _handlers.Keys.Where(k => k.Kind == kind).Select(k => k.Method)
            .Where(m => IsAllowed(kind, m, entity)).Append("OPTIONS").Order(StringComparer.Ordinal);
        return string.Join(", ", methods);
    }

    /// <summary>False for writes of what can only be read, and for rows of what has no key.</summary>
    public static bool IsAllowed(RouteKind kind, string method, Entity? entity) =>
        entity is null || entity.Writable || ReadMethods.Contains(method) || kind == RouteKind.ListQuery;
}
