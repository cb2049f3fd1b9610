using Tercel.Api.Schema;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>A field gets another type: what happens to a value that is there.</summary>
public sealed class TypeChangeTests : IAsyncDisposable
{
    private readonly SchemaFixture _db = new();

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Theory]
    [InlineData("text", "'12'", "int", "integer|12")]
    [InlineData("text", "'-12.5'", "decimal(8,2)", "real|-12.5")]
    [InlineData("text", "'1e3'", "float", "real|1000")]
    [InlineData("text", "'true'", "bool", "integer|1")]
    [InlineData("text", "'2026-01-31 10:00:00'", "datetime", "text|2026-01-31T10:00:00.000Z")]
    [InlineData("text", "'2026-01-31T10:00:00+02:00'", "datetime", "text|2026-01-31T08:00:00.000Z")]
    [InlineData("text", "'0196A5C5-0000-7000-8000-00000000000A'", "uuid", "text|0196a5c5-0000-7000-8000-00000000000a")]
    [InlineData("text", "'say \"hi\"'", "json", "text|\"say \\\"hi\\\"\"")]
    [InlineData("text", "'one'", "string[]", "text|[\"one\"]")]
    [InlineData("text", "'b'", "enum(a,b)", "text|b")]
    [InlineData("int", "7", "string(10)", "text|7")]
    [InlineData("int", "7", "decimal(8,2)", "integer|7")]
    [InlineData("int", "7", "float", "real|7")]
    [InlineData("int", "1", "bool", "integer|1")]
    [InlineData("int", "1769853600", "datetime", "text|2026-01-31T10:00:00.000Z")]
    [InlineData("decimal(8,2)", "7", "int", "integer|7")]
    [InlineData("decimal(8,2)", "7.5", "decimal(8,1)", "real|7.5")]
    [InlineData("float", "7.0", "int", "integer|7")]
    [InlineData("bool", "1", "string(5)", "text|true")]
    [InlineData("bool", "0", "json", "text|false")]
    [InlineData("date", "'2026-01-31'", "datetime", "text|2026-01-31T00:00:00.000Z")]
    [InlineData("datetime", "'2026-01-31T00:00:00.000Z'", "date", "text|2026-01-31")]
    [InlineData("enum(a,b)", "'b'", "string(5)", "text|b")]
    [InlineData("int[]", "'[1,2]'", "json", "text|[1,2]")]
    [InlineData("text", "NULL", "int", "null|null")]
    public async Task A_value_that_fits_is_converted(string from, string value, string to, string expected)
    {
        await _db.Become(Things(from));
        await _db.Run($"INSERT INTO things (a) VALUES ({value})");
        await _db.Become(Things(to));
        Assert.Equal(expected, await _db.One("SELECT typeof(a), a FROM things"));
    }

    [Theory]
    [InlineData("text", "'12x'", "int")]
    [InlineData("text", "'9223372036854775808'", "int")]
    [InlineData("text", "''", "float")]
    [InlineData("text", "'[1]'", "float")]
    [InlineData("text", "'yes'", "bool")]
    [InlineData("text", "'yesterday'", "datetime")]
    [InlineData("text", "'2026-02-30'", "date")]
    [InlineData("text", "'2026-02-30 10:00:00'", "datetime")]
    [InlineData("text", "'not-a-uuid'", "uuid")]
    [InlineData("text", "'c'", "enum(a,b)")]
    [InlineData("text", "'nobody'", "email")]
    [InlineData("text", "'abcdef'", "string(5)")]
    [InlineData("int", "2", "bool")]
    [InlineData("decimal(8,2)", "7.25", "int")]
    [InlineData("decimal(8,2)", "7.25", "decimal(8,1)")]
    [InlineData("decimal(8,2)", "123456.5", "decimal(4,2)")]
    [InlineData("datetime", "'2026-01-31T10:00:00.000Z'", "date")]
    [InlineData("json", "'{\"a\":1}'", "int[]")]
    public async Task A_value_that_does_not_fit_blocks(string from, string value, string to)
    {
        await _db.Become(Things(from));
        await _db.Run($"INSERT INTO things (a) VALUES ({value})");
        var plan = await _db.Plan(Things(to));
        var step = plan.Steps.First(s => s.Column == "a");
        Assert.Equal((StepClass.Blocked, 1, "1"), (step.Class, step.Rows, Assert.Single(step.Samples)));
        Assert.False((await _db.TryApply(plan)).IsOk);
    }

    private static string Things(string type) => $"  things:\n    fields:\n      id: int pk auto\n      a: {type}";
}
