namespace Tercel.Tests.Api.Model;

/// <summary>A model with one mistake, and what is told about it.</summary>
/// <param name="Text">The model; line 1 is its first line.</param>
/// <param name="Expected">Line, column, code, and after an arrow the suggestion.</param>
/// <param name="Structural">The JSON Schema can see it, too.</param>
public sealed record BadModel(string Text, string Expected, bool Structural = false)
{
    public override string ToString() => Text.Length > 90 ? Text[^90..] : Text;
}

/// <summary>One row for each mistake that the loader knows.</summary>
internal static class BadModels
{
    /// <summary>Mistakes in one field; the field stands in line 7 and its declaration starts in column 10.</summary>
    public static readonly BadModel[] Fields =
    [
        Field("a: strng(40)", "7:10 model.unknown_type -> string", true),
        Field("a: varchar", "7:10 model.unknown_type -> string", true),
        Field("a: string(x)", "7:17 model.value", true),
        Field("a: string(0)", "7:17 model.value", true),
        Field("a: int(11)", "7:14 model.syntax -> int", true),
        Field("a: string(4", "7:10 model.syntax", true),
        Field("a: string(4)x)", "7:10 model.syntax", true),
        Field("a: decimal", "7:10 model.syntax -> decimal(10,2)"),
        Field("a: decimal(2,4)", "7:18 model.syntax -> decimal(10,2)"),
        Field("a: decimal(30,2)", "7:18 model.value -> decimal(15,2)"),
        Field("a: enum()", "7:15 model.syntax -> enum(draft,active)", true),
        Field("a: enum(a,a)", "7:15 model.value"),
        Field("a: enum(colours)", "7:15 model.unknown_name"),
        Field("a: json[]", "7:10 model.unknown_type -> json"),
        Field("a: file", "7:10 model.not_supported", true),
        Field("a: ref()", "7:14 model.syntax -> ref(users)", true),
        Field("a: ref(thing)", "7:10 model.unknown_name -> things"),
        Field("a: int requird", "7:14 model.unknown_option -> required", true),
        Field("a: int required required", "7:23 model.duplicate"),
        Field("a: int required null", "7:23 model.option"),
        Field("a: int required=yes", "7:23 model.syntax -> required", true),
        Field("a: int unique(nocase)", "7:14 model.option"),
        Field("a: int unique(x)", "7:21 model.syntax -> unique(nocase)", true),
        Field("a: int min=x", "7:18 model.value", true),
        Field("a: int min", "7:14 model.syntax -> min=10", true),
        Field("a: int min=5 max=3", "7:14 model.option"),
        Field("a: date min=5", "7:15 model.option"),
        Field("a: int min_length=5", "7:14 model.option"),
        Field("a: string[] max=5", "7:19 model.option -> max_items"),
        Field("a: string(5) max=9", "7:20 model.option"),
        Field("a: string min=9 max=5", "7:17 model.option"),
        Field("a: text min=-1", "7:19 model.value"),
        Field("a: int max_items=5", "7:14 model.option"),
        Field("a: int[] max_items=0", "7:26 model.value", true),
        Field("a: int pattern=^a$", "7:14 model.option"),
        Field("a: string pattern=[", "7:25 model.value"),
        Field("a: string pattern=(?=x)", "7:25 model.value"),
        Field("a: int default=x", "7:22 model.value"),
        Field("a: int default=9007199254740993", "7:22 model.value"),
        Field("a: bool default=yes", "7:23 model.value"),
        Field("a: date default=2026-13-01", "7:23 model.value"),
        Field("a: decimal(4,2) default=1.234", "7:31 model.value"),
        Field("a: enum(draft,active) default=drft", "7:37 model.value -> draft"),
        Field("a: string(2) default=abc", "7:28 model.value"),
        Field("a: int default=5 max=3", "7:14 model.value"),
        Field("a: json default={", "7:15 model.syntax"),
        Field("a: string default=@user.id", "7:25 model.not_supported"),
        Field("a: int default=@ref(b.c)", "7:14 model.unknown_name"),
        Field("a: int default=@ref(b)", "7:22 model.value -> @ref(product.price)"),
        Field("a: string default=seq('O')", "7:25 model.value -> seq('O-{000000}')"),
        Field("a: int default=seq('{000}')", "7:22 model.value"),
        Field("a: int default=sql(1)", "7:22 model.value"),
        Field("a: int default=null", "7:22 model.value -> null"),
        Field("a: int auto", "7:14 model.option"),
        Field("a: string auto", "7:17 model.option"),
        Field("a: int", "6:15 model.option", Extra: "    pk: [id]"),
        Field("a: json unique", "7:15 model.option"),
        Field("a: version required", "7:18 model.option"),
        Field("a: int required readonly", "7:23 model.option -> default=..."),
        Field("a: int readonly write_only", "7:23 model.option"),
        Field("a: int on_delete=cascade", "7:14 model.option -> ref(...)"),
        Field("a: ref(things) on_delete=delete", "7:32 model.value", true),
        Field("a: ref(things) required on_delete=set_null", "7:31 model.option"),
        Field("a: datetime format=rfc", "7:26 model.value", true),
        Field("a: int format=iso", "7:14 model.option"),
        Field("a: int was=id", "7:14 model.option"),
        Field("a: int column=id", "7:7 model.duplicate"),
        Field("a: string default='open", "7:17 model.syntax"),
        Field("and: int", "7:7 model.name"),
        Field("a b: int", "7:7 model.name", true),
        Field("a: [int]", "7:10 model.kind", true),
        Field("a: { required: true }", "7:10 model.missing -> type: text", true),
        Field("a: { type: int, requird: true }", "7:23 model.unknown_option -> required", true),
        Field("a: { type: int, max: [1] }", "7:28 model.kind", true),
        Field("id: text", "7:7 model.duplicate"),
        Field("a_id: int", "8:7 model.duplicate", Extra: "      a: ref(things)"),
    ];

