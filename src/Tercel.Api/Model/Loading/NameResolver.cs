using Scalar = Tercel.Api.Model.Loading.ModelNode.Scalar;

namespace Tercel.Api.Model.Loading;

/// <summary>Looks up the names in the drafts: keys, types of references, indexes, uniques, search, soft
/// delete.</summary>
/// <remarks>Relations are looked up by <see cref="RelationResolver"/>, which needs the keys found here.</remarks>
internal sealed class NameResolver(ModelDraft model, ModelReport report)
{
    /// <summary>Fills the drafts in, and reports every name that leads nowhere.</summary>
    public void Resolve()
    {
        foreach (var entity in model.Entities) AddSoftDelete(entity);
        foreach (var entity in model.Entities) ResolveKey(entity);
        foreach (var entity in model.Entities)
        {
            foreach (var field in entity.Fields) field.ColumnType = ColumnType(field, [], entity);
        }

        foreach (var entity in model.Entities)
        {
            CheckKey(entity);
            foreach (var index in entity.Indexes) foreach (var (name, _) in index) Find(entity, name);
            foreach (var unique in entity.Uniques) foreach (var name in unique) Find(entity, name);
            CheckSearch(entity);
            foreach (var rule in entity.Rules) if (rule.At is { } at) Find(entity, at);
        }

        foreach (var deprecated in model.Deprecated) CheckDeprecated(deprecated);
    }

    private FieldDraft? Find(EntityDraft entity, Scalar name)
    {
        var field = entity.FindField(name.Text);
        if (field is null) report.Unknown(name.Place, ModelErrors.UnknownName, $"{entity.Name} has no field", name.Text,
            entity.FieldNames);
        return field;
    }

    private void AddSoftDelete(EntityDraft entity)
    {
        if (entity.SoftDelete is not { } name) return;
        if (entity.FindField(name.Text) is not { } field)
        {
            entity.Fields.Add(new FieldDraft(name.Text, name.Place)
            {
                Type = new TypeDraft(FieldType.DateTime),
                Null = true,
                ReadOnly = true,
                Description = "When the row was deleted.",
            });
            return;
        }

        if (field.Type != TypeDraft.Broken
            && (field.Type.Value?.Kind != FieldKind.DateTime || field.Required || field.Default is not null))
            report.Add(field.Place, ModelErrors.Option,
                $"the soft-delete field {name.Text} must be a datetime that may be null", "datetime null readonly");
    }

    private void ResolveKey(EntityDraft entity)
    {
        var marked = entity.Fields.Where(f => f.Pk).ToList();
        if (entity.Pk.Count > 0 && marked.Count > 0)
            report.Add(marked[0].PlaceOf("pk"), ModelErrors.Option,
                "the key is named in 'pk:' and at a field; keep one of them");
        if (entity.Pk.Count == 0)
        {
            entity.Key = marked;
        }
        else
        {
            foreach (var name in entity.Pk)
            {
                if (Find(entity, name) is not { } field) continue;
                if (entity.Key.Contains(field)) report.Add(name.Place, ModelErrors.Duplicate,
                    $"'{name.Text}' is in the key already");
                else entity.Key.Add(field);
            }
        }

        if (entity.Key.Count == 0 && entity.Pk.Count == 0 && !entity.ReadOnly && entity.Fields.Count > 0)
            report.Add(entity.Place, ModelErrors.Missing,
                $"the resource {entity.Name} needs a key: a field with 'pk', or 'pk: [...]'", "id: int pk auto");
    }

