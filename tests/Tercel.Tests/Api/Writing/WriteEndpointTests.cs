using System.Text.Json;
using Xunit;

namespace Tercel.Tests.Api.Writing;

public sealed class WriteEndpointTests
{
    private const string Boot = """{"sku":"B-1","name":"Boot","price":12.50,"category_id":1}""";

    [Fact]
    public async Task A_create_answers_201_with_location_tag_and_the_row()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/products", Boot);
        Assert.Equal((201, "/v1/products/3"), (reply.Status, reply.Headers.Location.ToString()));
        Assert.StartsWith("\"", reply.Headers.ETag.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("""{"id":3,"sku":"B-1","name":"Boot","price":12.50,"stock":0,"status":"draft",""", reply.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_shaped_by_fields_and_embed()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/products?fields=id,name&embed=category(slug)", Boot);
        Assert.Equal("""{"id":3,"name":"Boot","category":{"slug":"shoes"}}""", reply.Body);
    }

    [Fact]
    public async Task A_nested_create_can_show_its_children()
    {
        await using var shop = await WriteShop.Open();
        var body = """{"note":"x","lines":[{"product_id":1,"quantity":2}]}""";
        var reply = await new WriteHttp(shop).Post("/v1/orders?fields=number&embed=lines(line,unit_price)", body);
        Assert.Equal("""{"number":"O-000001","lines":[{"line":1,"unit_price":49.90}]}""", reply.Body);
    }

    [Fact]
    public async Task Many_rows_are_made_together_or_not_at_all()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var before = await shop.Everything();
        var second = Boot.Replace("B-1", "B-2", StringComparison.Ordinal);
        Assert.Equal("422 #/1/price min",
            (await http.Post("/v1/products",
            $"[{Boot},{{\"sku\":\"C\",\"name\":\"c\",\"price\":-1,\"category_id\":1}}]")).Summary);
        Assert.Equal("409 #/1/sku unique", (await http.Post("/v1/products", $"[{Boot},{Boot}]")).Summary);
        Assert.Equal(before, await shop.Everything());
        var reply = await http.Post("/v1/products?fields=id,sku", $"[{Boot},{second}]");
        Assert.Equal((201, """[{"id":3,"sku":"B-1"},{"id":4,"sku":"B-2"}]"""), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task Without_atomic_each_row_has_its_own_result()
    {
        await using var shop = await WriteShop.Open();
        var reply = await new WriteHttp(shop).Post("/v1/products?atomic=false&fields=id", $"[{Boot},{Boot},{{}},7]");
        Assert.Equal(207, reply.Status);
        using var document = JsonDocument.Parse(reply.Body);
        var results = document.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([201, 409, 422, 422], results.Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal("#/2/sku",
            results[2].GetProperty("problem").GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal("3", await shop.Rows("SELECT count(*) FROM products"));
    }

    [Fact]
    public async Task An_upsert_answers_201_then_200()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        Assert.Equal(201, (await http.Post("/v1/products?on_conflict=sku", Boot)).Status);
        Assert.Equal(200, (await http.Post("/v1/products?on_conflict=sku&resolve=merge", Boot)).Status);
        Assert.Equal("412 If-None-Match stale",
            (await http.Post("/v1/products?on_conflict=sku", Boot, ("If-None-Match", "*"))).Summary);
        Assert.Equal("400 on_conflict conflict_target",
            (await http.Post("/v1/products?on_conflict=name", Boot)).Summary);
    }

    [Fact]
    public async Task A_patch_with_the_current_tag_works_once()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var first = await http.Patch("/v1/products/1", "{}");
        var tag = first.Headers.ETag.ToString();
        var second = await http.Patch("/v1/products/1", """{"stock":1}""", ("If-Match", tag));
        Assert.Equal(200, second.Status);
        var third = await http.Patch("/v1/products/1", """{"stock":2}""", ("If-Match", tag));
        Assert.Equal("412 If-Match stale", third.Summary);
        Assert.Equal(second.Headers.ETag.ToString(), third.Headers.ETag.ToString());
        Assert.Equal(200, (await http.Patch("/v1/products/1", """{"stock":2}""", ("If-Match", "*"))).Status);
        Assert.Equal(404, (await http.Patch("/v1/products/99", "{}", ("If-Match", "*"))).Status);
    }

    [Fact]
    public async Task The_tag_of_one_selection_of_fields_guards_a_write_with_another()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var tag = (await http.Patch("/v1/products/1?fields=id", "{}")).Headers.ETag.ToString();
        var version = tag[1..tag.IndexOf('.', StringComparison.Ordinal)];
        Assert.Equal(200, (await http.Patch("/v1/products/1", """{"stock":1}""", ("If-Match", tag))).Status);
        Assert.Equal(412, (await http.Patch("/v1/products/1", """{"stock":2}""", ("If-Match", tag))).Status);
        Assert.Equal(412, (await http.Patch("/v1/products/1", "{}", ("If-Match", $"\"{version}\""))).Status);
    }

    [Fact]
    public async Task A_resource_that_asks_for_a_tag_is_not_changed_without_one()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var refused = await http.Patch("/v1/votes/1", """{"value":4}""");
        Assert.Equal("428 If-Match precondition_required", refused.Summary);
        var tag = refused.Headers.ETag.ToString();
        Assert.Equal(200, (await http.Patch("/v1/votes/1", """{"value":4}""", ("If-Match", tag))).Status);
        Assert.Equal("412 If-Match stale", (await http.Delete("/v1/votes/1", ("If-Match", tag))).Summary);
        Assert.Equal("428 If-Match precondition_required", (await http.Delete("/v1/votes/1")).Summary);
        Assert.Equal("428 #/0 precondition_required",
            (await http.Patch("/v1/votes", """[{"id":1,"value":9}]""")).Summary);
        Assert.Equal("404 not_found", (await http.Delete("/v1/votes/9")).Summary);
        Assert.Equal(204, (await http.Delete("/v1/votes/1", ("If-Match", "*"))).Status);
    }

