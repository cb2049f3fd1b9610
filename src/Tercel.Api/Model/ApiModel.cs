namespace Tercel.Api.Model;

/// <summary>Everything the model file (or an existing database) says about the API.</summary>
/// <remarks>Lifetime: immutable; a reload makes a new one. Thread: any.</remarks>
internal sealed class ApiModel
{
    private readonly Dictionary<string, Entity> _byName;

    public ApiModel(string name, IReadOnlyList<Entity> entities)
    {
        Name = name;
        Entities = entities;
        _byName = entities.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    public string Name { get; }

    public string? Description { get; init; }

    /// <summary>The path version, such as <c>v1</c>: URLs are <c>/v1/products</c>.</summary>
    public string Version { get; init; } = "v1";

    public IReadOnlyList<Entity> Entities { get; }

    /// <summary>Where the data is, after environment substitution: <c>sqlite:shop.db</c>.</summary>
    public string Database { get; init; } = "";

    /// <summary>False: the tables belong to somebody else (served from an existing database without a model
    /// file).</summary>
    public bool OwnsSchema { get; init; } = true;

    /// <summary>Settings that the file gives (<c>server:</c>, <c>limits:</c>, <c>defaults:</c>), lowest
    /// priority.</summary>
    public IReadOnlyList<ModelSetting> Settings { get; init; } = [];

    /// <summary>The shared enums, for OpenAPI.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Enums { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Things worth telling at start, such as an index that this database cannot have.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Folder of the model file, which relative paths such as the database's start from; "." without a
    /// file.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>The files that the model was read from, the main one first; a change of any is a change of the
    /// model.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public Entity? Entity(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A setting from the model file: key as in docs/reference/settings.md, text, and where it stands.</summary>
internal sealed record ModelSetting(string Key, string Text, string Place);
