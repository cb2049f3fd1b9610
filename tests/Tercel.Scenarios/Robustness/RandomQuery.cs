using Tercel.Primitives;

namespace Tercel.Scenarios.Robustness;

/// <summary>Makes queries that follow the grammar: names that exist, operators that may not fit, values of all
/// kinds.</summary>
internal sealed class RandomQuery(DescribedApi api, Prng random)
{
    private const int DepthMax = 3;

    private static readonly string[] Operators =
    [
        "eq", "ne", "lt", "lte", "gt", "gte", "in", "nin", "between", "null", "like", "ilike", "contains", "icontains", "starts",
        "istarts", "ends", "iends", "has", "hasany", "hasall", "exists", "not.eq", "not.in", "not.contains", "regex", "overlaps",
    ];

    private static readonly string[] Infix =
        ["eq", "ne", "lt", "lte", "gt", "gte", "=", "!=", "<", ">", "like", "contains", "starts", "iends", "has"];

    private static readonly string[] Values =
    [
        "1", "0", "-1", "2", "1.5", "true", "false", "null", "x", "", "a,b", "1,2", "2026-01-31", "now", "now-7d", "now 1h", "%25",
        "_", "\"a,b\"", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "1e-400", "%F0%9F%98%80",
        "'", "\"", "00000000-0000-4000-8000-000000000000", "12:00:00", "%5C", "*", "[", "%00", "active", "*[a-", "%20", "YQ==",
    ];

    private static readonly string[] Literals =
    [
        "1", "0", "-1", "1.5", "true", "false", "null", "'x'", "''", "'2026-01-31'", "now", "now - 7d", "$p", "(1, 2)", "('a')",
        "9223372036854775807", "1e308", "'%25'", "'O''Hara'", "$missing", "'\u540d'",
    ];

    private static readonly Dictionary<string, string[]> LiteralsOf = new()
    {
        ["number"] = ["1", "0", "-1", "2.5", "100", "9223372036854775807", "1e308", "3", "-7"],
        ["text"] = ["'x'", "''", "'a%25'", "'O''Hara'", "'\u540d'", "'active'", "'Rock'", "'A'"],
        ["time"] = ["now", "now - 7d", "'2026-01-31'", "'2021-01-01T00:00:00Z'"],
        ["boolean"] = ["true", "false"],
        ["other"] = ["null"],
    };

    private static readonly Dictionary<string, string[]> FunctionsOf = new()
    {
        ["number"] = ["abs", "round", "floor", "ceil", "-", ""],
        ["text"] = ["lower", "upper", "trim", ""],
        ["time"] = [""],
        ["boolean"] = [""],
        ["other"] = [""],
    };

    private static readonly Dictionary<string, string[]> GroupsOf = new()
    {
        ["number"] = ["{0}", "bin({0},10)", "bin({0},0.5)"],
        ["text"] = ["{0}", "lower({0})", "length({0})"],
        ["time"] = ["{0}", "year({0})", "quarter({0})", "month({0})", "week({0})", "day({0})", "hour({0})", "bucket({0},'15m')"],
        ["boolean"] = ["{0}"],
        ["other"] = ["{0}"],
    };

    private static readonly string[] Functions =
    [
        "lower", "upper", "trim", "length", "abs", "round", "floor", "ceil", "year", "quarter", "month", "week", "day", "hour", "minute",
        "date", "coalesce", "nullif", "concat", "if", "count", "exists", "sum", "avg", "min", "max", "bucket", "bin",
    ];

    private static readonly string[] Aggregates =
    [
        "count", "sum", "avg", "min", "max", "stddev", "median", "p50", "p90", "p95", "p99", "first", "last", "count(distinct",
    ];

    /// <summary>A path with a query string.</summary>
    public string Next()
    {
        var resource = random.Pick([.. api.Resources]);
        var parts = new List<string>();
        var isWild = random.Below(4) == 0;
        for (var count = random.Between(1, 3); count > 0; count--)
            parts.Add(isWild ? Part(resource) : Likely(resource));
        if (parts.Any(part => part.Contains("$p", StringComparison.Ordinal))) parts.Add("$p=" + random.Pick(Values));
        var form = random.Below(12) switch { 0 => ".csv", 1 => ".ndjson", _ => "" };
        return $"/v1/{Uri.EscapeDataString(resource)}{form}?{string.Join('&', parts)}";
    }

