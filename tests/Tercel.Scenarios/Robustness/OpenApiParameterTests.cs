using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Robustness;

/// <summary>Every parameter of every read in the OpenAPI document: a value it allows is answered, another one
/// refused.</summary>
public sealed class OpenApiParameterTests(ReadShopFixture shop, ChinookFixture chinook, TypesFixture types)
{
    [Fact]
    public async Task The_shop_takes_what_its_document_describes() => await Check(await shop.Client());

    [Fact]
    public async Task Chinook_takes_what_its_document_describes() => await Check(await chinook.Client());

    [Fact]
    public async Task All_types_take_what_their_document_describes() => await Check(await types.Client());

    private static async Task Check(ApiClient client)
    {
        var api = await DescribedApi.Read(client);
        var count = 0;
        foreach (var operation in api.Operations)
        {
            if (await api.Fill(operation) is not { } path) continue;
            Accepted(await client.Get(path), path);
            Refused(await client.Get($"{path}?no_such_parameter_=1"), path);
            foreach (var parameter in operation.Parameters.Where(p => p.Place == "query"))
            {
                count++;
                var (valid, invalid) = Values(parameter, api, operation);
                if (valid is not null) Accepted(await client.Get($"{path}?{valid}"), $"{path}?{valid}");
                if (invalid is not null) Refused(await client.Get($"{path}?{invalid}"), $"{path}?{invalid}");
            }
        }

        Assert.True(count > 50, $"only {count} parameters");
    }

    // The parameters whose grammar a schema cannot tell; the rest goes by its schema.
    private static (string? Valid, string? Invalid) Values(
        DescribedParameter parameter, DescribedApi api, DescribedOperation operation)
    {
        var name = parameter.Name;
        var resource = operation.Path.Split('/')[2].Split('.')[0];
        var isSub = operation.Path.Split('/').Length > 4;
        var field = isSub ? null : operation.Fields.Count > 0 ? operation.Fields[0] : api.FieldsOf(resource)[0];
        var embed = isSub ? null : api.EmbedsOf(resource) is [var first, ..] ? first : null;
        return name switch
        {
            "where" => (field is null ? null : $"where={field} is not null", "where=("),
            "sort" => (field is null ? null : $"sort=-{field}", "sort=no_such_field"),
            "fields" => (field is null ? null : $"fields={field}", "fields=no_such_field"),
            "embed" => (embed is null || operation.Path.Contains("{format}", StringComparison.Ordinal) ? null : $"embed={embed}",
                "embed=no_such_relation"),
            "group" => (field is null ? null : $"group={field}", "group=no_such_field"),
            "agg" => ("agg=count", "agg=no_such_function(x)"),
            "having" => ("agg=count&having=count gte 1", "agg=count&having=("),
            "distinct" => (field is null ? null : $"distinct={field}", "distinct=no_such_field"),
            "facets" => (field is null ? null : $"facets={field}", "facets=no_such_field"),
            "cursor" => (null, "cursor=x"),
            "highlight" => (null, "q=x&highlight=no_such_field"),
            "explain" => (null, "explain=maybe"),
            "q" => ("q=x", "q="),
            _ => ($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(parameter.Valid)}",
                parameter.Invalid is { } invalid ? $"{Uri.EscapeDataString(name)}={invalid}" : null),
        };
    }

    private static void Accepted(Reply reply, string request) =>
        Assert.True(reply.Status == 200, $"{request}: {reply.Status}\n{reply.Text}");

    private static void Refused(Reply reply, string request)
    {
        Assert.True(reply.Status is >= 400 and < 500, $"{request}: {reply.Status}\n{reply.Text}");
        Assert.StartsWith("application/problem+json", reply["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(reply.Status, reply.Json.GetProperty("status").GetInt32());
    }
}
