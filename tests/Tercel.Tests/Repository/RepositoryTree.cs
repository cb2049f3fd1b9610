using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>The checked-out sources, found from where the tests run.</summary>
internal static class RepositoryTree
{
    private static readonly string[] SourceFolders = ["src", "tests", "bench"];
    // What builds make, and the benchmark's peers, which are not our code.
    private static readonly string[] ForeignFolders =
        ["artifacts", "node_modules", "bin", "obj", "results", "peers", ".git"];

    public static string Root { get; } = FindRoot();

    public static TidyTable Table { get; } = JsonSerializer.Deserialize<TidyTable>(
        File.ReadAllText(Path.Combine(Root, "eng", "tidy.json")), JsonSerializerOptions.Web)
        ?? throw new InvalidDataException("eng/tidy.json is empty");

    public static IReadOnlyList<SourceFile> CSharp { get; } =
        [.. SourceFolders.SelectMany(folder => Files(folder, "*.cs")).Select(path => new SourceFile(path, Read(path)))];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths from the root with forward slashes, sorted, without foreign folders.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        if (!Directory.Exists(start)) return [];
        return Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => ForeignFolders.Contains(part)))
            .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tercel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Tercel.slnx above the test program");
    }
}

/// <summary>One C# file: its path from the root, its text, and its syntax when a check asks for it.</summary>
internal sealed class SourceFile(string path, string text)
{
    private SyntaxNode? _syntax;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public SyntaxNode Syntax => _syntax ??= CSharpSyntaxTree.ParseText(
        Text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();

    public string At(SyntaxNode node) => At(node.GetLocation());

    public string At(SyntaxToken token) => At(token.GetLocation());

    private string At(Location location) => $"{Path}:{location.GetLineSpan().StartLinePosition.Line + 1}";
}

internal static class Findings
{
    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        if (all.Count > 0) Assert.Fail(string.Join('\n', [$"{all.Count} findings:", .. all]));
    }
}
