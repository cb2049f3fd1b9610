using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>Error codes in the code and in <c>docs/reference/errors.md</c> are the same set.</summary>
public sealed class ErrorCodeDocTests
{
    private static IReadOnlyList<ErrorCode> Codes => [.. ProductAssemblies.StaticValues<ErrorCode>().Distinct()];

    private static IReadOnlyList<TableRow> Rows =>
        [.. ReferenceTable.Read("docs/reference/errors.md").Where(row => row.FirstColumn == "code")];

    [Fact]
    public void Codes_are_found() => Assert.NotEmpty(Codes);

    [Fact]
    public void Every_code_is_documented()
    {
        var rows = Rows;
        Findings.None(Codes.Where(code => !rows.Any(row => Names(row, code))).Select(code => code.ToString()));
    }

    [Fact]
    public void Every_documented_code_exists()
    {
        var codes = Codes;
        var unknown = Rows.Where(row => !codes.Any(code => Names(row, code)));
        Findings.None(unknown.Select(row => $"{row.Heading}: {row.Key}"));
    }

    [Fact]
    public void A_code_is_declared_once()
    {
        var names = ProductAssemblies.StaticValues<ErrorCode>().Select(code => code.ToString()).ToList();
        Assert.Equal(names.Distinct().Order(), names.Order());
    }

    [Fact]
    public void A_row_names_a_code_in_full_or_under_the_heading_of_its_area()
    {
        var code = new ErrorCode("query", "unknown_field");
        Assert.True(Names(new TableRow("Anything", "code", "query.unknown_field"), code));
        Assert.True(Names(new TableRow("query", "code", "unknown_field"), code));
        Assert.True(Names(new TableRow("query: reading a list", "code", "unknown_field"), code));
        Assert.False(Names(new TableRow("write", "code", "unknown_field"), code));
        Assert.False(Names(new TableRow("query", "code", "unknown"), code));
    }

    private static bool Names(TableRow row, ErrorCode code) =>
        row.Key == code.ToString() || (row.Key == code.Name && FirstWord(row.Heading) == code.Area);

    private static string FirstWord(string heading) =>
        heading.Trim('`').Split([' ', ':', '(', '`', ','], 2)[0].ToLowerInvariant();
}
