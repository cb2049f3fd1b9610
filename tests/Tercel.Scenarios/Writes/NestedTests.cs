using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>Rows written together with their children, in one transaction.</summary>
public sealed class NestedTests(WriteLab lab)
{
    private const string TwoLines = """{"product_id":1,"quantity":2},{"product_id":2,"quantity":1}""";
    private const string LineOfNothing = """{"product_id":99999,"quantity":1}""";

    [Fact]
    public async Task Children_are_made_and_numbered_with_their_parent()
    {
        var shop = await lab.Shop();
        var user = await CreateTests.User(shop);

        var order = (await shop.Post(
            "/v1/orders?embed=lines",
            $$"""{"customer_id":"{{user}}","lines":[{{TwoLines}}]}""")).Expect(201);

        Assert.Equal(["1:1x2", "2:2x1"], Lines(order));
        Assert.Equal(order.Text, (await shop.Get($"{order["Location"]}?embed=lines")).Expect(200).Text);
    }

    [Fact]
    public async Task A_mistake_in_a_child_points_into_the_body_and_makes_nothing()
    {
        var shop = await lab.Shop();
        var user = await CreateTests.User(shop);

        var invalid = await shop.Post(
            "/v1/orders",
            $$"""{"customer_id":"{{user}}","nte":1,"lines":[{"product_id":1,"quantity":0},{"product":2}]}""");
        var missing = await shop.Post(
            "/v1/orders",
            $$"""{"customer_id":"{{user}}","lines":[{"product_id":1,"quantity":1},{{LineOfNothing}}]}""");

        Assert.Equal(422, invalid.Status);
        foreach (var mistake in new[]
            {
                "#/lines/0/quantity min", "#/lines/1/product unknown_field", "#/lines/1/product_id required",
                "#/lines/1/quantity required", "#/nte unknown_field",
            })
            Assert.Contains(mistake, invalid.Summary(), StringComparison.Ordinal);
        Assert.Equal("422 #/lines/1/product_id reference", missing.Summary());
        Assert.Empty((await shop.Get($"/v1/orders?customer_id={user}")).Expect(200).Items);
    }

    [Fact]
    public async Task A_patch_replaces_the_children_as_a_whole()
    {
        var shop = await lab.Shop();
        var user = await CreateTests.User(shop);
        var order = (await shop.Post(
            "/v1/orders",
            $$"""{"customer_id":"{{user}}","lines":[{{TwoLines}}]}""")).Expect(201);
        var path = $"{order["Location"]}?embed=lines";

        var kept = (await shop.Patch(path, """{"note":"x"}""")).Expect(200);
        var changed = (await shop.Patch(
            path, """{"lines":[{"line":2,"product_id":2,"quantity":9},{"product_id":3,"quantity":1}]}""")).Expect(200);
        var emptied = (await shop.Patch(path, """{"lines":[]}""")).Expect(200);

        Assert.Equal(["1:1x2", "2:2x1"], Lines(kept));
        Assert.Equal(["2:2x9", "3:3x1"], Lines(changed));
        Assert.Empty(Lines(emptied));
    }

    [Fact]
    public async Task Only_relations_that_the_model_opens_can_be_written()
    {
        var shop = await lab.Shop();

        var reply = await shop.Patch("/v1/products/1", """{"reviews":[]}""");

        Assert.Equal("422 #/reviews unknown_field", reply.Summary());
    }

    [Fact]
    public async Task Deleting_the_parent_deletes_the_children_that_cascade()
    {
        var shop = await lab.Shop();
        var user = await CreateTests.User(shop);
        var order = (await shop.Post(
            "/v1/orders", $$"""{"customer_id":"{{user}}","lines":[{"product_id":1,"quantity":2}]}""")).Expect(201);

        var referenced = await shop.Delete($"/v1/users/{user}");
        (await shop.Delete(order["Location"] ?? "")).Expect(204);
        (await shop.Delete($"/v1/users/{user}")).Expect(204);

        Assert.Equal("409 referenced", referenced.Summary());
        Assert.Contains("orders", referenced.Text, StringComparison.Ordinal);
    }

    private static string[] Lines(Reply order) =>
        [.. order.Json.GetProperty("lines").EnumerateArray().Select(Line).Order(StringComparer.Ordinal)];

    private static string Line(JsonElement line) =>
        $"{line.GetProperty("line")}:{line.GetProperty("product_id")}x{line.GetProperty("quantity")}";
}
