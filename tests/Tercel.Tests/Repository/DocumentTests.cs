using System.Text.RegularExpressions;
using Xunit;

namespace Tercel.Tests.Repository;

public sealed class DocumentTests
{
    private static readonly Regex Fence = new("^(```|~~~).*?^\\1", RegexOptions.Multiline | RegexOptions.Singleline);
    private static readonly Regex InlineCode = new("`[^`\n]*`");
    private static readonly Regex Title = new("^# .+", RegexOptions.Multiline);
    private static readonly Regex Heading = new("^#{1,6} (.+)$", RegexOptions.Multiline);
    private static readonly Regex Link = new(@"\[[^\]]*\]\(([^)\s]+)\)");

    private static IEnumerable<string> Documents => RepositoryTree.Files("", "*.md");

    [Fact]
    public void Every_document_has_one_title() =>
        Findings.None(Documents.SelectMany(path => Titles(path, RepositoryTree.Read(path))));

    [Fact]
    public void Links_inside_the_repository_lead_somewhere() =>
        Findings.None(Documents.SelectMany(path => DeadLinks(path, RepositoryTree.Read(path))));

    [Fact]
    public void Decisions_have_a_number_of_their_own()
    {
        var numbers = RepositoryTree.Files("docs/decisions", "*.md")
            .Select(path => Path.GetFileName(path)[..4]).ToList();
        Assert.All(numbers, number => Assert.Matches("^[0-9]{4}$", number));
        Assert.Equal(numbers.Distinct(), numbers);
    }

    [Theory]
    [InlineData("# One\ntext", 0)]
    [InlineData("text", 1)]
    [InlineData("# One\n# Two", 1)]
    [InlineData("# One\n```\n# a comment in a shell\n```\n", 0)]
    public void A_document_without_exactly_one_title_is_found(string text, int findings) =>
        Assert.Equal(findings, Titles("a.md", text).Count());

    [Theory]
    [InlineData("[a](eng/tidy.json)", 0)]
    [InlineData("[a](https://example.com/nothing)", 0)]
    [InlineData("[a](eng/nothing.json)", 1)]
    [InlineData("![a](eng/nothing.png)", 1)]
    [InlineData("[a](#nowhere)", 1)]
    [InlineData("# Some where!\n[a](#some-where)", 0)]
    [InlineData("`[a](nothing)`", 0)]
    public void A_dead_link_is_found(string text, int findings) =>
        Assert.Equal(findings, DeadLinks("a.md", text).Count());

    private static IEnumerable<string> Titles(string path, string text)
    {
        var count = Title.Count(Fence.Replace(text, ""));
        if (count != 1) yield return $"{path}: {count} titles (lines that start with '# '), needs exactly one";
    }

    private static IEnumerable<string> DeadLinks(string path, string text)
    {
        foreach (Match match in Link.Matches(InlineCode.Replace(Fence.Replace(text, ""), "")))
        {
            var target = match.Groups[1].Value;
            if (target.Contains(':', StringComparison.Ordinal)) continue;
            var (file, anchor) = target.Split('#', 2) is [var left, var right] ? (left, right) : (target, null);
            var folder = Path.Combine(RepositoryTree.Root, Path.GetDirectoryName(path) ?? "");
            var full = file.Length == 0 ? null : Path.Combine(folder, file);
            if (full is not null && !File.Exists(full) && !Directory.Exists(full))
                yield return $"{path}: dead link {target}";
            else if (anchor is not null && !HasAnchor(full is null ? text : File.ReadAllText(full), anchor))
                yield return $"{path}: no heading for {target}";
        }
    }

    private static bool HasAnchor(string text, string anchor) =>
        Heading.Matches(Fence.Replace(text, "")).Any(heading => Anchor(heading.Groups[1].Value) == anchor);

    /// <summary>As GitHub makes an anchor of a heading: lower case, no punctuation, blanks to hyphens.</summary>
    private static string Anchor(string heading) =>
        Regex.Replace(heading.Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');
}
