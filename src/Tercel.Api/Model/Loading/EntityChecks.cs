using System.Collections.Frozen;

namespace Tercel.Api.Model.Loading;

/// <summary>Checks what one entity says as a whole: names that clash, options that nobody could satisfy,
/// defaults.</summary>
internal sealed class EntityChecks(ModelDraft model, ModelReport report)
{
    private static readonly FrozenSet<string> OperatorNames = Query.Operators.Names.ToFrozenSet(StringComparer.Ordinal);

    public void Check()
    {
        var tables = new Dictionary<string, EntityDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (var entity in model.Entities)
        {
            if (NameRules.ResourceMistake(entity.Name, model.OwnsSchema) is { } mistake)
                report.Add(entity.Place, ModelErrors.Name, mistake);
            if (!tables.TryAdd(entity.Table, entity))
                report.Duplicate(entity.Place, $"the table '{entity.Table}'", tables[entity.Table].Place);
            CheckNames(entity);
            foreach (var field in entity.Fields) CheckField(entity, field);
            if (entity.Was is not null && !model.OwnsSchema)
                report.Add(entity.Place, ModelErrors.Option,
                    "'was' renames a table, but with 'schema: existing' tables are not changed");
            if (entity is { IsView: true, ViewSql: not null } && !model.OwnsSchema)
                report.Add(entity.Place, ModelErrors.Option,
                    "with 'schema: existing' views are not made; leave 'sql' away");
            if (entity is { IsView: true, ViewSql: null } && model.OwnsSchema)
                report.Add(entity.Place, ModelErrors.Missing, $"the view {entity.Name} needs 'sql'");
            if (entity.ViewSql is "") report.Add(entity.Place, ModelErrors.Missing,
                $"the view {entity.Name} needs 'sql'");
        }
    }

    // Fields, computed fields and relations share one space of names: that of the JSON object.
    private void CheckNames(EntityDraft entity)
    {
        var names = new Dictionary<string, Place>(StringComparer.Ordinal);
        var columns = new Dictionary<string, Place>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in entity.Fields)
        {
            CheckName(field.Name, field.Place);
            Take(field.FieldName, field.Place, "field");
            var column = field.Column ?? field.FieldName;
            if (!columns.TryAdd(column, field.Place) && names[field.FieldName] == field.Place)
                report.Duplicate(field.Place, $"the column '{column}'", columns[column]);
        }

        foreach (var computed in entity.Computed)
        {
            CheckName(computed.Name, computed.Place);
            Take(computed.Name, computed.Place, "field");
        }

        foreach (var relation in entity.Relations)
        {
            CheckName(relation.Name, relation.Place);
            Take(relation.Name, relation.Place, "relation");
        }

        void Take(string name, Place place, string what)
        {
            if (names.TryAdd(name, place)) return;
            var suggestion = what == "relation" ? name + "_" + (names.Count + 1) : null;
            report.Add(place, ModelErrors.Duplicate,
                $"the {what} '{name}' of {entity.Name} has the name of another one, line {names[name].Line}",
                suggestion);
        }
    }

    private void CheckName(string name, Place place)
    {
        if (NameRules.FieldMistake(name, model.OwnsSchema) is { } mistake) report.Add(place, ModelErrors.Name, mistake);
        else if (OperatorNames.Contains(name))
            report.Warn(place, $"'{name}' is also an operator; filters on it need the form {name}.eq=...");
    }

    private void CheckField(EntityDraft entity, FieldDraft field)
    {
        var isGiven = field.Default is not null || field.Auto || field.Type.IsVersion;
        if (model.OwnsSchema && field is { Required: true, ReadOnly: true } && !isGiven)
            report.Add(field.PlaceOf("readonly"), ModelErrors.Option,
                $"{field.Name} is required but nobody can set it: give it a default", "default=...");
        if (field.Was is not null && !model.OwnsSchema)
            report.Add(field.PlaceOf("was"), ModelErrors.Option,
                "'was' renames a column, but with 'schema: existing' tables are not changed");
        if (field.Was is not null
            && (field.Was == (field.Column ?? field.FieldName) || entity.FindField(field.Was) is not null))
            report.Add(field.PlaceOf("was"), ModelErrors.Option,
                $"'{field.Was}' is still a field of {entity.Name}; 'was' names one that is gone");
        if (entity.IsView && (field.Default is not null || field.Options.Keys.FirstOrDefault(IsForTables) is not null))
        {
            var option = field.Options.Keys.First(IsForTables);
            report.Add(field.PlaceOf(option), ModelErrors.Option, $"'{option}' is for tables; a view only shows");
        }

        switch (field.Default)
        {
            case FieldDefault.Constant constant when field.ColumnType is { } type:
                CheckConstant(field, type, constant.Text);
                break;
            case FieldDefault.FromReference reference:
                CheckFromReference(entity, field, reference);
                break;
        }
    }

    private static bool IsForTables(string option) =>
        option is "default" or "auto" or "pk" or "was" or "unique" or "index" or "write_only" or "readonly";

    private void CheckConstant(FieldDraft field, FieldType type, string text)
    {
        var mistake = field.IsReference ? DefaultSyntax.Mistake(type, text) : null;
        if (type.IsNumber && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            if (number < field.Min) mistake = $"is less than min {field.Min}";
            if (number > field.Max) mistake = $"is more than max {field.Max}";
        }
        else if (type.IsText && type.Kind is not (FieldKind.Enum or FieldKind.Uuid))
        {
            var length = text.EnumerateRunes().Count();
            if (length < field.LengthMin) mistake = $"is shorter than {field.LengthMin} characters";
            if (length > field.LengthMax) mistake = $"is longer than {field.LengthMax} characters";
            if (field.Pattern?.IsMatch(text) == false) mistake = "does not match the pattern";
        }

        if (mistake is not null) report.Add(field.PlaceOf("default"), ModelErrors.Value,
            $"the default '{text}' {mistake}");
    }

    private void CheckFromReference(EntityDraft entity, FieldDraft field, FieldDefault.FromReference reference)
    {
        var place = field.PlaceOf("default");
        var relation = entity.Relations.FirstOrDefault(r =>
            r.Kind == RelationKind.ToOne && r.Name == reference.Relation);
        if (relation is null)
        {
            if (entity.FindField(reference.Relation) is { IsReference: true }) return;
            report.Unknown(place, ModelErrors.UnknownName, $"{entity.Name} has no reference", reference.Relation,
                entity.Relations.Where(r => r.Kind == RelationKind.ToOne).Select(r => r.Name));
        }
        else if (relation.To.FindField(reference.Field) is not { } source)
        {
            report.Unknown(place, ModelErrors.UnknownName, $"{relation.To.Name} has no field", reference.Field,
                relation.To.FieldNames);
        }
        else if (source.ColumnType is { } a && field.ColumnType is { } b && a.Kind != b.Kind)
        {
            report.Add(place, ModelErrors.Option,
                $"{relation.To.Name}.{source.FieldName} is {a.Word}, but {field.Name} is {b.Word}");
        }
    }
}
