using Scalar = Tercel.Api.Model.Loading.ModelNode.Scalar;

namespace Tercel.Api.Model.Loading;

/// <summary>Looks up references and <c>many:</c>, and fills <see cref="EntityDraft.Relations"/>.</summary>
internal sealed class RelationResolver(ModelDraft model, ModelReport report)
{
    public void Resolve()
    {
        foreach (var entity in model.Entities)
        {
            foreach (var field in entity.Fields) if (field.IsReference) AddReference(entity, field);
            foreach (var reference in entity.Refs) AddRef(entity, reference);
        }

        foreach (var entity in model.Entities)
            foreach (var many in entity.Many) AddMany(entity, many);
        foreach (var entity in model.Entities)
            foreach (var relation in entity.Relations) CheckSetNull(entity, relation);
    }

    private void AddReference(EntityDraft entity, FieldDraft field)
    {
        if (model.Find(field.Type.Reference ?? "") is not { Key: [var key] } target) return;
        entity.Relations.Add(new RelationDraft(field.Name, field.Place, RelationKind.ToOne, entity, target)
        {
            FromFields = [field],
            ToFields = [key],
            OnDelete = field.OnDelete,
        });
    }

    private void AddRef(EntityDraft entity, RefDraft reference)
    {
        if (reference.To is not { } to || Entity(to) is not { } target) return;
        var from = Fields(entity, reference.Fields);
        var on = reference.On.Count > 0 ? Fields(target, reference.On) : target.Key;
        if (from is null || on is null || from.Count == 0) return;
        if (from.Concat(on).FirstOrDefault(f => f.WriteOnly) is { } hidden)
        {
            report.Add(reference.Place, ModelErrors.Option,
                $"'{hidden.FieldName}' is write_only, but a reference is shown by its relation");
        }

        if (on.Count != from.Count)
        {
            report.Add(reference.Place, ModelErrors.Option, on.Count == 0
                ? $"{target.Name} has no key; say with 'on' which of its fields are referred to"
                : $"{reference.Name} has {from.Count} fields, but the key of {target.Name} has {on.Count}");
            return;
        }

        for (var i = 0; i < on.Count && model.OwnsSchema; i++)
        {
            if (from[i].ColumnType is { } a && on[i].ColumnType is { } b && a.Kind != b.Kind)
            {
                report.Add(reference.Fields[i].Place, ModelErrors.Option,
                    $"{from[i].FieldName} is {a.Word}, but {target.Name}.{on[i].FieldName} is {b.Word}");
            }
        }

        entity.Relations.Add(new RelationDraft(reference.Name, reference.Place, RelationKind.ToOne, entity, target)
        {
            FromFields = from,
            ToFields = on,
            OnDelete = reference.OnDelete,
        });
    }

    private void AddMany(EntityDraft entity, ManyDraft many)
    {
        if (many.Through is not null)
        {
            AddThrough(entity, many);
            return;
        }

        if (many.To is not { } to || SplitTarget(to) is not { } split || Entity(split.Entity) is not { } target) return;
        if (split.Relation is null)
        {
            if (Only(target, entity, to, "to") is not { } only) return;
            Add(entity, many, target, only);
            return;
        }

        if (ToOne(target, split.Relation) is not { } back) return;
        if (back.To == entity)
        {
            Add(entity, many, target, back);
            return;
        }

        var leadsHere = target.Relations.Any(r => r.Kind == RelationKind.ToOne && r.To == entity);
        report.Add(split.Relation.Place, ModelErrors.Option,
            $"{target.Name}.{back.Name} refers to {back.To.Name}, not to {entity.Name}",
            leadsHere ? $"{{ through: {to.Text} }}" : null);
    }

    private void Add(EntityDraft entity, ManyDraft many, EntityDraft target, RelationDraft back)
    {
        if (many.From is { } from)
            report.Add(from.Place, ModelErrors.Option, "'from' belongs to 'through'");
        if (many.Write && (target.IsView || target.ReadOnly))
            report.Add(many.Place, ModelErrors.Option, $"{target.Name} cannot be written");
        if (many.OnDelete is { } action)
        {
            if (back.OnDelete is { } other && other != action)
                report.Add(many.Place, ModelErrors.Option,
                    $"on_delete differs from the one of {target.Name}.{back.Name}");
            back.OnDelete = action;
        }

        entity.Relations.Add(new RelationDraft(many.Name, many.Place, RelationKind.ToMany, entity, target)
        {
            FromFields = back.ToFields,
            ToFields = back.FromFields,
            Writable = many.Write,
        });
    }

