using System.Text.Json;
using Tercel.Api.Model;
using Tercel.Api.OpenApi;
using Xunit;

namespace Tercel.Tests.Api.OpenApi;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public void Every_reference_leads_to_a_component()
    {
        var document = Document();
        var broken = References(document).Where(r => !Exists(document, r)).Distinct().ToList();
        Assert.Empty(broken);
    }

    [Fact]
    public void Each_field_and_operator_is_a_named_parameter()
    {
        var parameters = Document().GetProperty("components").GetProperty("parameters");
        Assert.Equal("price.lt", parameters.GetProperty("order_items.price.lt").GetProperty("name").GetString());
        Assert.Equal("price", parameters.GetProperty("order_items.price.eq").GetProperty("name").GetString());
        Assert.Equal("limit.eq", parameters.GetProperty("order_items.limit.eq").GetProperty("name").GetString());
    }

    [Fact]
    public void Operation_ids_are_unique()
    {
        var ids = Document().GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Value.ValueKind == JsonValueKind.Object)
            .Select(operation => operation.Value.GetProperty("operationId").GetString())
            .ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void A_write_only_field_is_in_the_create_schema_and_nowhere_in_rows_or_filters()
    {
        var components = Document().GetProperty("components");
        var schemas = components.GetProperty("schemas");
        Assert.False(schemas.GetProperty("customers").GetProperty("properties").TryGetProperty("password", out _));
        Assert.True(schemas.GetProperty("customers.create").GetProperty("properties")
            .TryGetProperty("password", out _));
        Assert.DoesNotContain(components.GetProperty("parameters").EnumerateObject(), p => p.Name.Contains("password"));
    }

    [Fact]
    public void A_composite_key_is_one_path_segment_with_all_parts()
    {
        Assert.True(Document().GetProperty("paths").TryGetProperty("/v1/order%20items/{customer_id},{line}", out _));
    }

    [Fact]
    public void A_read_only_api_has_no_write_operations_and_no_unused_components()
    {
        var document = Document(writable: false);
        Assert.All(
            document.GetProperty("paths").EnumerateObject()
                .Where(p => !p.Name.EndsWith("/query", StringComparison.Ordinal)),
            path => Assert.DoesNotContain(path.Value.EnumerateObject(), o => o.Name is "post"
                or "patch" or "put" or "delete"));
        var used = References(document).ToHashSet();
        foreach (var section in document.GetProperty("components").EnumerateObject())
            foreach (var component in section.Value.EnumerateObject())
                Assert.Contains($"#/components/{section.Name}/{component.Name}", used);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Regular_expressions_are_described_where_they_are_allowed(bool isAllowed)
    {
        var parameters = Document(limits: ApiLimits.Default with { AllowsRegex = isAllowed })
            .GetProperty("components").GetProperty("parameters");
        Assert.Equal(isAllowed, parameters.EnumerateObject().Any(p => p.Name.EndsWith(".regex")));
    }

    private static JsonElement Document(bool writable = true, ApiLimits? limits = null)
    {
        var bytes = OpenApiDocument.Write(Shop(writable), limits ?? ApiLimits.Default);
        return JsonDocument.Parse(bytes).RootElement;
    }

    private static ApiModel Shop(bool writable)
    {
        var customers = new Entity { Name = "customers", Table = "customers", Writable = writable };
        var customerId = new Field { Name = "id", Column = "id", Type = FieldType.Int, AutoIncrement = true };
        customers.SetFields(
            [
                customerId,
                new Field { Name = "name", Column = "name", Type = FieldType.Text, Required = true, Nullable = false },
                new Field { Name = "password", Column = "password", Type = FieldType.Text, WriteOnly = true },
            ],
            [customerId]);
        var items = new Entity { Name = "order items", Table = "order items", Writable = writable };
        var owner = new Field { Name = "customer_id", Column = "customer_id", Type = FieldType.Int, Nullable = false };
        var line = new Field { Name = "line", Column = "line", Type = FieldType.Int, Nullable = false };
        var price = new Field
        {
            Name = "price",
            Column = "price",
            Type = new FieldType(FieldKind.Decimal) { Precision = 10, Scale = 2 },
            Min = 0,
        };
        items.SetFields([owner, line, price, new Field { Name = "limit", Column = "limit", Type = FieldType.Int }],
            [owner, line]);
        var toCustomer = new Relation
        {
            Name = "customer", Kind = RelationKind.ToOne, From = items, To = customers, FromFields = [owner],
                ToFields = [customerId],
        };
        var toItems = new Relation
        {
            Name = "items", Kind = RelationKind.ToMany, From = customers, To = items, FromFields = [customerId],
                ToFields = [owner],
        };
        items.SetRelations([toCustomer]);
        customers.SetRelations([toItems]);
        return new ApiModel("shop", [customers, items]);
    }

    private static bool Exists(JsonElement document, string reference)
    {
        var parts = reference["#/components/".Length..].Split('/', 2);
        return document.GetProperty("components").TryGetProperty(parts[0], out var section)
            && section.TryGetProperty(parts[1], out _);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.Name == "$ref" && p.Value.ValueKind == JsonValueKind.String
                ? [p.Value.GetString() ?? ""]
                : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
