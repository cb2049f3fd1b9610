using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Tercel.Tests.Repository;

public sealed class SizeTests
{
    // These lists may shrink, not grow: lower a number when an exception goes away.
    private const int LongFilesPinned = 0;
    private const int LongFunctionsPinned = 0;

    private static readonly SizeTable Small = new()
    {
        FileLinesMax = 3,
        LongFileLinesMax = 5,
        LineCharsMax = 40,
        FunctionLinesMax = 2,
        LongFiles = ["long.cs"],
        LongFunctions = [],
    };

    [Fact]
    public void Files_are_short() => Findings.None(RepositoryTree.CSharp.SelectMany(f => FileLength(f, Sizes)));

    [Fact]
    public void Lines_are_short() => Findings.None(RepositoryTree.CSharp.SelectMany(f => LineLength(f, Sizes)));

    [Fact]
    public void Functions_are_short() =>
        Findings.None(RepositoryTree.CSharp.SelectMany(f => FunctionLength(f, Sizes)));

    [Fact]
    public void The_lists_of_exceptions_do_not_grow() => Assert.Equal(
        (LongFilesPinned, LongFunctionsPinned),
        (Sizes.LongFiles.Count, Sizes.LongFunctions.Count));

    [Fact]
    public void A_file_one_line_past_the_limit_is_found()
    {
        Assert.Empty(FileLength(new SourceFile("a.cs", "1\n2\n3\n"), Small));
        Assert.Single(FileLength(new SourceFile("a.cs", "1\n2\n3\n4\n"), Small));
    }

    [Fact]
    public void A_listed_file_has_a_limit_too()
    {
        Assert.Empty(FileLength(new SourceFile("long.cs", "1\n2\n3\n4\n5\n"), Small));
        Assert.Single(FileLength(new SourceFile("long.cs", "1\n2\n3\n4\n5\n6\n"), Small));
    }

    [Fact]
    public void A_line_one_character_past_the_limit_is_found()
    {
        Assert.Empty(LineLength(new SourceFile("a.cs", new string('/', 40)), Small));
        Assert.Equal(["a.cs:2: 41 characters"], LineLength(new SourceFile("a.cs", "\n" + new string('/', 41)), Small));
    }

    [Fact]
    public void Strings_do_not_count_in_tests_and_code_does()
    {
        var row = $"[Row(\"{new string('x', 60)}\")]class A;";
        Assert.Empty(LineLength(new SourceFile("tests/a.cs", row), Small));
        Assert.Single(LineLength(new SourceFile("src/a.cs", row), Small));
        Assert.Single(LineLength(new SourceFile("tests/a.cs", $"class {new string('A', 41)};"), Small));
    }

    [Fact]
    public void A_long_line_inside_a_string_is_fine()
    {
        var text = $"class C {{ string S = \"\"\"\n{new string('x', 50)}\n\"\"\"; }}";
        Assert.Empty(LineLength(new SourceFile("a.cs", text), Small));
    }

    [Theory]
    [InlineData("class C { void F()\n{ } }", 0)]
    [InlineData("class C { void F()\n{\n} }", 1)]
    [InlineData("class C { C()\n{\n} }", 1)]
    [InlineData("class C { [A]\n[B]\n[C]\nvoid F()\n{ } }", 0)]
    [InlineData("class C { int P { get\n{ return\n1; } } }", 1)]
    [InlineData("class C { void F() { void G()\n{\n} } }", 2)]
    [InlineData("class C { string F() => \"\"\"\n{\n\"\"\"; }", 1)]
    public void A_function_past_the_limit_is_found(string text, int findings) =>
        Assert.Equal(findings, FunctionLength(new SourceFile("a.cs", text), Small).Count());

    private static SizeTable Sizes => RepositoryTree.Table.Sizes;

    private static IEnumerable<string> FileLength(SourceFile file, SizeTable sizes)
    {
        var lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        var limit = sizes.LongFiles.Contains(file.Path) ? sizes.LongFileLinesMax : sizes.FileLinesMax;
        if (lines > limit) yield return $"{file.Path}: {lines} lines, at most {limit}";
    }

    private static IEnumerable<string> LineLength(SourceFile file, SizeTable sizes) =>
        file.Text.Split('\n')
            .Select((line, index) => (Length: line.TrimEnd('\r').Length, Index: index))
            .Where(line => line.Length > sizes.LineCharsMax && !IsInsideText(file, line.Index))
            .Select(line => (Length: line.Length - TestText(file, line.Index), line.Index))
            .Where(line => line.Length > sizes.LineCharsMax)
            .Select(line => $"{file.Path}:{line.Index + 1}: {line.Length} characters");

    /// <summary>Characters of the strings of a line of tests: a URL, an SQL statement or a body reads best in one
    /// piece, and a table of them row by row.</summary>
    private static int TestText(SourceFile file, int line)
    {
        if (!file.Path.StartsWith("tests/", StringComparison.Ordinal)) return 0;
        var span = file.Syntax.GetText().Lines[line].Span;
        return file.Syntax.DescendantTokens(span)
            .Where(t => t.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken)
            .Sum(t => t.Span.Intersection(span)?.Length ?? 0);
    }

    /// <summary>A line of a string over several lines cannot be broken without changing the string.</summary>
    private static bool IsInsideText(SourceFile file, int line)
    {
        var start = file.Syntax.GetText().Lines[line].Start;
        var token = file.Syntax.FindToken(start);
        return token.SpanStart < start && token.Span.End > start;
    }

    private static IEnumerable<string> FunctionLength(SourceFile file, SizeTable sizes)
    {
        foreach (var function in file.Syntax.DescendantNodes().Where(IsFunction))
        {
            var span = function.SyntaxTree.GetLineSpan(TextSpan.FromBounds(Start(function), function.Span.End));
            var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (lines <= sizes.FunctionLinesMax) continue;
            if (sizes.LongFunctions.Contains($"{file.Path}:{Name(function)}")) continue;
            yield return $"{file.At(function)}: {Name(function)} has {lines} lines, at most {sizes.FunctionLinesMax}";
        }
    }

    /// <summary>Behind the attributes: rows of test data are no code of the function.</summary>
    private static int Start(SyntaxNode function)
    {
        var attributes = function.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault();
        return attributes?.GetLastToken().GetNextToken().SpanStart ?? function.SpanStart;
    }

    private static bool IsFunction(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax;

    private static string Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
