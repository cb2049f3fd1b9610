using Tercel.Primitives;

namespace Tercel.Api.Model.Loading;

/// <summary>What all files of a model say together, names not yet looked up.</summary>
internal sealed class ModelDraft
{
    public string Name { get; set; } = "api";

    public string? Description { get; set; }

    public string Version { get; set; } = "v1";

    public string Database { get; set; } = "";

    public bool OwnsSchema { get; set; } = true;

    public Dictionary<string, IReadOnlyList<string>> Enums { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Place> EnumPlaces { get; } = new(StringComparer.Ordinal);

    public List<EntityDraft> Entities { get; } = [];

    public List<ModelSetting> Settings { get; } = [];

    public List<DeprecatedDraft> Deprecated { get; } = [];

    public EntityDraft? Find(string name) => Entities.FirstOrDefault(e => e.Name == name);
}

/// <summary>An entry of the list <c>deprecated</c>: a whole resource, or one of its fields.</summary>
internal sealed record DeprecatedDraft(string Resource, string? Field, Place Place, Deprecation Deprecation);

/// <summary>Reads the top level of the model's files.</summary>
internal sealed class ModelReader(Func<string, Result<Query.Expr>> parseExpression, ModelReport report)
{
    private static readonly string[] Later =
    [
        "auth", "roles", "cache", "jobs", "hooks", "webhooks", "states", "audit", "idempotency", "files", "tenants",
            "events",
        "realtime", "mail", "storage", "migrate",
    ];

    private readonly ModelDraft _model = new();

    /// <summary>Reads the main file and the files it includes; the main file comes first.</summary>
    public ModelDraft Read(IReadOnlyList<ModelNode.Map> documents)
    {
        var maps = documents.Select((map, i) =>
            new MapReader(map, i == 0 ? "the model" : "an included file", report)).ToList();
        ReadMain(maps[0]);

        // Enums and who owns the schema decide how fields are read, so they come first in all files.
        foreach (var map in maps) ReadEnums(map);
        foreach (var map in maps)
        {
            _ = map.Take("include");
            ReadEntities(map);
            foreach (var item in map.List("deprecated")) ReadDeprecated(item);
            map.NotYet(Later);
            map.Finish();
        }

        if (_model.Entities.Count == 0)
            report.Add(documents[0].Place, ModelErrors.Missing, "a model needs at least one resource or view",
                "resources:");
        return _model;
    }

    private void ReadMain(MapReader map)
    {
        if (map.Int("api", 1, int.MaxValue) is { } version)
        {
            if (version != 1)
                report.Add(map.KeyPlace("api"), ModelErrors.NotSupported,
                    $"format {version} of the model file is not supported yet", "api: 1");
        }
        else if (map.Take("api") is null)
        {
            report.Add(map.Place, ModelErrors.Missing, "a model says its format first", "api: 1");
        }

        _model.Name = map.Text("name") ?? _model.Name;
        _model.Description = map.Text("description");
        ReadVersions(map);
        ReadDatabase(map);
        if (map.Text("schema") is { } schema)
        {
            _model.OwnsSchema = schema != "existing";
            if (schema is not ("existing" or "owned"))
                report.Unknown(map.KeyPlace("schema"), ModelErrors.Value, "no schema mode", schema,
                    ["owned", "existing"]);
        }

        new SettingsReader(_model.Settings, report).Read(map);
    }

    private void ReadVersions(MapReader map)
    {
        if (map.Take("versions") is not { } node) return;
        var versions = Scalars.Texts(node, "'versions'", report);
        if (versions.Count > 1) report.NotYet(versions[1].Place, "more than one version is");
        if (versions.Count == 0) return;
        _model.Version = versions[0].Text;
        if (_model.Version.Length > 16 || !NameRules.IsIdentifier(_model.Version))
            report.Add(versions[0].Place, ModelErrors.Name, $"'{_model.Version}' cannot be a version in a path", "v1");
    }