    /// <summary>Mistakes in a resource, after its two fields; the first line of the text is line 8.</summary>
    public static readonly BadModel[] Resources =
    [
        Resource("    filds: {}", "8:5 model.unknown_key -> fields", true),
        Resource("    index: [[nme]]", "8:14 model.unknown_name -> name"),
        Resource("    index: [[-nme]]", "8:15 model.unknown_name -> name"),
        Resource("    index: [fulltext(name)]", "8:13 model.syntax -> [status, -created_at]"),
        Resource("    unique: [[nme]]", "8:15 model.unknown_name -> name"),
        Resource("    search: [nme]", "8:14 model.unknown_name -> name"),
        Resource("    search: [id]", "8:14 model.option"),
        Resource("    search: { fields: { name: 0 } }", "8:31 model.value", true),
        Resource("    search: { fields: { name: 1 }, language: klingon }", "8:36 model.value", true),
        Resource("    many: { x: thing.self }", "8:16 model.unknown_name -> things"),
        Resource("    many: { x: things.nme }", "8:23 model.unknown_name"),
        Resource("    many: { x: others.thng }", "8:23 model.unknown_name -> thing"),
        Resource("    many: { x: { to: others.thing, through: others } }", "8:16 model.missing -> to: reviews.product",
            true),
        Resource("    many: { name: others.thing }", "8:13 model.duplicate -> name_3"),
        Resource("    many: { x: { to: others.thing, wirte: true } }", "8:36 model.unknown_key -> write", true),
        Resource("    many: { x: { to: others.thing, on_delete: restrict } }", "8:13 model.option"),
        Resource("    refs: { x: { to: others, fields: [id, name] } }", "8:13 model.option"),
        Resource("    refs: { x: { fields: [id] } }", "8:16 model.missing", true),
        Resource("    computed: { x: stock > 0 }", "8:20 model.syntax -> bool = stock > 0", true),
        Resource("    computed: { x: int = nme }", "8:26 model.unknown_name -> name"),
        Resource("    computed: { x: int = name.x }", "8:26 model.expression"),
        Resource("    computed: { x: int = 1 + }", "8:29 model.expression"),
        Resource("    computed: { x: int = y, y: int = x }", "8:17 model.cycle"),
        Resource("    computed: { x: bool = role(staff) }", "8:27 model.not_supported"),
        Resource("    computed: { x: int = @user.id }", "8:26 model.not_supported"),
        Resource("    computed: { x: int = $a }", "8:26 model.expression"),
        Resource("    rules: [ { check: nme eq 'x', message: no } ]", "8:23 model.unknown_name -> name"),
        Resource("    rules: [ { check: name eq 'x' } ]", "8:14 model.missing", true),
        Resource("    rules: [ { check: name eq 'x', message: 'no', at: nme } ]", "8:55 model.unknown_name -> name"),
        Resource("    soft_delete: name", "7:7 model.option -> datetime null readonly"),
        Resource("    access: { read: owner or role(staff) }", "8:21 model.not_supported -> public", true),
        Resource("    access: { inherit: order }", "8:15 model.not_supported", true),
        Resource("    concurrency: requir_if_match", "8:5 model.value -> require_if_match", true),
        Resource("    page: { limit: 50, max: 20 }", "8:13 model.value"),
        Resource("    page: { limit: many }", "8:20 model.kind", true),
        Resource("    path: /x", "8:11 model.value", true),
        Resource("    cache: { ttl: 5m }", "8:5 model.not_supported", true),
        Resource("    states: {}", "8:5 model.not_supported", true),
        Resource("    hooks: {}", "8:5 model.not_supported", true),
        Resource("    webhooks: []", "8:5 model.not_supported", true),
        Resource("    audit: true", "8:5 model.not_supported", true),
        Resource("    idempotency: {}", "8:5 model.not_supported", true),
        Resource("    table: others", "10:3 model.duplicate"),
        Resource("    description: [x]", "8:18 model.kind", true),
        Resource("    readonly: yes", "8:15 model.kind -> true", true),
    ];

