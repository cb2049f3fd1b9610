using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Tercel.Tests.Repository;

public sealed class ForbiddenWordTests
{
    private static readonly string[] Marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK"];

    [Fact]
    public void Unsafe_code_stays_in_the_listed_files() => Findings.None(
        RepositoryTree.CSharp.Where(f =>
            !RepositoryTree.Table.UnsafeFiles.Any(entry => IsUnder(f.Path, entry))).SelectMany(Unsafe));

    [Fact]
    public void Partial_stays_in_the_listed_files() => Findings.None(
        RepositoryTree.CSharp.Where(f => !RepositoryTree.Table.PartialFiles.Contains(f.Path)).SelectMany(Partial));

    [Fact]
    public void Listed_files_exist_and_need_their_place()
    {
        Assert.All(RepositoryTree.Table.UnsafeFiles, entry =>
            Assert.Contains(RepositoryTree.CSharp, f => IsUnder(f.Path, entry) && Unsafe(f).Any()));
        Assert.All(RepositoryTree.Table.PartialFiles, path => Assert.NotEmpty(Partial(Listed(path))));
    }

    [Fact]
    public void There_are_no_regions() => Findings.None(RepositoryTree.CSharp.SelectMany(Regions));

    [Fact]
    public void No_async_function_returns_void() => Findings.None(RepositoryTree.CSharp.SelectMany(AsyncVoid));

    [Fact]
    public void Nothing_is_left_for_later_in_a_comment() =>
        Findings.None(RepositoryTree.CSharp.SelectMany(LeftForLater));

    [Fact]
    public void The_checks_find_what_they_look_for()
    {
        Assert.Single(Unsafe(Sample("unsafe class C { }")));
        Assert.Single(Partial(Sample("partial class C { }")));
        Assert.Single(Regions(Sample("#region a\n#endregion")));
        Assert.Single(AsyncVoid(Sample("class C { async void F() { } }")));
        Assert.Single(AsyncVoid(Sample("class C { void F() { async void G() { } } }")));
        Assert.Single(LeftForLater(Sample($"// {Marks[0]}: later")));
        Assert.Single(LeftForLater(Sample($"/* {Marks[2]} */")));
    }

    [Fact]
    public void The_checks_pass_over_strings_and_names()
    {
        var file = Sample("class C { string S = \"unsafe partial #region\"; async Task F(int partial) { } // ha\n }");
        Assert.Empty(Unsafe(file));
        Assert.Empty(Partial(file));
        Assert.Empty(Regions(file));
        Assert.Empty(AsyncVoid(file));
        Assert.Empty(LeftForLater(file));
    }

    [Theory]
    [InlineData("src/A/B.cs", "src/A/B.cs", true)]
    [InlineData("src/A/B.cs", "src/A/", true)]
    [InlineData("src/A/B.cs", "src/A", false)]
    [InlineData("src/AB/C.cs", "src/A/", false)]
    public void An_entry_is_a_file_or_a_folder_with_its_slash(string path, string entry, bool listed) =>
        Assert.Equal(listed, IsUnder(path, entry));

    private static bool IsUnder(string path, string entry) =>
        path == entry || (entry.EndsWith('/') && path.StartsWith(entry, StringComparison.Ordinal));

    private static SourceFile Sample(string text) => new("a.cs", text);

    private static SourceFile Listed(string path) => new(path, RepositoryTree.Read(path));

    private static IEnumerable<string> Unsafe(SourceFile file) => Tokens(file, SyntaxKind.UnsafeKeyword);

    private static IEnumerable<string> Partial(SourceFile file) => Tokens(file, SyntaxKind.PartialKeyword);

    private static IEnumerable<string> Tokens(SourceFile file, SyntaxKind kind) =>
        file.Syntax.DescendantTokens()
            .Where(token => token.IsKind(kind)).Select(token => $"{file.At(token)}: {token.Text}");

    private static IEnumerable<string> Regions(SourceFile file) =>
        file.Syntax.DescendantNodes(descendIntoTrivia: true).OfType<RegionDirectiveTriviaSyntax>()
            .Select(region => $"{file.At(region)}: #region");

    private static IEnumerable<string> AsyncVoid(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var (modifiers, returns) = node switch
            {
                MethodDeclarationSyntax method => (method.Modifiers, method.ReturnType),
                LocalFunctionStatementSyntax local => (local.Modifiers, local.ReturnType),
                _ => (default, null),
            };
            if (returns?.ToString() == "void" && modifiers.Any(SyntaxKind.AsyncKeyword))
                yield return $"{file.At(node)}: async void";
        }
    }

    private static IEnumerable<string> LeftForLater(SourceFile file) =>
        file.Syntax.DescendantTrivia(descendIntoTrivia: true)
            .Where(trivia => !trivia.HasStructure && Marks.Any(trivia.ToString().Contains))
            .Select(trivia => $"{file.Path}: {trivia.ToString().Trim()}");
}
