using System.Text.Json.Nodes;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.OpenApi;

/// <summary>Query parameters: the ones every list takes, and one for each field and operator.</summary>
internal sealed class ParameterComponents(ApiModel model, OpenApiNames names, ApiLimits limits)
{
    private static readonly string[] Reserved =
    [
        "q", "sort", "fields", "embed", "cursor", "offset", "limit", "page", "count", "group", "agg", "having", "where",
        "distinct", "facets", "highlight", "explain", "on_conflict", "resolve", "atomic", "max",
    ];

    private readonly ApiModel _model = model;
    private readonly OpenApiNames _names = names;
    private readonly ApiLimits _limits = limits;

    public static JsonObject Ref(string component) => new() { ["$ref"] = $"#/components/parameters/{component}" };

    /// <summary>Everything under <c>components/parameters</c>.</summary>
    public JsonObject All()
    {
        var parameters = Shared();
        foreach (var entity in _model.Entities.Where(e => e.HasPath))
            foreach (var (field, op) in Filters(entity))
                parameters[FilterName(entity, field, op)] = FilterParameter(field, op);
        return parameters;
    }

    /// <summary>References to the filters of an entity.</summary>
    public IEnumerable<JsonNode> FilterRefs(Entity entity) =>
        Filters(entity).Select(pair => Ref(FilterName(entity, pair.Field, pair.Operator)));

    /// <summary>References to the parameters of lists.</summary>
    public static IEnumerable<JsonNode> ListRefs(Entity entity)
    {
        string[] common =
        [
            "where", "sort", "fields", "embed", "limit", "cursor", "page", "offset", "count", "group", "agg", "having",
            "distinct", "facets", "explain",
        ];
        return (entity.Search is null ? common : [.. common, "q", "highlight"]).Select(Ref);
    }

    private IEnumerable<(Field Field, Operator Operator)> Filters(Entity entity) =>
        from field in entity.Fields
        where field.IsVisible
        from op in FieldOperators.For(field.Type)
        where op != Operator.Regex || _limits.AllowsRegex
        where op != Operator.Null || field.Nullable || field.IsComputed
        select (field, op);

    private string FilterName(Entity entity, Field field, Operator op) =>
        $"{_names.Of(entity)}.{OpenApiNames.Safe(field.Name)}.{Operators.Name(op)}";

    private static JsonObject FilterParameter(Field field, Operator op)
    {
        var plain = op == Operator.Eq && !Reserved.Contains(field.Name);
        var parameter = new JsonObject
        {
            ["name"] = plain ? field.Name : $"{field.Name}.{Operators.Name(op)}",
            ["in"] = "query",
            ["description"] = Describe(field, op),
        };
        if (op is Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall or Operator.Between)
        {
            parameter["style"] = "form";
            parameter["explode"] = false;
        }

        parameter["schema"] = FilterSchema(field, op);
        if (field.Deprecation is not null) parameter["deprecated"] = true;
        return parameter;
    }

    private static JsonObject FilterSchema(Field field, Operator op)
    {
        var item = SchemaComponents.Value(field.Type.Element ?? field.Type);
        return op switch
        {
            Operator.Null => new JsonObject { ["type"] = "boolean" },
            Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall =>
                new JsonObject { ["type"] = "array", ["items"] = item },
            Operator.Between =>
                new JsonObject { ["type"] = "array", ["items"] = item, ["minItems"] = 2, ["maxItems"] = 2 },
            Operator.Eq or Operator.Ne or Operator.Lt or Operator.Lte or Operator.Gt
                or Operator.Gte or Operator.Has => item,
            _ => new JsonObject { ["type"] = "string" },
        };
    }

    private static string Describe(Field field, Operator op) => op switch
    {
        Operator.Eq => $"`{field.Name}` equals the value; repeated: any of the values.",
        Operator.Ne => $"`{field.Name}` differs from the value.",
        Operator.Lt => $"`{field.Name}` is less than the value.",
        Operator.Lte => $"`{field.Name}` is at most the value.",
        Operator.Gt => $"`{field.Name}` is greater than the value.",
        Operator.Gte => $"`{field.Name}` is at least the value.",
        Operator.In => $"`{field.Name}` is one of the values; quote a value that holds a comma.",
        Operator.Nin => $"`{field.Name}` is none of the values.",
        Operator.Between => $"`{field.Name}` lies between two values, both included.",
        Operator.Null => $"`{field.Name}` has no value (`true`) or has one (`false`).",
        Operator.Like => $"`{field.Name}` matches a pattern with `%` and `_`; case counts.",
        Operator.Ilike => $"`{field.Name}` matches a pattern with `%` and `_`; case does not count.",
        Operator.Has => $"`{field.Name}` holds the element.",
        Operator.Hasany => $"`{field.Name}` holds at least one of the elements.",
        Operator.Hasall => $"`{field.Name}` holds all the elements.",
        Operator.Contains => $"`{field.Name}` contains the text; case counts.",
        Operator.Icontains => $"`{field.Name}` contains the text; case does not count.",
        Operator.Starts => $"`{field.Name}` starts with the text; case counts.",
        Operator.Istarts => $"`{field.Name}` starts with the text; case does not count.",
        Operator.Ends => $"`{field.Name}` ends with the text; case counts.",
        Operator.Iends => $"`{field.Name}` ends with the text; case does not count.",
        Operator.Regex => $"`{field.Name}` matches a regular expression.",
        _ => $"`{field.Name}` {Operators.Name(op)} the value.",
    };

