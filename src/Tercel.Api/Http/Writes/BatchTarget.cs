using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Where an operation of a batch goes: <c>/orders</c>, <c>/orders/7?embed=lines</c>, with or without the
/// version.</summary>
internal sealed record BatchTarget(Entity Entity, SqlValue[]? Key, string Query)
{
    /// <summary>Reads the path.</summary>
    public static (BatchTarget? Target, WriteRefusal? Refusal) Read(ApiModel model, string path, string pointer)
    {
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? "" : path[mark..];
        var segments = (mark < 0 ? path : path[..mark]).Split('/');
        // A leading slash gives an empty first segment.
        if (segments[0].Length > 0 || segments.Length < 2)
            return Wrong(pointer, "a path starts with /, such as /orders");
        var rest = segments.AsSpan(1);
        if (rest[0] == model.Version) rest = rest[1..];
        if (rest.Length is 0 or > 2) return Wrong(pointer, "a path is /resource or /resource/key");
        var name = Uri.UnescapeDataString(rest[0]);
        if (model.Entity(name) is not { HasPath: true } entity)
        {
            var near = Suggestion.For(name, model.Entities.Where(e => e.HasPath).Select(e => e.Name));
            return NotFound(pointer, $"no resource '{name}'", near);
        }

        if (rest.Length == 1) return (new BatchTarget(entity, null, query), null);
        var key = RowKey.Read(rest[1], entity, default, out var fault);
        return key is null ? NotFound(pointer, fault, null) : (new BatchTarget(entity, key, query), null);
    }

    private static (BatchTarget?, WriteRefusal?) Wrong(string pointer, string detail) => (null, new WriteRefusal(
        RefusalKind.Validation, new Error(WriteErrors.BatchOperation, detail) { Pointer = pointer }));

    private static (BatchTarget?, WriteRefusal?) NotFound(string pointer, string detail, string? near) =>
        (null, new WriteRefusal(
        RefusalKind.NotFound, new Error(WriteErrors.NotFound, detail) { Pointer = pointer, Suggestion = near }));
}