    private void AddThrough(EntityDraft entity, ManyDraft many)
    {
        if (many.Through is not { } through || SplitTarget(through) is not { } split
            || Entity(split.Entity) is not { } join) return;
        if (many.Write)
            report.Add(many.Place, ModelErrors.Option,
                $"a relation through {join.Name} cannot be written; write a relation to {join.Name} instead");
        if (many.OnDelete is not null)
            report.Add(many.Place, ModelErrors.Option, $"on_delete belongs to the references of {join.Name}");

        // The way back: the named one, else the only reference that leads here and is not the far side.
        var far = split.Relation is { } named ? ToOne(join, named) : null;
        if (split.Relation is not null && far is null) return;
        var back = many.From is { } from ? ToOne(join, from) : Only(join, entity, through, "from", far);
        if (back is null) return;
        if (back.To != entity)
        {
            report.Add(many.From?.Place
                ?? through.Place, ModelErrors.Option,
                $"{join.Name}.{back.Name} refers to {back.To.Name}, not to {entity.Name}");
            return;
        }

        if (far is null)
        {
            var others = join.Relations.Where(r => r.Kind == RelationKind.ToOne && r != back).ToList();
            if (others.Count != 1)
            {
                report.Add(through.Place, ModelErrors.Option, $"name the reference of {join.Name} that leads on",
                    others.Count == 0 ? null : $"{join.Name}.{others[0].Name}");
                return;
            }

            far = others[0];
        }

        entity.Relations.Add(new RelationDraft(many.Name, many.Place, RelationKind.ManyToMany, entity, far.To)
        {
            FromFields = back.ToFields,
            ToFields = far.ToFields,
            Through = join,
            ThroughFromFields = back.FromFields,
            ThroughToFields = far.FromFields,
        });
    }

    // The one reference of an entity that leads to another.
    private RelationDraft? Only(EntityDraft entity, EntityDraft to, Scalar text, string key,
        RelationDraft? except = null)
    {
        var found = entity.Relations.Where(r => r.Kind == RelationKind.ToOne && r.To == to && r != except).ToList();
        if (found.Count == 1) return found[0];
        report.Add(text.Place, ModelErrors.Option, found.Count == 0
            ? $"{entity.Name} has no reference to {to.Name}"
            : $"{entity.Name} has several references to {to.Name}; say which with '{key}'",
            found.Count == 0 ? null : key == "to" ? $"{entity.Name}.{found[0].Name}" : $"from: {found[0].Name}");
        return null;
    }

    private RelationDraft? ToOne(EntityDraft entity, Scalar name)
    {
        var found = entity.Relations.FirstOrDefault(r => r.Kind == RelationKind.ToOne && r.Name == name.Text);
        if (found is not null) return found;

        // A reference whose own target is unknown was reported there.
        if (entity.FindField(name.Text) is { IsReference: true }) return null;
        report.Unknown(name.Place, ModelErrors.UnknownName, $"{entity.Name} has no reference", name.Text,
            entity.Relations.Where(r => r.Kind == RelationKind.ToOne).Select(r => r.Name));
        return null;
    }

    // resource.reference; the resource alone when the rest is clear.
    private (Scalar Entity, Scalar? Relation)? SplitTarget(Scalar text)
    {
        // Names of an existing database may hold dots, so the longest resource name wins.
        foreach (var entity in model.Entities.OrderByDescending(e => e.Name.Length))
        {
            if (text.Text == entity.Name) return (text, null);
            if (text.Text.StartsWith(entity.Name + ".", StringComparison.Ordinal))
                return Split(text, entity.Name.Length);
        }

        var dot = text.Text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (text, null) : Split(text, dot);
    }

    private static (Scalar, Scalar?) Split(Scalar text, int dot) =>
        (text with { Text = text.Text[..dot] }, text with { Text = text.Text[(dot + 1)..], Place = text.At(dot + 1) });

    private EntityDraft? Entity(Scalar name)
    {
        var entity = model.Find(name.Text);
        if (entity is null) report.Unknown(name.Place, ModelErrors.UnknownName, "no resource", name.Text,
            model.Entities.Select(e => e.Name));
        return entity;
    }

    private List<FieldDraft>? Fields(EntityDraft entity, IReadOnlyList<Scalar> names)
    {
        var fields = new List<FieldDraft>();
        foreach (var name in names)
        {
            if (entity.FindField(name.Text) is { } field) fields.Add(field);
            else report.Unknown(name.Place, ModelErrors.UnknownName, $"{entity.Name} has no field", name.Text,
                entity.FieldNames);
        }

        return fields.Count == names.Count ? fields : null;
    }

    private void CheckSetNull(EntityDraft entity, RelationDraft relation)
    {
        if (!model.OwnsSchema || relation is not { Kind: RelationKind.ToOne, OnDelete: OnDelete.SetNull }) return;
        var stuck = relation.FromFields.FirstOrDefault(f => f.Required || entity.Key.Contains(f));
        if (stuck is null) return;
        report.Add(stuck.PlaceOf("on_delete"), ModelErrors.Option,
            $"on_delete=set_null needs a field that may be null, but {stuck.FieldName} is required");
    }
}