    private void ReadDatabase(MapReader map)
    {
        if (map.Required("database") is not { } database) return;
        _model.Database = database;
        var place = map.Take("database")?.Place ?? map.Place;
        if (database.Contains("${", StringComparison.Ordinal))
        {
            // A variable without a value was reported already.
        }
        else if (database.StartsWith("sqlite:", StringComparison.Ordinal))
        {
            if (database.Length == "sqlite:".Length)
                report.Add(place, ModelErrors.Value, "'sqlite:' needs a file", "sqlite:shop.db");
        }
        else if (database.StartsWith("postgres", StringComparison.Ordinal))
        {
            report.Add(place, ModelErrors.NotSupported, "PostgreSQL is not supported yet", "sqlite:shop.db");
        }
        else
        {
            // No part of the text: it may hold a password.
            report.Add(place, ModelErrors.Value, "the database must be 'sqlite:' and a file", "sqlite:shop.db");
        }
    }

    private void ReadEnums(MapReader map)
    {
        var types = new TypeSyntax(_model.Enums, _model.OwnsSchema, report);
        foreach (var (key, value) in map.Entries("enums"))
        {
            var values = Scalars.Texts(value, $"the enum {key.Text}", report).Select(v => v.Text).ToList();
            if (!NameRules.IsIdentifier(key.Text))
                report.Add(key.Place, ModelErrors.Name,
                    $"'{key.Text}' cannot be the name of an enum: letters, digits and '_'");
            if (!_model.EnumPlaces.TryAdd(key.Text, key.Place))
                report.Duplicate(key.Place, $"the enum '{key.Text}'", _model.EnumPlaces[key.Text]);
            else if (value is not ModelNode.List || types.CheckEnumValues(values, value.Place))
                _model.Enums[key.Text] = values;
        }
    }

    private void ReadEntities(MapReader map)
    {
        var types = new TypeSyntax(_model.Enums, _model.OwnsSchema, report);
        var fields = new FieldReader(types, new FieldOptions(_model.OwnsSchema, report), report);
        var reader = new EntityReader(fields, new ExpressionReader(parseExpression, report), types, report);
        foreach (var entry in map.Entries("resources")) Add(reader.Read(entry, isView: false));
        foreach (var entry in map.Entries("views")) Add(reader.Read(entry, isView: true));
    }

    private void Add(EntityDraft entity)
    {
        if (_model.Find(entity.Name) is { } first)
            report.Duplicate(entity.Place, $"the {entity.Word} '{entity.Name}'", first.Place);
        else if (_model.Entities.Count == ModelFileLimits.EntitiesMax)
            report.Add(entity.Place, ModelErrors.Limit, $"more than {ModelFileLimits.EntitiesMax} resources and views");
        else
            _model.Entities.Add(entity);
    }

    // { field: products.attrs, since: .., sunset: .., use: .. } or { resource: .. }
    private void ReadDeprecated(ModelNode item)
    {
        if (MapReader.Of(item, "an item of 'deprecated'", report) is not { } map) return;
        var resource = map.Text("resource");
        var field = map.Text("field");
        var deprecation = DeprecationReader.Read(map, report);
        map.Finish();
        if (resource is null == field is null)
        {
            report.Add(item.Place, ModelErrors.Missing,
                "an item of 'deprecated' names either a 'field' or a 'resource'", "field: products.attrs");
            return;
        }

        var place = map.Take(resource is null ? "field" : "resource")?.Place ?? item.Place;
        if (resource is null && field is not null)
        {
            var dot = field.IndexOf('.', StringComparison.Ordinal);
            if (dot <= 0)
            {
                report.Add(place, ModelErrors.Syntax, "a field is named with its resource", "products.attrs");
                return;
            }

            (resource, field) = (field[..dot], field[(dot + 1)..]);
        }

        if (deprecation is not null && resource is not null)
            _model.Deprecated.Add(new DeprecatedDraft(resource, field, place, deprecation));
    }
}
