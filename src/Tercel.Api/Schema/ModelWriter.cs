using System.Globalization;
using System.Text;
using Tercel.Api.Model;

namespace Tercel.Api.Schema;

/// <summary>Writes the model of an existing database as a model file: what <c>tercel init --from</c> gives.</summary>
/// <remarks>Loading the file gives the same entities, fields, keys and relations again.</remarks>
internal static class ModelWriter
{
    private const string Head = """
        # Written by `tercel init` from an existing database. Edit it freely: remove what the API shall not show, rename
        # resources and fields (keep `table:` and `column=` then), add computed fields, rules, search, limits.
        # Check it with `tercel check`. docs/reference/model.md explains everything.

        """;

    /// <param name="model">What <see cref="Introspection.Read"/> gave, writable.</param>
    /// <param name="database">The database as the file shall name it, relative to the file's folder; null: as the model
    /// does.</param>
    public static string Write(ApiModel model, string? database = null)
    {
        database ??= model.Database;
        var text = new StringBuilder(Head.ReplaceLineEndings("\n")).Append('\n');
        text.Append("api: 1\n");
        text.Append(CultureInfo.InvariantCulture, $"name: {Yaml(model.Name)}\n");
        text.Append(CultureInfo.InvariantCulture, $"database: {Database(database)}\n");
        text.Append("schema: existing              # the tables are not ours: they are served, never changed\n");
        Section(text, "resources", model.Entities.Where(e => !e.IsView));
        Section(text, "views", model.Entities.Where(e => e.IsView));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string name, IEnumerable<Entity> entities)
    {
        var any = false;
        foreach (var entity in entities)
        {
            if (!any) text.Append(CultureInfo.InvariantCulture, $"\n{name}:\n");
            any = true;
            Write(text, entity);
        }
    }

    private static void Write(StringBuilder text, Entity entity)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n  {Yaml(entity.Name)}:\n");
        if (entity.Table != entity.Name) text.Append(CultureInfo.InvariantCulture,
            $"    table: {Yaml(entity.Table)}\n");
        if (!entity.Writable && !entity.IsView)
            text.Append("    readonly: true              # without a key, rows cannot be told apart for writing\n");
        text.Append("    fields:\n");
        var width = entity.Fields.Max(f => Yaml(f.Name).Length) + 1;
        foreach (var field in entity.Fields)
        {
            var name = (Yaml(field.Name) + ":").PadRight(width + 1);
            text.Append(CultureInfo.InvariantCulture, $"      {name}{Yaml(FieldLine(entity, field))}\n");
        }

        if (entity.Key.Count > 1)
            text.Append(CultureInfo.InvariantCulture, $"    pk: {List(entity.Key.Select(k => k.Name))}\n");
        Relations(text, entity);
        Lists(text, "index", entity.Indexes.Select(i => i.Fields.Select(f => (f.Descending ? "-" : "") + f.Field)));
        Lists(text, "unique", entity.Uniques);
    }

    private static string FieldLine(Entity entity, Field field)
    {
        var words = new List<string> { FieldStorage.Describe(field.Type) };
        if (entity.Key is [var only] && only == field) words.Add("pk");
        if (field.AutoIncrement) words.Add("auto");
        if (field.Required && !(field.IsKey && field.Default is null)) words.Add("required");
        if (field.Nullable && field.Default is not null) words.Add("null");
        if (field.Unique) words.Add(field.NoCase ? "unique(nocase)" : "unique");
        if (field.Indexed) words.Add("index");
        if (field.ReadOnly) words.Add("readonly");
        if (field.Default is FieldDefault.Database { Sql: var sql }) words.Add($"default=sql({Quote(sql)})");
        if (field.Column != field.Name) words.Add($"column={Quote(field.Column)}");
        return string.Join(' ', words);
    }

    private static void Relations(StringBuilder text, Entity entity)
    {
        var toOne = entity.Relations.Where(r => r.IsToOne).ToList();
        if (toOne.Count > 0) text.Append("    refs:                       # embed=..., and paths in filters\n");
        foreach (var relation in toOne)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"      {Yaml(relation.Name)}: {{ to: {Item(relation.To.Name)}, fields: {Names(relation.FromFields)}");
            if (!relation.ToFields.SequenceEqual(relation.To.Key))
                text.Append(CultureInfo.InvariantCulture, $", on: {List(relation.ToFields.Select(f => f.Name))}");
            if (relation.OnDelete != OnDelete.NoAction)
                text.Append(CultureInfo.InvariantCulture, $", on_delete: {Action(relation.OnDelete)}");
            text.Append(" }\n");
        }

        if (entity.Relations.Count > toOne.Count) text.Append("    many:\n");
        foreach (var relation in entity.Relations.Where(r => !r.IsToOne))
            text.Append(CultureInfo.InvariantCulture, $"      {Yaml(relation.Name)}: {Many(relation)}\n");
    }

    private static string Many(Relation relation)
    {
        if (relation.Through is not { } through)
            return Yaml($"{relation.To.Name}.{Back(relation.To, relation.ToFields, relation.From)}");
        var far = Back(through, relation.ThroughToFields, relation.To);
        var back = Back(through, relation.ThroughFromFields, relation.From);
        return $"{{ through: {Item($"{through.Name}.{far}")}, from: {Item(back)} }}";
    }

    // The to-one relation on the other side, which stands on the same fields.
    private static string Back(Entity entity, IReadOnlyList<Field> fields, Entity to) =>
        entity.Relations.First(r => r.IsToOne && r.To == to && r.FromFields.SequenceEqual(fields)).Name;

    private static void Lists(StringBuilder text, string name, IEnumerable<IEnumerable<string>> lists)
    {
        var any = false;
        foreach (var list in lists)
        {
            if (!any) text.Append(CultureInfo.InvariantCulture, $"    {name}:\n");
            any = true;
            text.Append(CultureInfo.InvariantCulture, $"      - {List(list)}\n");
        }
    }

    private static string Action(OnDelete action) => action switch
    {
        OnDelete.Cascade => "cascade",
        OnDelete.Restrict => "restrict",
        OnDelete.SetNull => "set_null",
        _ => "no_action",
    };

    private static string Names(IEnumerable<Field> fields) => List(fields.Select(f => f.Name));

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Item))}]";

    // In one-line declarations: single quotes, doubled inside.
    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A text inside a flow list or map, where commas and brackets count, too.</summary>
    private static string Item(string text) => text.AsSpan().IndexOfAny(",[]{}") >= 0 ? QuoteYaml(text) : Yaml(text);

    /// <summary>A text as YAML: plain when that is read back as the same text.</summary>
    private static string Yaml(string text)
    {
        var escaped = text.Replace("${", "$${", StringComparison.Ordinal);
        return IsPlain(escaped) ? escaped : QuoteYaml(escaped);
    }

    // A closing brace would end the variable's default early.
    private static string Database(string database)
    {
        if (database.Contains('}', StringComparison.Ordinal)) return Yaml(database);
        var text = "${DATABASE_URL:-" + database + "}";
        return IsPlain(text) ? text : QuoteYaml(text);
    }

    private static string QuoteYaml(string text) => text.Any(char.IsControl)
        ? System.Text.Json.JsonSerializer.Serialize(text)
        : Quote(text);

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return false;
        if (!(char.IsLetterOrDigit(text[0]) || text[0] is '_' or '$' or '/')) return false;
        if (text.Any(char.IsControl) || text.Contains(": ", StringComparison.Ordinal) || text[^1] == ':') return false;
        if (text.Contains(" #", StringComparison.Ordinal)) return false;
        return text.ToLowerInvariant() is not
            ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
    }
}
