using System.Reflection;
using Tercel.Api.Model;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Model;

public sealed class ModelErrorTests
{
    public static TheoryData<BadModel> Rows => [.. BadModels.All];

    [Theory]
    [MemberData(nameof(Rows), DisableDiscoveryEnumeration = true)]
    public void A_mistake_is_told_with_its_place_and_what_was_meant(BadModel bad)
    {
        var errors = ModelText.Load(bad.Text).Errors;
        var found = errors.Select(Text).ToList();
        Assert.True(found.Contains(bad.Expected), $"{bad.Text}\nexpected {bad.Expected}\nfound\n"
            + string.Join('\n', errors.Select(e => Text(e) + ": " + e.Detail)));
        Assert.True(found.Count == 1, "more than one error:\n"
            + string.Join('\n', errors.Select(e => Text(e) + ": " + e.Detail)));
    }

    [Fact]
    public void Every_code_has_a_row()
    {
        var codes = typeof(ModelErrors).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(f => f.GetValue(null)).OfType<ErrorCode>().Select(c => c.ToString());
        var tested = BadModels.All.Select(b => b.Expected.Split(' ')[1]).Append("model.limit");
        Assert.Empty(codes.Except(tested));
    }

    [Fact]
    public void All_mistakes_of_all_files_are_told_at_once_in_the_order_of_the_files()
    {
        var errors = ModelText.Load(
        [
            ("a.yaml",
                "api: 1\ndatabase: sqlite:x\ninclude: b.yaml\nresources:\n  a:\n    fields:\n"
                + "      id: in pk\n      b: ref(c)\n"),
            ("b.yaml", "name: x\nresources:\n  b:\n    fields:\n      id: int pk\n      e: enum(missing)\n"),
        ]).Errors;
        Assert.Equal(
            ["a.yaml 7:11 model.unknown_type -> int", "a.yaml 8:10 model.unknown_name -> a",
                "b.yaml 1:1 model.unknown_key",
             "b.yaml 6:15 model.unknown_name"],
            errors.Select(e => $"{Path.GetFileName(e.File)} {Text(e)}"));
    }

    [Fact]
    public void The_text_for_people_shows_the_line_with_a_caret_and_the_suggestion()
    {
        Error[] errors =
        [
            new Error(ModelErrors.UnknownType, "no type 'strng'") { File = "m.yaml", Line = 2, Column = 6,
                Suggestion = "string" },
        ];
        Assert.Equal(
            """
            m.yaml:2:6: no type 'strng' [model.unknown_type]
                2 |   a: strng
                  |      ^
              did you mean: string

            1 error

            """,
            ModelErrorsText.Render(errors, _ => ["fields:", "  a: strng"]), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_password_in_a_refused_database_address_is_not_shown()
    {
        var text = string.Join('\n', BadModels.Files.Where(b => b.Text.Contains("secret", StringComparison.Ordinal))
            .SelectMany(b => ModelText.Load(b.Text).Errors).Select(e => e.Detail + e.Suggestion));
        Assert.NotEmpty(text);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static string Text(Error error) =>
        $"{error.Line}:{error.Column} {error.Code}{(error.Suggestion is { } s ? " -> " + s : "")}";
}