    /// <summary>Mistakes at the top; the first line of the text is line 7.</summary>
    public static readonly BadModel[] Tops =
    [
        Top("resurces: {}", "7:1 model.unknown_key -> resources", true),
        Top("auth: {}", "7:1 model.not_supported", true),
        Top("roles: [a]", "7:1 model.not_supported", true),
        Top("jobs: {}", "7:1 model.not_supported", true),
        Top("limits: { default: 100/10s per ip }", "7:11 model.not_supported", true),
        Top("limits: { query.node_max: 5 }", "7:11 model.unknown_key -> query.nodes_max", true),
        Top("versions: [v1, v2]", "7:16 model.not_supported", true),
        Top("versions: [1.0]", "7:12 model.name -> v1", true),
        Top("name: [x]", "7:7 model.kind", true),
        Top("name: true", "7:7 model.kind -> 'true'", true),
        Top("schema: mine", "7:1 model.value", true),
        Top("server: { lisen: ':80' }", "7:11 model.unknown_key -> listen", true),
        Top("server: { listen: here }", "7:11 model.value -> \":8080\"", true),
        Top("server: { docs: on }", "7:17 model.kind -> true", true),
        Top("server: { tls: {} }", "7:11 model.not_supported", true),
        Top("defaults: { page: { limit: 50, max: 20 } }", "7:21 model.value"),
        Top("defaults: { query: { unindexed_filter: deny } }", "7:22 model.not_supported", true),
        Top("defaults: { cache: { ttl: 60s } }", "7:13 model.not_supported", true),
        Top("enums: { a: [x, x] }", "7:13 model.value", true),
        Top("enums: { a: [no, null] }", "7:18 model.kind", true),
        Top("enums: { a: x }", "7:13 model.kind", true),
        Top("deprecated: [ { field: things.nam, since: 2026-01-01 } ]", "7:24 model.unknown_name"),
        Top("deprecated: [ { field: things.id, since: soon } ]", "7:35 model.value", true),
        Top("deprecated: [ { field: things.id, since: 2026-02-01, sunset: 2026-01-01 } ]", "7:54 model.value"),
        Top("deprecated: [ { since: 2026-01-01 } ]", "7:15 model.missing -> field: products.attrs", true),
        Top("views: { v: { sql: SELECT 1 } }", "7:10 model.missing", true),
        Top("views: { v: { fields: { a: int } } }", "7:10 model.missing"),
        Top("views: { v: { sql: SELECT 1 AS a, fields: { a: int unique } } }", "7:52 model.option"),
        Top("views: { things: { sql: SELECT 1, fields: { a: int } } }", "7:10 model.duplicate"),
        Top("views: { v: { sql: SELECT 1, sql.postgres: x, fields: { a: int } } }", "7:30 model.not_supported", true),
        Top("include: missing.yaml", "7:10 model.file"),
        Top("include: ../m.yaml", "7:10 model.include"),
        Top("include: /etc/passwd.yaml", "7:10 model.include"),
        Top("include: notes.txt", "7:10 model.include"),
        Top("include: m.yaml", "7:10 model.cycle"),
        Top("description: ${NOT_SET}", "7:14 model.environment -> ${NOT_SET:-default}"),
        Top("description: a ${NOT", "7:16 model.syntax"),
        Top("description: ${a b}", "7:14 model.syntax"),
        Top("api: 1", "7:1 model.duplicate"),
        Top("? [a]\n: b", "7:3 model.syntax"),
        Top("name: !secret x", "7:7 model.syntax"),
        Top("name: *nothing", "7:7 model.syntax"),
        Top("---\na: 1", "7:1 model.syntax"),
        Top("name: 'x", "7:7 model.syntax"),
    ];

