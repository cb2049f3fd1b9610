using Tercel.Api.Model;
using Xunit;

namespace Tercel.Tests.Api.Model;

public sealed class ModelFieldTests
{
    private static readonly ApiModel Everything = ModelText.Good(GoodModels.Everything);

    private static Entity Things => Everything.Entity("things")!;

    [Theory]
    [InlineData("id", "BigInt notnull auto")]
    [InlineData("number", "String(20) notnull unique readonly default=Sequence { Pattern = T-{0000} }")]
    [InlineData("owner_id", "Uuid notnull required ref=owner")]
    [InlineData("parent_id", "BigInt column=up_id ref=parent")]
    [InlineData("price", "Decimal(10,2) notnull required min=0.5 max=1000000 default=Constant { Text = 1.50 }")]
    [InlineData("copied", "String notnull default=FromReference { Relation = owner, Field = nick }")]
    [InlineData("ok", "Bool notnull default=Constant { Text = true }")]
    [InlineData("state", "Enum(on,off,no,yes,null,true,1.10 state) notnull index default=Constant { Text = off }")]
    [InlineData("colour", "Enum(deep red,green ) notnull default=Constant { Text = deep red }")]
    [InlineData("note", "Text length<=500 notnull default=Constant { Text = it's fine }")]
    [InlineData("on_day", "Date notnull default=Now { }")]
    [InlineData("seen", "DateTime Unix")]
    [InlineData("fixed", "DateTime default=Constant { Text = 2026-01-31T12:00:00Z }")]
    [InlineData("changed", "DateTime notnull readonly autoupdate")]
    [InlineData("list", "Array of Int items<=5 notnull default=Constant { Text = [1, 2] }")]
    [InlineData("names", "Array of String(5)")]
    [InlineData("data", """Json notnull default=Constant { Text = {"a":[1,"x",null,true],"b":"1"} }""")]
    [InlineData("secret", "String(40) length>=10 writeonly")]
    [InlineData("old", "String(10) was=older deprecated")]
    [InlineData("ratio", "Float deprecated")]
    [InlineData("lock", "Int notnull readonly version default=Constant { Text = 1 }")]
    [InlineData("twice", "Decimal(12,2) readonly computed=price * 2")]
    [InlineData("four", "Decimal(12,2) readonly computed=twice * 2")]
    [InlineData("gone_at", "DateTime readonly")]
    public void A_declaration_gives_this_field(string name, string expected) =>
        Assert.Equal(expected, Describe(Assert.IsType<Field>(Things.Field(name))));

    [Theory]
    [InlineData("AB12", true)]
    [InlineData("xAB12", false)]
    [InlineData("AB12\n", false)]
    public void A_pattern_is_for_the_whole_text(string text, bool matches) =>
        Assert.Equal(matches, Things.Field("code")!.Pattern!.IsMatch(text));

    [Fact]
    public void A_resource_says_these_things()
    {
        Assert.Equal("gone_at", Things.SoftDelete?.Name);
        Assert.True(Things.RequireIfMatch);
        Assert.Equal((5, 50), (Things.PageDefault, Things.PageMax));
        Assert.Equal(["state,-changed", "-seen"],
            Things.Indexes.Select(i => string.Join(',', i.Fields.Select(f => (f.Descending ? "-" : "") + f.Field))));
        Assert.Equal(["owner_id", "code"], Things.Uniques[0]);
        Assert.Equal("price", Things.Rules[0].At);
        Assert.Equal([("note", 2.0), ("code", 1.0)], Things.Search!.Fields);
        Assert.Contains("gin(data)", Assert.Single(Everything.Warnings), StringComparison.Ordinal);
        var owners = Everything.Entity("owners")!;
        Assert.Equal(("people", "humans", true), (owners.Table, owners.Was, owners.Deprecation is not null));
        Assert.True(owners.Relation("things")!.Writable);
        Assert.Equal(OnDelete.Cascade, Things.Relation("owner")!.OnDelete);
        Assert.False(Everything.Entity("links")!.HasPath);
    }

    [Fact]
    public void A_relation_through_a_join_resource_knows_both_sides()
    {
        var tags = Everything.Entity("owners")!.Relation("tags")!;
        Assert.Equal("tags", tags.To.Name);
        Assert.Equal("links", tags.Through?.Name);
        Assert.Equal(["owner_id"], tags.ThroughFromFields.Select(f => f.Name));
        Assert.Equal(["tag_id"], tags.ThroughToFields.Select(f => f.Name));
    }

    [Fact]
    public void Server_limits_and_defaults_become_settings() => Assert.Equal(
        ["http.port=8081", "http.bind=127.0.0.1", "http.cors_origins=https://a.example,https://b.example",
            "api.docs=false",
         "http.timeout=5s", "http.max_body=2MiB", "page.default=10", "page.max=100", "query.path_depth_max=3",
         "query.nodes_max=50", "query.time_max=2s"],
        Everything.Settings.Select(s => $"{s.Key}={s.Text}"));

    [Fact]
    public void A_model_of_an_existing_database_keeps_its_names_and_does_not_own_its_tables()
    {
        var model = ModelText.Good(GoodModels.Existing);
        Assert.False(model.OwnsSchema);
        var details = model.Entity("Order Details")!;
        Assert.False(details.Writable);
        Assert.Equal("Orders", details.Relation("Order")?.To.Name);
        Assert.Equal("Order Details", model.Entity("Orders")!.Relation("Order Details")?.To.Name);
        Assert.Null(model.Entity("Totals")!.ViewSql);
    }

    private static string Describe(Field f) => string.Concat(
        TypeText(f.Type),
        f.LengthMin is { } low ? $" length>={low}" : "", f.LengthMax is { } high ? $" length<={high}" : "",
        f.ItemsMax is { } items ? $" items<={items}" : "",
        f.Nullable ? "" : " notnull", f.Required ? " required" : "", f.Unique ? " unique" : "", f.Indexed ? " index"
            : "",
        f.ReadOnly ? " readonly" : "", f.WriteOnly ? " writeonly" : "", f.AutoIncrement ? " auto" : "",
        f.AutoUpdate ? " autoupdate" : "", f.IsVersion ? " version" : "",
        f.Min is { } min ? FormattableString.Invariant($" min={min}") : "",
        f.Max is { } max ? FormattableString.Invariant($" max={max}") : "",
        f.Default is { } value ? $" default={value}" : "", f.ComputedText is { } computed ? $" computed={computed}"
            : "",
        f.Column.Length > 0 && f.Column != f.Name ? $" column={f.Column}" : "", f.Was is { } was ? $" was={was}" : "",
        f.Reference is { } reference ? $" ref={reference}" : "", f.Deprecation is null ? "" : " deprecated");

    private static string TypeText(FieldType type) => type.Kind switch
    {
        FieldKind.Array => $"Array of {TypeText(type.Element!)}",
        FieldKind.Enum => $"Enum({string.Join(',', type.EnumValues)} {type.EnumName})",
        FieldKind.Decimal => $"Decimal({type.Precision},{type.Scale})",
        FieldKind.DateTime when type.Format != DateTimeFormat.Iso => $"DateTime {type.Format}",
        _ => type.Kind + (type.LengthMax is { } length ? $"({length})" : ""),
    };
}
