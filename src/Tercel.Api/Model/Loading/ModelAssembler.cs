namespace Tercel.Api.Model.Loading;

/// <summary>Makes the <see cref="ApiModel"/> from drafts without mistakes.</summary>
internal sealed class ModelAssembler(ModelDraft model)
{
    private readonly Dictionary<EntityDraft, Entity> _entities = [];
    private readonly Dictionary<FieldDraft, Field> _fields = [];

    /// <summary>Where the expression of a computed field or of a rule stands, for checks that come after
    /// loading.</summary>
    public Dictionary<object, ExpressionDraft> Expressions { get; } = new(ReferenceEqualityComparer.Instance);

    public ApiModel Assemble(string folder, IReadOnlyList<string> files, IReadOnlyList<string> warnings)
    {
        foreach (var draft in model.Entities) _entities[draft] = Make(draft);
        foreach (var draft in model.Entities) _entities[draft].SetRelations([.. draft.Relations.Select(Make)]);
        return new ApiModel(model.Name, [.. model.Entities.Select(e => _entities[e])])
        {
            Description = model.Description,
            Version = model.Version,
            Database = model.Database,
            OwnsSchema = model.OwnsSchema,
            Settings = model.Settings,
            Enums = model.Enums,
            Warnings = warnings,
            Folder = folder,
            Files = files,
        };
    }

    private Entity Make(EntityDraft draft)
    {
        var entity = new Entity
        {
            Name = draft.Name,
            Table = draft.Table,
            HasPath = draft.HasPath,
            IsView = draft.IsView,
            ViewSql = draft.ViewSql,
            Writable = !draft.ReadOnly,
            Indexes = [.. draft.Indexes.Select(i =>
                new EntityIndex([.. i.Select(n => (Name(draft, n.Name.Text), n.Descending))]))],
            Uniques = [.. draft.Uniques.Select(u => (IReadOnlyList<string>)[.. u.Select(n => Name(draft, n.Text))])],
            Search = draft.Search.Count == 0
                ? null
                : new SearchSpec([.. draft.Search.Select(s => (Name(draft, s.Name.Text), s.Weight))],
                    draft.SearchLanguage),
            Rules = [.. draft.Rules.Select(r => Make(draft, r))],
            RequireIfMatch = draft.RequireIfMatch,
            PageDefault = draft.PageDefault,
            PageMax = draft.PageMax,
            Was = draft.Was,
            Description = draft.Description,
            Deprecation = model.Deprecated.FirstOrDefault(d => d.Resource == draft.Name && d.Field is null)?.Deprecation
                ?? draft.Deprecation,
        };
        foreach (var field in draft.Fields) _fields[field] = Make(draft, field);
        var columns = draft.Fields.Select(f => _fields[f]);
        var computed = draft.Computed.Select(c => Make(draft, c));
        entity.SetFields(
            [.. columns, .. computed],
            [.. draft.Key.Select(k => _fields[k])],
            draft.SoftDelete is { } softDelete && draft.FindField(softDelete.Text) is { } deleted ? _fields[deleted]
                : null);
        return entity;
    }

    private Field Make(EntityDraft entity, FieldDraft draft)
    {
        var type = draft.ColumnType ?? FieldType.Text;
        var isKey = entity.Key.Contains(draft);
        var isVersion = draft.Type.IsVersion;
        var numbersKey = draft.Auto && type.IsNumber;
        var value = draft.Default;
        if (isKey && type.Kind == FieldKind.Uuid && !draft.IsReference
            && model.OwnsSchema) value ??= new FieldDefault.NewUuid();
        if (isVersion) value = new FieldDefault.Constant("1");
        var isAlwaysSet = draft.Required || isKey || isVersion || value is not null || draft.Auto;
        return new Field
        {
            Name = draft.FieldName,
            Column = draft.Column ?? draft.FieldName,
            Type = type,
            Nullable = !isAlwaysSet || draft.Null,
            Required = draft.Required || (isKey && !numbersKey && value is null),
            Unique = draft.Unique,
            NoCase = draft.NoCase,
            ReadOnly = draft.ReadOnly || isVersion,
            WriteOnly = draft.WriteOnly,
            AutoIncrement = numbersKey,
            AutoUpdate = draft.Auto && type.Kind == FieldKind.DateTime,
            IsVersion = isVersion,
            Indexed = draft.Index,
            Default = value,
            Min = draft.Min,
            Max = draft.Max,
            LengthMin = draft.LengthMin,
            LengthMax = draft.LengthMax,
            ItemsMax = draft.ItemsMax,
            Pattern = draft.Pattern,
            Was = draft.Was,
            Description = draft.Description,
            Deprecation = DeprecationOf(entity.Name, draft.FieldName, draft.Name) ?? draft.Deprecation,
        };
    }

    private Field Make(EntityDraft entity, ComputedDraft draft)
    {
        var field = new Field
        {
            Name = draft.Name,
            Column = "",
            Type = draft.Type,
            ReadOnly = true,
            Computed = draft.Expression.Value,
            ComputedText = draft.Expression.Text,
            Description = draft.Description,
            Deprecation = DeprecationOf(entity.Name, draft.Name, draft.Name),
        };
        Expressions[field] = draft.Expression;
        return field;
    }

    private EntityRule Make(EntityDraft entity, RuleDraft draft)
    {
        // The assembler runs on drafts without mistakes, so the expression was read.
        var check = draft.Check.Value ?? throw new System.Diagnostics.UnreachableException();
        var rule = new EntityRule(check, draft.Check.Text, draft.At is { } at ? Name(entity, at.Text)
            : null, draft.Message);
        Expressions[rule] = draft.Check;
        return rule;
    }

    private Relation Make(RelationDraft draft) => new()
    {
        Name = draft.Name,
        Kind = draft.Kind,
        From = _entities[draft.From],
        To = _entities[draft.To],
        FromFields = Fields(draft.FromFields),
        ToFields = Fields(draft.ToFields),
        Through = draft.Through is { } through ? _entities[through] : null,
        ThroughFromFields = Fields(draft.ThroughFromFields),
        ThroughToFields = Fields(draft.ThroughToFields),
        Writable = draft.Writable,
        OnDelete = draft.OnDelete ?? OnDelete.NoAction,
    };

    private Deprecation? DeprecationOf(string entity, string field, string alias) =>
        model.Deprecated.FirstOrDefault(d =>
            d.Resource == entity && (d.Field == field || d.Field == alias))?.Deprecation;

    private Field[] Fields(IReadOnlyList<FieldDraft> drafts) => [.. drafts.Select(d => _fields[d])];

    private static string Name(EntityDraft entity, string name) => entity.FindField(name)?.FieldName ?? name;
}
