using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>Component names and operation ids: unique, and of the letters OpenAPI allows.</summary>
/// <remarks>Entity names may hold spaces and any letter; component keys may not (OpenAPI 3.1, Components
/// Object).</remarks>
internal sealed class OpenApiNames
{
    private readonly Dictionary<Entity, string> _byEntity = [];

    public OpenApiNames(ApiModel model)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entity in model.Entities)
        {
            var safe = Safe(entity.Name);
            var name = safe;
            for (var i = 2; !taken.Add(name); i++) name = $"{safe}_{i}";
            _byEntity.Add(entity, name);
        }
    }

    /// <summary>The component name of an entity, such as <c>order_lines</c>.</summary>
    public string Of(Entity entity) => _byEntity[entity];

    /// <summary>Keeps letters, digits, dot, hyphen and underscore; anything else becomes an underscore.</summary>
    public static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));

    /// <summary>The path template of one row: <c>/v1/order_lines/{order_id},{line}</c>.</summary>
    public static string RowPath(ApiModel model, Entity entity) =>
        $"{ListPath(model, entity)}/{string.Join(',', entity.Key.Select(f => $"{{{Safe(f.Name)}}}"))}";

    public static string ListPath(ApiModel model, Entity entity) =>
        $"/{model.Version}/{Uri.EscapeDataString(entity.Name)}";
}