    /// <summary>Whole files.</summary>
    public static readonly BadModel[] Files =
    [
        new("", "1:1 model.missing -> api: 1"),
        new("- a", "1:1 model.kind", true),
        new("database: sqlite:x\nresources: { t: { fields: { id: int pk } } }", "1:1 model.missing -> api: 1", true),
        new("api: 2\ndatabase: sqlite:x\nresources: { t: { fields: { id: int pk } } }",
            "1:1 model.not_supported -> api: 1", true),
        new("api: 1\nresources: { t: { fields: { id: int pk } } }", "1:1 model.missing", true),
        new("api: 1\ndatabase: sqlite:x", "1:1 model.missing -> resources:"),
        new("api: 1\ndatabase: postgres://u:secret@h/d\nresources: { t: { fields: { id: int pk } } }",
            "2:11 model.not_supported -> sqlite:shop.db", true),
        new("api: 1\ndatabase: mysql://u:secret@h/d\nresources: { t: { fields: { id: int pk } } }",
            "2:11 model.value -> sqlite:shop.db", true),
        new("api: 1\ndatabase: 'sqlite:'\nresources: { t: { fields: { id: int pk } } }",
            "2:11 model.value -> sqlite:shop.db", true),
        new("api: 1\ndatabase: sqlite:x\nresources: { t: { fields: { id: int } } }",
            "3:14 model.missing -> id: int pk auto"),
        new("api: 1\ndatabase: sqlite:x\nresources: { t: {} }", "3:14 model.missing", true),
        new("api: 1\ndatabase: sqlite:x\nresources: { batch: { fields: { id: int pk } } }", "3:14 model.name"),
        new("api: 1\ndatabase: sqlite:x\nresources: { a-b: { fields: { id: int pk } } }", "3:14 model.name", true),
        new("api: 1\ndatabase: sqlite:x\nresources: { _tercel_x: { fields: { id: int pk } } }", "3:14 model.name"),
        new("api: 1\ndatabase: sqlite:x\nresources: { a: { fields: { a: ref(a) pk } } }", "3:29 model.cycle"),
        new("api: 1\ndatabase: sqlite:x\nresources: { a: { fields: { x: int, y: int, a: ref(a) null }, pk: [x, y] } }",
            "3:48 model.option -> refs: { a: { to: a, fields: [x, y] } }"),
        new("api: 1\ndatabase: sqlite:x\nresources: { a: { fields: { x: json }, pk: x } }", "3:32 model.option"),
        new("api: 1\ndatabase: sqlite:x\nresources: { a: { fields: { x: int, y: int }, pk: [x, x] } }",
            "3:55 model.duplicate"),
        new("api: 1\ndatabase: sqlite:x\nresources: { t: { fields: { x: int }, pk: [y] } }",
            "3:44 model.unknown_name -> x"),
    ];

    public static IEnumerable<BadModel> All => [.. Fields, .. Resources, .. Tops, .. Files];

    private static BadModel Field(string field, string expected, bool structural = false, string? Extra = null) => new(
        "api: 1\ndatabase: sqlite:x.db\nresources:\n  things:\n    fields:\n      id: int pk auto\n"
        + $"      {field}\n{Extra}\n", expected, structural);

    private static BadModel Resource(string line, string expected, bool structural = false) => new(
        "api: 1\ndatabase: sqlite:x.db\nresources:\n  things:\n    fields:\n      id: int pk auto\n"
        + "      name: string(40)\n"
        + $"{line}\n  # another\n  others: {{ fields: {{ id: int pk, thing: ref(things) on_delete=cascade }} }}\n",
        expected, structural);

    private static BadModel Top(string line, string expected, bool structural = false) => new(
        $"api: 1\ndatabase: sqlite:x.db\nresources:\n  things:\n    fields:\n      id: int pk auto\n{line}\n",
        expected, structural);
}
