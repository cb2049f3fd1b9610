using System.Globalization;
using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>POST of one row: the answer, the defaults, and the forms of every type.</summary>
public sealed class CreateTests(WriteLab lab)
{
    [Fact]
    public async Task A_create_answers_with_location_and_tag_and_the_row_that_GET_then_gives()
    {
        var shop = await lab.Shop();
        var sku = $"NEW-{lab.Unused()}";

        var made = (await shop.Post(
            "/v1/products", $$"""{"sku":"{{sku}}","name":"Boot","price":80,"category_id":1,"tags":["a"]}"""))
                .Expect(201);
        var read = (await shop.Get(made["Location"] ?? "")).Expect(200);

        Assert.Equal(made.Text, read.Text);
        Assert.Equal(made["ETag"], read["ETag"]);
        Assert.StartsWith("\"", made["ETag"], StringComparison.Ordinal);
        Assert.StartsWith("application/json", made["Content-Type"], StringComparison.Ordinal);
        Assert.Equal($"/v1/products/{made.Json.GetProperty("id")}", made["Location"]);
        Assert.Contains("\"price\":80.00,\"stock\":0,\"status\":\"draft\"", made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_has_the_shape_that_fields_and_embed_ask_for()
    {
        var shop = await lab.Shop();

        var made = (await shop.Post(
            "/v1/products?fields=sku&embed=category(id)",
            $$"""{"sku":"SH-{{lab.Unused()}}","name":"x","price":1,"category_id":1}""")).Expect(201);

        Assert.Equal(["sku", "category"], made.Json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(1, made.Json.GetProperty("category").GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Defaults_are_made_by_the_server()
    {
        var shop = await lab.Shop();
        var user = await User(shop);

        var first = await Order(shop, user);
        var second = await Order(shop, user);

        var (a, b) = (first.GetProperty("id").GetGuid(), second.GetProperty("id").GetGuid());
        Assert.Equal((7, 7), (a.Version, b.Version));
        Assert.True(string.CompareOrdinal(a.ToString(), b.ToString()) < 0, $"{a} sorts before {b}");
        Assert.Matches("^O-[0-9]{6,}$", first.GetProperty("number").GetString());
        Assert.True(string.CompareOrdinal(
            first.GetProperty("number").GetString(), second.GetProperty("number").GetString()) < 0);
        Assert.Equal("cart", first.GetProperty("status").GetString());
        var age = DateTimeOffset.UtcNow - first.GetProperty("created_at").GetDateTimeOffset();
        Assert.InRange(age.TotalSeconds, -5, 60);
    }

    [Fact]
    public async Task A_default_can_be_the_value_of_a_row_that_is_referred_to()
    {
        var shop = await lab.Shop();
        var user = await User(shop);
        var price = (await shop.Get("/v1/products/5")).Expect(200).Json.GetProperty("price").GetDecimal();

        var order = (await shop.Post(
            "/v1/orders?embed=lines",
                $$"""{"customer_id":"{{user}}","lines":[{"product_id":5,"quantity":2}]}""")).Expect(201);

        var line = order.Json.GetProperty("lines")[0];
        Assert.Equal(price, line.GetProperty("unit_price").GetDecimal());
        Assert.Equal(1, line.GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("\"amount\":1e1", "amount", "10")]
    [InlineData("\"amount\":7.0", "amount", "7")]
    [InlineData("\"price\":0.1", "price", "0.10")]
    [InlineData("\"price\":999999.99", "price", "999999.99")]
    [InlineData("\"ratio\":1e-7", "ratio", "1E-07")]
    [InlineData("\"ratio\":0.1", "ratio", "0.1")]
    [InlineData("\"big\":\"9223372036854775807\"", "big", "\"9223372036854775807\"")]
    [InlineData("\"big\":-9223372036854775808", "big", "\"-9223372036854775808\"")]
    [InlineData("\"ok\":false", "ok", "false")]
    [InlineData("\"kind\":\"rare\"", "kind", "\"rare\"")]
    [InlineData("\"mail\":\"a.b+c@example.org\"", "mail", "\"a.b+c@example.org\"")]
    [InlineData("\"token\":\"01890A5D-AC96-774B-BCCE-B302099A8057\"", "token",
        "\"01890a5d-ac96-774b-bcce-b302099a8057\"")]
    [InlineData("\"at\":\"2026-01-31T23:59:59+02:00\"", "at", "\"2026-01-31T21:59:59Z\"")]
    [InlineData("\"at\":\"2026-01-31T23:59:59.5\"", "at", "\"2026-01-31T23:59:59.500Z\"")]
    [InlineData("\"day\":\"2024-02-29\"", "day", "\"2024-02-29\"")]
    [InlineData("\"hour\":\"23:59:59\"", "hour", "\"23:59:59\"")]
    [InlineData("\"data\":{\"b\": [1, null, {\"\\u0000é\": 1e2}], \"a\": \"\\ud83d\\ude00\"}", "data", null)]
    [InlineData("\"data\":null", "data", "null")]
    [InlineData("\"data\":\"text\"", "data", "\"text\"")]
    [InlineData("\"words\":[\"a\",\"é😀\"]", "words", null)]
    [InlineData("\"words\":[]", "words", "[]")]
    [InlineData("\"pic\":\"AAEC/w==\"", "pic", "\"AAEC/w==\"")]
    [InlineData("\"pic\":\"\"", "pic", "\"\"")]
    [InlineData("\"shelf_id\":null", "shelf_id", "null")]
    public async Task Each_type_comes_back_as_it_was_sent(string member, string name, string? expected)
    {
        var client = await lab.Lab();
        using var sent = JsonDocument.Parse($"{{{member}}}");

        var read = (await client.Get(await lab.Thing(member))).Expect(200).Json.GetProperty(name);

        if (expected is null)
            Assert.True(JsonElement.DeepEquals(sent.RootElement.GetProperty(name), read), read.GetRawText());
        else if (expected == "1E-07") Assert.Equal(1e-7, read.GetDouble());
        else Assert.Equal(expected, read.GetRawText());
    }

    [Theory]
    [InlineData("12345678901234567890123")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("1e2")]
    public async Task Numbers_inside_json_keep_their_digits(string number)
    {
        var client = await lab.Lab();

        var path = await lab.Thing($"\"data\":{{\"n\":{number}}}");

        Assert.Equal($"{{\"n\":{number}}}", (await client.Get(path)).Json.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_row_is_not_sent_again_to_who_has_it()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        var tag = (await client.Get(path))["ETag"] ?? "";

        Assert.Empty((await client.Get(path, ("If-None-Match", tag))).Expect(304).Body);
        (await client.Patch(path, """{"amount":1}""")).Expect(200);
        (await client.Get(path, ("If-None-Match", tag))).Expect(200);
    }

    [Fact]
    public async Task A_write_only_field_is_kept_and_never_shown()
    {
        var client = await lab.Lab();

        var path = await lab.Thing("\"secret\":\"hush\"");

        Assert.DoesNotContain("secret", (await client.Get(path)).Expect(200).Text, StringComparison.Ordinal);
        var id = path[(path.LastIndexOf('/') + 1)..];
        var stored = await DirectSql.Scalar(lab.Database, $"select secret from things where id = {id}");
        Assert.Equal("hush", stored.GetString());
        (await client.Get("/v1/things?secret=hush")).Expect(400);
        (await client.Get("/v1/things?sort=secret")).Expect(400);
        (await client.Get("/v1/things?fields=secret")).Expect(400);
        (await client.Get("/v1/things?group=secret&agg=count")).Expect(400);
    }

    [Fact]
    public async Task Rows_with_a_composite_key_have_an_address()
    {
        var client = await lab.Lab();
        var shelves = new List<int>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var shelf = (await client.Post("/v1/shelves", $$"""{"code":"c{{lab.Unused()}}"}""")).Expect(201);
            shelves.Add(shelf.Json.GetProperty("id").GetInt32());
        }

        var made = (await client.Post(
            "/v1/pairs", $$"""{"left_id":{{shelves[0]}},"right_id":{{shelves[1]}},"weight":1}""")).Expect(201);

        Assert.Equal($"/v1/pairs/{shelves[0]},{shelves[1]}", made["Location"]);
        Assert.Equal(made.Text, (await client.Get(made["Location"] ?? "")).Expect(200).Text);
        (await client.Patch(made["Location"] ?? "", """{"weight":2}""")).Expect(200);
        (await client.Delete(made["Location"] ?? "")).Expect(204);
        (await client.Get(made["Location"] ?? "")).Expect(404);
    }

    [Fact]
    public async Task A_key_that_the_database_numbers_may_be_chosen_once()
    {
        var client = await lab.Lab();
        var id = 5_000_000 + int.Parse(lab.Unused(), CultureInfo.InvariantCulture);

        var made = (await client.Post("/v1/counters", $$"""{"id":{{id}}}""")).Expect(201);

        Assert.Equal($"/v1/counters/{id}", made["Location"]);
        Assert.Equal("409 #/id unique", (await client.Post("/v1/counters", $$"""{"id":{{id}}}""")).Summary());
    }

    internal static async Task<string> User(ApiClient shop)
    {
        var mail = $"u{Guid.CreateVersion7():N}@example.org";
        var user = (await shop.Post("/v1/users", $$"""{"email":"{{mail}}","name":"U"}""")).Expect(201);
        return user.Json.GetProperty("id").GetString() ?? "";
    }

    private static async Task<JsonElement> Order(ApiClient shop, string user) =>
        (await shop.Post("/v1/orders", $$"""{"customer_id":"{{user}}"}""")).Expect(201).Json;
}