    // Names and values that fit together, so that most of these reach the database.
    private string Likely(string resource) => random.Below(9) switch
    {
        0 or 1 or 2 => Described(resource),
        3 or 4 => $"where={Fitting(resource, 0)}",
        5 => $"sort={(random.Below(2) == 0 ? "-" : "")}{Name(Field(resource))}",
        6 => $"fields={Name(Field(resource))},{Name(Field(resource))}",
        7 when api.EmbedsOf(resource) is { Count: > 0 } embeds => $"embed={Name(random.Pick(embeds))}",
        _ => $"group={FittingGroup(resource)} as g&agg=count,{FittingAggregate(resource)} as a&having=count gte 1&sort=-a,g",
    };

    private string Described(string resource)
    {
        var parameters = api.ParametersOf(resource).Where(p => p.Place == "query" && p.Schema.ToString() != "{}"
            && (p.Name.Contains('.', StringComparison.Ordinal) || api.FieldsOf(resource).Contains(p.Name))).ToList();
        if (parameters.Count == 0) return Part(resource);
        var parameter = random.Pick(parameters);
        return $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Valid)}";
    }

    private string Fitting(string resource, int depth)
    {
        if (depth < DepthMax && random.Below(3) == 0)
            return $"({Fitting(resource, depth + 1)} {random.Pick(["and", "or", "and not"])} {Fitting(resource, depth + 1)})";
        var field = Field(resource);
        var kind = api.KindOf(resource, field);
        var name = Name(field);
        if (kind == "other" || random.Below(6) == 0) return $"{name} is {random.Pick(["null", "not null"])}";
        if (kind == "number" && random.Below(4) == 0)
            return $"{name} {random.Pick(["%2B", "-", "*", "/", "%25"])} {random.Pick(LiteralsOf[kind])} gt {random.Pick(LiteralsOf[kind])}";
        var function = random.Pick(FunctionsOf[kind]);
        var op = kind == "boolean" ? "eq" : random.Pick(["eq", "ne", "lt", "lte", "gt", "gte"]);
        return $"{(function.Length > 0 ? $"{function}({name})" : name)} {op} {random.Pick(LiteralsOf[kind])}";
    }

    private string FittingGroup(string resource)
    {
        var field = Field(resource);
        return random.Pick(GroupsOf[api.KindOf(resource, field)]).Replace("{0}", Name(field), StringComparison.Ordinal);
    }

    private string FittingAggregate(string resource)
    {
        var field = Field(resource);
        var names = api.KindOf(resource, field) == "number"
            ? Aggregates : ["count", "min", "max", "first", "last", "count(distinct"];
        var name = random.Pick(names);
        return name.Contains('(', StringComparison.Ordinal) ? $"{name} {Name(field)})" : $"{name}({Name(field)})";
    }

    private string Field(string resource) => random.Pick(api.FieldsOf(resource));

    private string Part(string resource) => random.Below(14) switch
    {
        0 or 1 or 2 => $"{Path(resource, 0)}.{random.Pick(Operators)}={random.Pick(Values)}",
        3 => $"{Path(resource, 0)}={random.Pick(Values)}",
        4 or 5 => $"where={Condition(resource, 0)}",
        6 => $"sort={Sorts(resource)}",
        7 => $"fields={string.Join(',', Enumerable.Range(0, random.Between(1, 3)).Select(_ => Path(resource, 1)))}",
        8 => $"embed={Embed(resource, 0)}",
        9 => $"group={Group(resource)}&agg={Aggregate(resource)}",
        10 => $"agg={Aggregate(resource)} as a,{Aggregate(resource)} as b&having=a gt 1 or {Condition(resource, 1)}",
        11 => random.Below(2) == 0 ? $"facets={Path(resource, 1)}" : $"distinct={Path(resource, 1)},{Path(resource, 1)}",
        12 => $"count={random.Pick(["exact", "estimate", "none"])}&limit={random.Between(0, 30)}",
        _ => random.Below(3) switch
        {
            0 => $"q={random.Pick(Values)}", 1 => $"offset={random.Between(0, 20000)}", _ => $"explain={random.Pick(["true", "false"])}",
        },
    };

    private string Path(string resource, int depth)
    {
        var embeds = api.EmbedsOf(resource);
        if (depth < DepthMax && embeds.Count > 0 && random.Below(3) == 0)
        {
            var quantifier = random.Pick(["", "", "", ".any", ".all", ".none", ".count"]);
            return $"{Name(random.Pick(embeds))}{quantifier}.{Path(random.Pick([.. api.Resources]), depth + 1)}";
        }

        var fields = api.FieldsOf(resource);
        return Name(fields[random.Below(fields.Count)]) + (random.Below(12) == 0 ? ".a.0" : "");
    }

    private static string Name(string name) =>
        name.All(c => char.IsLetterOrDigit(c) || c is '_' or ' ')
            ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private string Condition(string resource, int depth) => random.Below(depth < DepthMax ? 9 : 2) switch
    {
        0 or 1 or 2 => $"{Operand(resource, depth)} {random.Pick(Infix)} {Operand(resource, depth)}",
        3 => $"({Condition(resource, depth + 1)} and {Condition(resource, depth + 1)})",
        4 => $"({Condition(resource, depth + 1)} or {Condition(resource, depth + 1)})",
        5 => $"not {Condition(resource, depth + 1)}",
        6 => $"{Path(resource, depth)} is {random.Pick(["null", "not null"])}",
        7 => $"{Path(resource, depth)} in ({random.Pick(Literals)}, {random.Pick(Literals)})",
        _ => $"{Path(resource, depth)} between {random.Pick(Literals)} and {random.Pick(Literals)}",
    };

    private string Operand(string resource, int depth) => random.Below(depth < DepthMax ? 8 : 3) switch
    {
        0 or 1 => Path(resource, depth),
        2 or 3 => random.Pick(Literals),
        4 => $"{random.Pick(Functions)}({Operand(resource, depth + 1)})",
        5 => $"{random.Pick(Functions)}({Operand(resource, depth + 1)}, {Operand(resource, depth + 1)})",
        6 => $"({Operand(resource, depth + 1)} {random.Pick(["%2B", "-", "*", "/", "%25"])} {Operand(resource, depth + 1)})",
        _ => $"-{Operand(resource, depth + 1)}",
    };

    private string Sorts(string resource) => string.Join(',', Enumerable.Range(0, random.Between(1, 3)).Select(_ =>
        (random.Below(2) == 0 ? "-" : "") + Path(resource, 1) + random.Pick(["", "", ".nullsfirst", ".nullslast"])));

    private string Embed(string resource, int depth)
    {
        var embeds = api.EmbedsOf(resource);
        if (embeds.Count == 0) return "nothing";
        var name = Name(random.Pick(embeds));
        var inner = random.Pick([.. api.Resources]);
        return random.Below(4) switch
        {
            0 => name,
            1 when depth < DepthMax => $"{name}({Path(inner, DepthMax)},{Embed(inner, depth + 1)})",
            2 => $"{name}(*;limit={random.Between(0, 5)};sort={Sorts(inner)};where={Condition(inner, 2)})",
            _ => $"{name}(*;limit={random.Between(1, 5)})",
        };
    }

    private string Group(string resource) => random.Below(3) switch
    {
        0 => $"{random.Pick(Functions)}({Path(resource, 2)})",
        1 => $"bucket({Path(resource, 2)},'{random.Pick(["15m", "1h", "0s", "1d"])}')",
        _ => Path(resource, 2),
    };

    private string Aggregate(string resource)
    {
        var name = random.Pick(Aggregates);
        if (name == "count" && random.Below(2) == 0) return name;
        return name.Contains('(', StringComparison.Ordinal)
            ? $"{name} {Path(resource, 2)})" : $"{name}({Operand(resource, 2)})";
    }
}
