using System.Text;
using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;
using Xunit;

namespace Tercel.Tests.Api.Writing;

public sealed class WriteValidatorTests
{
    private static readonly ApiModel Shop = WriteShopModel.Build();

    [Fact]
    public void Every_mistake_of_a_body_is_told_at_once()
    {
        Assert.Equal(
            [
                "#/sku pattern", "#/price min", "#/stock type", "#/tags/1 type", "#/nmae unknown_field",
                    "#/version read_only",
                "#/name required", "#/category_id required",
            ],
            Mistakes("products", WriteMode.Create,
                """{"sku":"a b","price":-1,"stock":"many","tags":["x",2],"nmae":"Boot","version":7}"""));
    }

    [Fact]
    public void A_relation_is_written_by_its_column()
    {
        var error = Assert.Single(Read("products", WriteMode.Patch, """{"category":1}""").Errors);
        Assert.Equal(("unknown_field", "category_id"), (error.Code.Name, error.Suggestion));
        Assert.Equal("'category' is a relation; write 'category_id'", error.Detail);
    }

    [Fact]
    public void A_misspelt_field_gets_the_nearest_name()
    {
        var error = Assert.Single(Read("products", WriteMode.Patch, """{"pirce":1}""").Errors);
        Assert.Equal(("#/pirce", "price"), (error.Pointer, error.Suggestion));
    }

    [Fact]
    public void Mistakes_of_children_carry_the_whole_pointer()
    {
        Assert.Equal(
            ["#/lines/0/quantity max", "#/lines/1 type", "#/lines/2/unit_price read_only",
                "#/lines/2/quantity required"],
            Mistakes("orders", WriteMode.Create,
                """{"lines":[{"product_id":1,"quantity":1000},7,{"product_id":1,"unit_price":1}]}"""));
    }

    [Fact]
    public void A_key_in_the_body_must_be_the_one_of_the_url()
    {
        Assert.Equal(["#/id read_only"], Mistakes("products", WriteMode.Patch, """{"id":8}""", SqlValue.Of(7L)));
        Assert.Empty(Mistakes("products", WriteMode.Patch, """{"id":7}""", SqlValue.Of(7L)));
    }

    [Fact]
    public void A_pointer_escapes_what_json_pointer_and_uris_need()
    {
        Assert.Equal(["#/a~1b~0%20c unknown_field"], Mistakes("products", WriteMode.Patch, """{"a/b~ c":1}"""));
    }

    [Fact]
    public void Operators_belong_to_patches_and_to_their_types()
    {
        Assert.Equal(["#/stock type"], Mistakes("orders", WriteMode.Create, """{"note":"x"}""").Concat(
            Mistakes("products", WriteMode.Create,
                """{"sku":"A","name":"B","price":1,"category_id":1,"stock":{"$inc":1}}""")));
        Assert.Equal(["#/stock unknown_operator"], Mistakes("products", WriteMode.Patch, """{"stock":{"$dec":1}}"""));
        Assert.Equal(["#/stock/$inc type"],
            Mistakes("products", WriteMode.Patch, """{"stock":{"$inc":"1"}}""").Select(Uri.UnescapeDataString));
        Assert.Equal(["#/name type"], Mistakes("products", WriteMode.Patch, """{"name":{"$inc":1}}"""));
    }