    [Fact]
    public async Task A_soft_deleted_row_cannot_be_referred_to()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        Assert.Equal("422 #/review_id reference", (await http.Post("/v1/votes", """{"review_id":2}""")).Summary);
        Assert.Equal(201, (await http.Post("/v1/votes", """{"review_id":1}""")).Status);
    }

    [Fact]
    public async Task Limits_hold_at_their_number_and_refuse_one_more()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        string Reviews(int count) => "[" + string.Join(",", Enumerable.Range(0, count)
            .Select(i => $"{{\"product_id\":1,\"author\":\"a{i}\",\"stars\":1}}")) + "]";
        Assert.Equal("422 # too_many_rows", (await http.Post("/v1/reviews", Reviews(1001))).Summary);
        Assert.Equal(201, (await http.Post("/v1/reviews", Reviews(1000))).Status);
        Assert.Equal("409 max max_exceeded", (await http.Patch("/v1/reviews?stars.gte=1", """{"stars":2}""")).Summary);
        Assert.Equal("409 max max_exceeded",
            (await http.Patch("/v1/reviews?stars.gte=1&max=1000", """{"stars":2}""")).Summary);
        Assert.Equal("""{"affected":1001}""",
            (await http.Patch("/v1/reviews?stars.gte=1&max=1001", """{"stars":2}""")).Body);
        Assert.Equal("400 max invalid_value", (await http.Delete("/v1/reviews?stars=2&max=100001")).Summary);
        Assert.Equal("400 max invalid_value", (await http.Delete("/v1/reviews?stars=2&max=0")).Summary);
        string Operations(int count) => "{\"ops\":[" + string.Join(",", Enumerable.Repeat(
            """{"method":"GET","path":"/products/1?fields=id"}""", count)) + "]}";
        Assert.Equal(200, (await http.Post("/v1/batch", Operations(100))).Status);
        Assert.Equal("422 #/ops too_many_rows", (await http.Post("/v1/batch", Operations(101))).Summary);
    }

    [Fact]
    public async Task A_put_replaces_and_creates_only_with_keys_that_clients_choose()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        Assert.Equal(404, (await http.Put("/v1/products/99", Boot)).Status);
        var key = "/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057";
        Assert.Equal(201, (await http.Put(key, """{"note":"a"}""", ("If-None-Match", "*"))).Status);
        Assert.Equal("412 If-None-Match stale",
            (await http.Put(key, """{"note":"b"}""", ("If-None-Match", "*"))).Summary);
        Assert.Equal(200, (await http.Put(key, """{}""")).Status);
        Assert.Equal("O-000001|null", await shop.Rows("SELECT number, note FROM orders"));
    }

    [Fact]
    public async Task Rows_that_the_body_names_get_values_of_their_own()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var reply = await http.Patch("/v1/products", """[{"id":1,"stock":5},{"id":2,"stock":{"$inc":6}}]""");
        Assert.Equal((200, """{"affected":2}"""), (reply.Status, reply.Body));
        Assert.Equal("5\n6", await shop.Rows("SELECT stock FROM products"));
        Assert.Equal("404 #/1 not_found",
            (await http.Patch("/v1/products", """[{"id":1,"stock":9},{"id":99,"stock":9}]""")).Summary);
        Assert.Equal("422 #/1/id required",
            (await http.Patch("/v1/products", """[{"id":1,"stock":9},{"stock":9}]""")).Summary);
        Assert.Equal("422 #/1 duplicate_row",
            (await http.Patch("/v1/products", """[{"id":1,"stock":9},{"id":1,"stock":8}]""")).Summary);
        Assert.Equal("5\n6", await shop.Rows("SELECT stock FROM products"));
    }

    [Fact]
    public async Task A_filter_changes_what_it_matches_up_to_its_bound()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        Assert.Equal("400 filter_required", (await http.Patch("/v1/products?max=5", """{"stock":3}""")).Summary);
        Assert.Equal("409 max max_exceeded",
            (await http.Patch("/v1/products?stock.gte=0&max=1", """{"stock":3}""")).Summary);
        Assert.Equal("7\n0", await shop.Rows("SELECT stock FROM products"));
        var reply = await http.Patch("/v1/products?category.slug=shoes&max=2", """{"stock":{"$inc":3}}""");
        Assert.Equal((200, """{"affected":2}"""), (reply.Status, reply.Body));
        Assert.Equal("10|4\n3|2", await shop.Rows("SELECT stock, version FROM products"));
        var rows = await http.Patch("/v1/products?sku=A-1&fields=id,stock", """{"stock":1}""",
            ("Prefer", "return=representation"));
        Assert.Equal("""[{"id":1,"stock":1}]""", rows.Body);
        Assert.Equal("""{"affected":1}""", (await http.Delete("/v1/products?status=draft")).Body);
        Assert.Equal("400 filter_required", (await http.Delete("/v1/products")).Summary);
        Assert.Equal("400 stok unknown_field", (await http.Delete("/v1/products?stok=1")).Summary);
    }

    [Fact]
    public async Task A_delete_answers_204_then_404()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        Assert.Equal((204, ""), ((await http.Delete("/v1/reviews/1")).Status, ""));
        Assert.Equal("404 not_found", (await http.Delete("/v1/reviews/1")).Summary);
        var shown = await http.Delete("/v1/categories/2?fields=slug", ("Prefer", "return=representation"));
        Assert.Equal((200, """{"slug":"hats"}"""), (shown.Status, shown.Body));
        Assert.Equal("409 referenced", (await http.Delete("/v1/categories/1")).Summary);
    }

    [Fact]
    public async Task Preferences_are_honoured_and_named()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var before = await shop.Everything();
        var dry = await http.Post("/v1/products", Boot, ("Prefer", "tx=rollback"));
        Assert.Equal((201, "tx=rollback"), (dry.Status, dry.Headers["Preference-Applied"].ToString()));
        Assert.Equal(before, await shop.Everything());
        var minimal = await http.Post("/v1/products", Boot, ("Prefer", "return=minimal"));
        Assert.Equal((201, "", "/v1/products/3"), (minimal.Status, minimal.Body, minimal.Headers.Location.ToString()));
        Assert.Equal(204, (await http.Patch("/v1/products/3", """{"stock":1}""", ("Prefer", "return=minimal"))).Status);
        var lenient = await http.Patch("/v1/products/3", """{"stock":2,"colour":"red","created_at":"x"}""",
            ("Prefer", "handling=lenient"));
        Assert.Equal(200, lenient.Status);
        Assert.Equal("400 Prefer preference",
            (await http.Patch("/v1/products/3", "{}", ("Prefer", "handling=strict, retrun=minimal"))).Summary);
        Assert.Equal(200, (await http.Patch("/v1/products/3", "{}", ("Prefer", "wait=10"))).Status);
    }

    [Fact]
    public async Task A_body_of_another_type_or_form_is_refused()
    {
        await using var shop = await WriteShop.Open();
        var http = new WriteHttp(shop);
        var form = await http.Patch("/v1/products/1", "a=1", ("Content-Type", "application/x-www-form-urlencoded"));
        Assert.Equal("415 Content-Type media_type", form.Summary);
        Assert.Equal("application/merge-patch+json, application/json", form.Headers["Accept-Patch"].ToString());
        Assert.Equal(200, (await http.Patch("/v1/products/1", "{}",
            ("Content-Type", "application/merge-patch+json"))).Status);
        Assert.Equal("415 Content-Type media_type",
            (await http.Post("/v1/products", Boot, ("Content-Type", "application/merge-patch+json"))).Summary);
        var malformed = await http.Post("/v1/products", "{\n\"a\": tru}");
        Assert.Equal("400 malformed_json", malformed.Summary);
        Assert.Contains("\"line\":2,\"column\":", malformed.Body, StringComparison.Ordinal);
        Assert.Equal("413 body_too_large", (await http.Post("/v1/products", new string(' ', 1024 * 1024 + 1))).Summary);
        Assert.Equal("400 If-Match header", (await http.Patch("/v1/products?sku=1", "{}", ("If-Match", "*"))).Summary);
        Assert.Equal("400 limit unknown_parameter", (await http.Post("/v1/products?limit=1", Boot)).Summary);
    }
}