    private void CheckKey(EntityDraft entity)
    {
        foreach (var field in entity.Fields)
        {
            var isKey = entity.Key.Contains(field);
            if (field.Auto && field.Type.Value is { IsNumber: true } && (!isKey || entity.Key.Count > 1))
                report.Add(field.PlaceOf("auto"), ModelErrors.Option, "'auto' numbers a key of one field only");
            if (!isKey) continue;
            if (model.OwnsSchema && field.ColumnType is
                { Kind: FieldKind.Json or FieldKind.Array or FieldKind.Float or FieldKind.Bytes } type)
                report.Add(field.TypePlace, ModelErrors.Option,
                    $"a {type.Word} cannot be a key");
            if (field.Null && !field.Pk)
                report.Add(field.PlaceOf("null"), ModelErrors.Option, "a key is never null");
            if (field.WriteOnly && !field.Pk)
                report.Add(field.PlaceOf("write_only"), ModelErrors.Option, "a key is always shown");
        }
    }

    // A reference has the type of the key that it refers to, which may be a reference itself.
    private FieldType? ColumnType(FieldDraft field, HashSet<FieldDraft> seen, EntityDraft entity)
    {
        if (field.Type.Reference is not { } targetName) return field.Type.Value;
        var isFirst = seen.Count == 0;
        if (!seen.Add(field))
        {
            report.Add(field.Place, ModelErrors.Cycle,
                $"the key of {entity.Name} refers to itself through {field.Name}");
            return null;
        }

        if (model.Find(targetName) is not { } target)
        {
            if (isFirst)
                report.Unknown(field.TypePlace, ModelErrors.UnknownName, "no resource", targetName,
                    model.Entities.Select(e => e.Name));
            return null;
        }

        switch (target.Key)
        {
            case [var key]:
                return ColumnType(key, seen, target) is { } type ? type : null;
            case [] when isFirst && target.ReadOnly:
                report.Add(field.TypePlace, ModelErrors.Option, $"{target.Name} has no key to refer to");
                return null;
            case { Count: > 1 } when isFirst:
                report.Add(field.TypePlace, ModelErrors.Option,
                    $"{target.Name} has a key of {target.Key.Count} fields: declare them, and the reference in 'refs:'",
                    Example(field, target));
                return null;
            default:
                return null;
        }
    }

    private static string Example(FieldDraft field, EntityDraft target)
    {
        var names = string.Join(", ", target.Key.Select(k => k.FieldName));
        return $"refs: {{ {field.Name}: {{ to: {target.Name}, fields: [{names}] }} }}";
    }

    private void CheckSearch(EntityDraft entity)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in entity.Search)
        {
            if (entity.FindComputed(name.Text) is not null)
            {
                report.Add(name.Place, ModelErrors.Option, "a computed field cannot be searched, only stored texts");
                continue;
            }

            if (Find(entity, name) is not { } field) continue;
            if (!seen.Add(field.FieldName)) report.Add(name.Place, ModelErrors.Duplicate,
                $"'{name.Text}' is searched already");
            if (field.WriteOnly) report.Add(name.Place, ModelErrors.Option,
                $"'{name.Text}' is write_only, so it cannot be searched");
            if (field.ColumnType is { } type
                && type.Kind is not (FieldKind.String or FieldKind.Text or FieldKind.Email or FieldKind.Slug))
                report.Add(name.Place, ModelErrors.Option,
                    $"only texts can be searched; '{name.Text}' is {type.Word}");
        }

        if (entity is { IsView: true, Search.Count: > 0 })
            report.Add(entity.Search[0].Name.Place, ModelErrors.NotSupported, "search in a view is not supported yet");
    }

    private void CheckDeprecated(DeprecatedDraft deprecated)
    {
        if (model.Find(deprecated.Resource) is not { } entity)
        {
            report.Unknown(deprecated.Place, ModelErrors.UnknownName, "no resource", deprecated.Resource,
                model.Entities.Select(e => e.Name));
        }
        else if (deprecated.Field is { } name && entity.FindField(name) is null && entity.FindComputed(name) is null)
        {
            report.Unknown(deprecated.Place, ModelErrors.UnknownName, $"{entity.Name} has no field", name,
                entity.FieldNames.Concat(entity.Computed.Select(c => c.Name)));
        }
    }
}