    [Theory]
    [InlineData("name", "\"\"", null)]
    [InlineData("name", "null", "null")]
    [InlineData("name", "5", "type")]
    [InlineData("name", "\"a\\u0000b\"", "format")]
    [InlineData("tags", "null", null)]
    [InlineData("tags", "[null]", "null")]
    [InlineData("tags", "[\"a\",\"b\",\"c\",\"d\"]", "too_many_items")]
    [InlineData("status", "\"activ\"", "enum")]
    [InlineData("stock", "1.0", null)]
    [InlineData("stock", "1e2", null)]
    [InlineData("stock", "-0", null)]
    [InlineData("stock", "0e999999999", null)]
    [InlineData("stock", "1.5", "type")]
    [InlineData("stock", "1e-400", "type")]
    [InlineData("stock", "9007199254740991", null)]
    [InlineData("stock", "9007199254740992", "range")]
    [InlineData("stock", "1e400", "range")]
    [InlineData("stock", "100000000000000000000000", "range")]
    [InlineData("big", "\"9223372036854775807\"", null)]
    [InlineData("big", "\"-9223372036854775808\"", null)]
    [InlineData("big", "9223372036854775807", null)]
    [InlineData("big", "\"9223372036854775808\"", "range")]
    [InlineData("big", "\"1e3\"", "format")]
    [InlineData("big", "\"\"", "format")]
    [InlineData("price", "12.34", null)]
    [InlineData("price", "12.340", null)]
    [InlineData("price", "1234e-2", null)]
    [InlineData("price", "12.345", "scale")]
    [InlineData("price", "99999999.99", null)]
    [InlineData("price", "100000000", "range")]
    [InlineData("price", "\"12\"", "type")]
    [InlineData("price", "-0", null)]
    [InlineData("weight", "1e308", null)]
    [InlineData("weight", "1e400", "range")]
    [InlineData("weight", "-1e400", "range")]
    [InlineData("weight", "1e-400", null)]
    [InlineData("attrs", "{\"a\":1e400}", "range")]
    [InlineData("attrs", "\"text\"", null)]
    [InlineData("released", "\"2026-02-30\"", "format")]
    [InlineData("released", "\"2026-02-28\"", null)]
    [InlineData("released", "\"now\"", "format")]
    [InlineData("released", "20260228", "type")]
    [InlineData("photo", "\"aGVsbG8=\"", null)]
    [InlineData("photo", "\"aGVsbG8\"", "format")]
    [InlineData("photo", "\"a b\"", "format")]
    [InlineData("category_id", "true", "type")]
    public void A_value_must_fit_its_field(string field, string value, string? code)
    {
        var errors = Read("products", WriteMode.Patch, $"{{\"{field}\":{value}}}").Errors;
        Assert.Equal(code, errors.SingleOrDefault()?.Code.Name);
    }

    [Theory]
    [InlineData("12.50", "12.5")]
    [InlineData("-0.00", "0")]
    [InlineData("1e3", "1000")]
    [InlineData("0.1", "0.1")]
    public void Numbers_are_stored_as_integers_when_they_are_whole(string written, string stored)
    {
        var products = WriteShopModel.Build().Entity("products")?.Field("weight");
        Assert.NotNull(products);
        BodyReader.Read(Encoding.UTF8.GetBytes(written), 3).TryGet(out var document, out _);
        Assert.NotNull(document);
        Assert.Null(WriteReader.Read(document.Root, new FieldType(FieldKind.Decimal) { Precision = 10, Scale = 2 },
            out var value));
        Assert.Equal(stored, value.ToString());
    }

    [Theory]
    [InlineData("a@b.io", true)]
    [InlineData("first.last+tag@mail.example.org", true)]
    [InlineData("jörg@bücher.example", true)]
    [InlineData("a@b", false)]
    [InlineData("@b.io", false)]
    [InlineData("a@@b.io", false)]
    [InlineData("a b@c.io", false)]
    [InlineData("a@b..io", false)]
    [InlineData("a@b.io.", false)]
    public void An_email_has_one_at_sign_and_a_domain(string text, bool valid) =>
        Assert.Equal(valid, TextForms.IsEmail(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("red-shoes-2", true)]
    [InlineData("", false)]
    [InlineData("-red", false)]
    [InlineData("red-", false)]
    [InlineData("red--shoes", false)]
    [InlineData("Red", false)]
    public void A_slug_is_words_joined_by_hyphens(string text, bool valid) =>
        Assert.Equal(valid, TextForms.IsSlug(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void More_rows_than_allowed_are_refused_once()
    {
        var lines = string.Join(",", Enumerable.Repeat("""{"product_id":1,"quantity":1}""", 1001));
        Assert.Equal(["#/lines/999 too_many_rows"], Mistakes("orders", WriteMode.Create, $"{{\"lines\":[{lines}]}}"));
    }

    private static Tercel.Primitives.Result<RowWrite> Read(string entity, WriteMode mode, string json,
        params SqlValue[] key)
    {
        Assert.True(BodyReader.Read(Encoding.UTF8.GetBytes(json), 32).TryGet(out var document, out _));
        var options = new WriteOptions(ApiLimits.Default, WriteShop.Now) { UrlKey = key.Length == 0 ? null : key };
        var found = Shop.Entity(entity);
        Assert.NotNull(found);
        return new WriteValidator(options).ReadOne(document.Root, found, mode);
    }

    private static IEnumerable<string> Mistakes(string entity, WriteMode mode, string json, params SqlValue[] key) =>
        Read(entity, mode, json, key).Errors.Select(e => $"{e.Pointer} {e.Code.Name}");
}
