using Tercel.Primitives;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads the map of one resource or view.</summary>
internal sealed class EntityReader(FieldReader fields, ExpressionReader expressions, TypeSyntax types,
    ModelReport report)
{
    private const int RowsMax = 100_000;

    public EntityDraft Read(MapEntry entry, bool isView)
    {
        var draft = new EntityDraft(entry.Key.Text, entry.Key.Place, isView);
        if (MapReader.Of(entry.Value, $"the {draft.Word} {draft.Name}", report) is not { } map) return draft;
        ReadFields(draft, map);
        ReadStorage(draft, map);
        var relations = new RelationReader(report);
        foreach (var named in map.Entries("refs")) relations.ReadRef(draft, named);
        foreach (var named in map.Entries("many")) relations.ReadMany(draft, named);
        foreach (var named in map.Entries("computed")) ReadComputed(draft, named);
        ReadSearch(draft, map);
        ReadAccess(map, draft);
        ReadPage(draft, map);
        draft.Description = map.Text("description");
        if (map.Take("deprecated") is { } deprecated) draft.Deprecation = DeprecationReader.Read(deprecated, report);
        if (isView) ReadView(draft, map);
        else ReadTable(draft, map);
        map.NotYet("auth", "cache", "states", "idempotency", "audit", "hooks", "webhooks", "files", "tenant", "owner",
            "jobs", "limits", "events", "realtime", "sql.postgres", "materialized", "on_conflict");
        map.Finish();
        return draft;
    }

    private void ReadFields(EntityDraft draft, MapReader map)
    {
        var entries = map.Entries("fields");
        if (entries.Count == 0)
            report.Add(draft.Place, ModelErrors.Missing, $"the {draft.Word} {draft.Name} needs 'fields'");
        if (entries.Count > ModelFileLimits.FieldsMax)
            report.Add(draft.Place, ModelErrors.Limit, $"more than {ModelFileLimits.FieldsMax} fields");
        foreach (var entry in entries.Take(ModelFileLimits.FieldsMax)) draft.Fields.Add(fields.Read(entry));
    }

    private void ReadStorage(EntityDraft draft, MapReader map)
    {
        draft.Table = map.Text("table") ?? draft.Name;
        if (map.Take(draft.IsView ? "key" : "pk") is { } pk)
        {
            draft.Pk.AddRange(pk is ModelNode.Scalar { IsNull: false } one
                ? [one]
                : Scalars.Texts(pk, draft.IsView ? "'key'" : "'pk'", report));
        }
    }

    private static void ReadView(EntityDraft draft, MapReader map)
    {
        draft.ReadOnly = true;
        draft.ViewSql = map.Text("sql")?.Trim().TrimEnd(';').TrimEnd();
    }

    private void ReadTable(EntityDraft draft, MapReader map)
    {
        draft.ReadOnly = map.Bool("readonly") ?? false;
        draft.Was = map.Text("was");
        foreach (var item in map.List("index")) ReadIndex(draft, item);
        foreach (var item in map.List("unique"))
            draft.Uniques.Add(item is ModelNode.Scalar { IsNull: false } one ? [one]
                : Scalars.Texts(item, "'unique'", report));
        foreach (var item in map.List("rules")) ReadRule(draft, item);
        if (map.Take("soft_delete") is { } softDelete && Scalars.Text(softDelete, "'soft_delete'", report) is not null)
            draft.SoftDelete = softDelete as ModelNode.Scalar;
        ReadConcurrency(draft, map);

        // path: null takes the URL away; there are no other paths.
        if (map.Take("path") is not { } path) return;
        if (path is ModelNode.Scalar { IsNull: true }) draft.HasPath = false;
        else report.Add(path.Place, ModelErrors.Value,
            "'path' can only be null (no URL of its own); rename the resource instead");
    }

    private void ReadConcurrency(EntityDraft draft, MapReader map)
    {
        var text = map.Text("concurrency");
        if (text is "require_if_match") draft.RequireIfMatch = true;
        else if (text is not null and not "optional")
            report.Unknown(map.KeyPlace("concurrency"), ModelErrors.Value, "no concurrency mode", text,
                ["optional", "require_if_match"]);
    }

    private void ReadIndex(EntityDraft draft, ModelNode item)
    {
        if (item is ModelNode.Scalar { IsNull: false } text
            && text.Text.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            var kind = text.Text[..open];
            if (kind is "gin" or "gist" or "brin")
                report.Warn(text.Place, $"SQLite has no {kind} indexes; {text.Text} is left out");
            else
                report.Add(text.Place, ModelErrors.Syntax, "an index is a list of fields", "[status, -created_at]");
            return;
        }

        var names = item is ModelNode.Scalar { IsNull: false } one ? [one] : Scalars.Texts(item, "'index'", report);
        if (names.Count == 0) return;
        draft.Indexes.Add([.. names.Select(n => n.Text.StartsWith('-')
            ? (n with { Text = n.Text[1..], Place = n.At(1) }, true)
            : (n, false))]);
    }

    // check: EXPR, at: FIELD, message: TEXT
    private void ReadRule(EntityDraft draft, ModelNode item)
    {
        if (MapReader.Of(item, "a rule", report) is not { } map) return;
        var checkNode = map.Take("check") as ModelNode.Scalar;
        var check = map.Required("check");
        var at = map.Take("at") as ModelNode.Scalar;
        _ = map.Text("at");
        var message = map.Required("message");
        map.Finish();
        if (check is null || message is null || checkNode is null) return;
        var expression = expressions.Read(check, checkNode.At);
        draft.Rules.Add(new RuleDraft(expression, at, message, item.Place));
    }

    // name: TYPE = EXPRESSION, or { type:, value:, description: }
    private void ReadComputed(EntityDraft draft, MapEntry entry)
    {
        string? description = null;
        ModelNode.Scalar? typeNode, valueNode;
        if (entry.Value is ModelNode.Map)
        {
            var map = new MapReader((ModelNode.Map)entry.Value, $"the computed field {entry.Key.Text}", report);
            map.Required("type");
            map.Required("value");
            (typeNode, valueNode) = (map.Take("type") as ModelNode.Scalar, map.Take("value") as ModelNode.Scalar);
            description = map.Text("description");
            map.Finish();
        }
        else
        {
            if (Scalars.Text(entry.Value, $"the computed field {entry.Key.Text}", report) is null) return;
            (typeNode, valueNode) = SplitComputed((ModelNode.Scalar)entry.Value);
        }

        if (typeNode is null || valueNode is null) return;
        var type = types.Read(typeNode.Text, typeNode.At);
        var expression = expressions.Read(valueNode.Text, valueNode.At);
        if (type.Value is not { } known || type.IsVersion)
        {
            if (type != TypeDraft.Broken)
                report.Add(typeNode.Place, ModelErrors.UnknownType,
                    "a computed field has a plain type, such as int or decimal(10,2)");
            known = FieldType.Json;
        }

        draft.Computed.Add(new ComputedDraft(entry.Key.Text, entry.Key.Place, known,
            expression) { Description = description });
    }

    private (ModelNode.Scalar?, ModelNode.Scalar?) SplitComputed(ModelNode.Scalar line)
    {
        var equals = line.Text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals + 1 < line.Text.Length && line.Text[equals + 1] == '=')
        {
            report.Add(line.Place, ModelErrors.Syntax, "a computed field is a type, '=' and an expression",
                "bool = stock > 0");
            return (null, null);
        }

        var start = equals + 1;
        while (start < line.Text.Length && char.IsWhiteSpace(line.Text[start])) start++;
        return (line with { Text = line.Text[..equals].Trim() }, Part(line, start));
    }

    // The rest of a text as a text of its own. Its own places count from its own start, so the quote is counted here.
    private static ModelNode.Scalar Part(ModelNode.Scalar line, int start) => line with
    {
        Text = line.Text[start..],
        Place = line.Exact ? line.Place with { Column = line.Place.Column + start } : line.Place,
    };

    private void ReadSearch(EntityDraft draft, MapReader map)
    {
        switch (map.Take("search"))
        {
            case null:
                return;
            case ModelNode.List list:
                foreach (var name in Scalars.Texts(list, "'search'", report)) draft.Search.Add((name, 1));
                return;
            case var node when MapReader.Of(node, "'search'", report) is { } search:
                if (search.Take("fields") is ModelNode.List plain)
                {
                    foreach (var name in Scalars.Texts(plain, "'fields'", report)) draft.Search.Add((name, 1));
                }
                else
                {
                    foreach (var (name, weight) in search.Entries("fields"))
                    {
                        if (Scalars.Int(weight, $"the weight of {name.Text}", 1, 1000, report) is { } value)
                            draft.Search.Add((name, value));
                    }
                }

                draft.SearchLanguage = search.Text("language");
                if (search.Take("fields") is null) report.Add(node.Place, ModelErrors.Missing,
                    "'search' needs 'fields'",
                    "fields: { name: 2 }");
                if (draft.SearchLanguage is not (null or "english" or "simple"))
                {
                    report.Unknown(search.KeyPlace("language"), ModelErrors.Value, "no search language",
                        draft.SearchLanguage,
                        ["english", "simple"]);
                }

                search.Finish();
                return;
        }
    }

    private void ReadAccess(MapReader map, EntityDraft draft)
    {
        if (map.Take("access") is not { } node || MapReader.Of(node, "'access'", report) is not { } access) return;
        foreach (var action in (ReadOnlySpan<string>)["read", "write", "create", "update", "delete"])
        {
            if (access.Take(action) is not { } rule || rule is ModelNode.Scalar { Text: "public" }) continue;
            report.Add(rule.Place, ModelErrors.NotSupported,
                $"access rules are not supported yet: only 'public' for '{action}' of {draft.Name}", "public");
        }

        access.NotYet("owner", "fields", "inherit");
        access.Finish();
    }

    private void ReadPage(EntityDraft draft, MapReader map)
    {
        if (map.Map("page", "'page'") is not { } page) return;
        draft.PageDefault = page.Int("limit", 1, RowsMax);
        draft.PageMax = page.Int("max", 1, RowsMax);
        page.Finish();
        if (draft.PageDefault > draft.PageMax)
            report.Add(page.KeyPlace("limit"), ModelErrors.Value,
                $"the limit {draft.PageDefault} is more than max {draft.PageMax}");
    }
}

/// <summary>Parses an expression of the model and reports its mistakes where they stand in the file.</summary>
internal sealed class ExpressionReader(Func<string, Result<Query.Expr>> parse, ModelReport report)
{
    public ExpressionDraft Read(string text, Func<int, Place> at)
    {
        if (parse(text).TryGet(out var expression, out var errors)) return new ExpressionDraft(text, at, expression);
        foreach (var error in errors)
            report.Add(at(error.Position ?? 0), ModelErrors.Expression, $"{error.Detail} in '{text}'",
                error.Suggestion);
        return new ExpressionDraft(text, at, null);
    }
}