    private JsonObject Shared()
    {
        var shared = new JsonObject
        {
            ["where"] =
                Query("where", "A condition in the expression language, such as `total gte $min and status eq 'paid'`; "
                + "`$min` is another parameter. Dotted paths reach related rows, also as parameters of their own: "
                + "`customer.country=IT`, `lines.count.gte=3`."),
            ["sort"] = Query("sort", "Comma list of fields; `-` descending; `.nullsfirst` or `.nullslast`.", "-id"),
            ["fields"] = Query("fields", "Comma list of fields to return; `*,-name` all but one."),
            ["embed"] =
                Query("embed", "Relations to include: `customer(id,name),lines(quantity;sort=-quantity;limit=5)`."),
            ["limit"] = Query("limit", "Rows in the page.", Integer(1, _limits.PageMax, _limits.PageDefault)),
            ["cursor"] =
                Query("cursor", "Where the page starts: from `page.next` or `page.prev` of an earlier answer."),
            ["page"] = Query("page", "Page number from 1, instead of a cursor.", Integer(1, null, null)),
            ["offset"] = Query("offset", "Rows to skip, instead of a cursor.", Integer(0, _limits.OffsetMax, null)),
            ["count"] = Query("count", "Whether to count all matching rows.", OneOf("none", "exact", "estimate")),
            ["group"] = Query("group", "Group by fields or `month(created_at)`, `bucket(ts,'15m')`, `bin(price,10)`."),
            ["agg"] = Query("agg", "Aggregates: `count`, `sum(total)`, `avg(total) as mean`, `p95(latency)`."),
            ["having"] = Query("having", "A condition on groups and aggregates, such as `count gte 10`."),
            ["distinct"] = Query("distinct", "Distinct values of these fields."),
            ["facets"] = Query("facets", "Counts by value with the page: `brand,size(limit=20)`."),
            ["q"] = Query("q", "Full-text search; the best matches come first unless `sort` says otherwise."),
            ["highlight"] = Query("highlight", "Fields to return with the matches of `q` marked."),
            ["explain"] = Query("explain", "Answer the SQL and its plan instead of rows.",
                new JsonObject { ["type"] = "boolean" }),
            ["on_conflict"] = Query("on_conflict", "Unique fields that decide whether a row exists already (upsert)."),
            ["resolve"] = Query("resolve", "What to do with a row that exists.", OneOf("merge", "ignore")),
            ["atomic"] = Query("atomic", "`false`: each row of a bulk write succeeds or fails on its own (207).",
                new JsonObject { ["type"] = "boolean", ["default"] = true }),
            ["max"] = Query("max", "Refuse the write when it would touch more rows.", Integer(1, null, null)),
            ["prefer"] = Header("Prefer",
                "`return=minimal`, `return=representation`, `tx=rollback` (dry run), `handling=strict`."),
            ["if_match"] = Header("If-Match", "Only when the row still has this ETag; else 412."),
            ["if_none_match"] = Header("If-None-Match", "304 when the answer still has this ETag."),
        };
        return shared;
    }

    private static JsonObject Query(string name, string text, string? example = null)
    {
        var parameter = Query(name, text, new JsonObject { ["type"] = "string" });
        if (example is not null) parameter["example"] = example;
        return parameter;
    }

    private static JsonObject Query(string name, string text, JsonObject schema) =>
        new() { ["name"] = name, ["in"] = "query", ["description"] = text, ["schema"] = schema };

    private static JsonObject Header(string name, string text) => new()
    {
        ["name"] = name,
        ["in"] = "header",
        ["description"] = text,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Integer(int min, int? max, int? usual)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = min };
        if (max is not null) schema["maximum"] = max;
        if (usual is not null) schema["default"] = usual;
        return schema;
    }

    private static JsonObject OneOf(params string[] values) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. values.Select(v => (JsonNode)v)]),
    };
}
