using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>Inside a project the compiler does not guard folders; the table in <c>eng/tidy.json</c> does.</summary>
public sealed class FolderDirectionTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string[]>> Sample = new()
    {
        ["P"] = new Dictionary<string, string[]> { ["Low"] = [], ["High"] = ["Low"] },
    };

    [Fact]
    public void Folders_use_only_what_the_table_allows() =>
        Findings.None(Violations(RepositoryTree.CSharp, RepositoryTree.Table.Folders));

    [Fact]
    public void Folders_that_the_table_allows_are_in_the_table() =>
        Assert.All(RepositoryTree.Table.Folders, project => Assert.All(project.Value, folder =>
            Assert.All(folder.Value, used => Assert.Contains(used, project.Value.Keys))));

    [Fact]
    public void A_using_against_the_direction_is_found() => Assert.Equal(
        ["src/P/Low/A.cs:1: Low may not use High"],
        Violations([new SourceFile("src/P/Low/A.cs", "using P.High; namespace P.Low;")], Sample));

    [Fact]
    public void A_using_along_the_direction_is_fine() => Assert.Empty(
        Violations([new SourceFile("src/P/High/A.cs", "using P.Low; namespace P.High;")], Sample));

    [Fact]
    public void A_qualified_name_against_the_direction_is_found() => Assert.Single(Violations(
        [
            new SourceFile("src/P/Low/A.cs", "namespace P.Low; class A { object F() => High.B.Make(); }"),
            new SourceFile("src/P/High/B.cs", "namespace P.High; static class B { public static object Make() => 1; }"),
        ],
        Sample));

    [Fact]
    public void A_member_that_is_named_as_a_folder_is_no_violation() => Assert.Empty(Violations(
        [new SourceFile("src/P/Low/A.cs", "namespace P.Low; class A { A High; int F() => High.Length; int Length; }")],
        Sample));

    [Fact]
    public void A_folder_that_is_not_in_the_table_is_found() => Assert.Equal(
        ["src/P/New/A.cs: folder New of P is not in eng/tidy.json"],
        Violations([new SourceFile("src/P/New/A.cs", "namespace P.New;")], Sample));

    private static IEnumerable<string> Violations(
        IEnumerable<SourceFile> files, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> table)
    {
        var placed = files.Select(file => (File: file, Parts: file.Path.Split('/')))
            .Where(f => f.Parts.Length > 3 && f.Parts[0] == "src" && table.ContainsKey(f.Parts[1]))
            .Select(f => (f.File, Project: f.Parts[1], Folder: f.Parts[2]))
            .ToList();
        var types = placed.ToLookup(f => (f.Project, f.Folder), f => f.File)
            .ToDictionary(group => group.Key, group => group.SelectMany(TypeNames).ToHashSet());
        foreach (var (file, project, folder) in placed)
        {
            if (!table[project].TryGetValue(folder, out var allowed))
            {
                yield return $"{file.Path}: folder {folder} of {project} is not in eng/tidy.json";
                continue;
            }

            foreach (var (used, place) in UsedFolders(file, project, types).Distinct())
            {
                if (used != folder && table[project].ContainsKey(used) && !allowed.Contains(used))
                    yield return $"{place}: {folder} may not use {used}";
            }
        }
    }

    private static IEnumerable<string> TypeNames(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text);

    /// <summary>Folders named by a using, a full name, or as <c>Folder.Type</c> if that folder has the type.</summary>
    private static IEnumerable<(string Folder, string Place)> UsedFolders(
        SourceFile file, string project, Dictionary<(string Project, string Folder), HashSet<string>> types)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var name = node switch
            {
                UsingDirectiveSyntax { Name: { } used } => used.ToString() + ".",
                QualifiedNameSyntax qualified => qualified.ToString() + ".",
                MemberAccessExpressionSyntax access => access.ToString() + ".",
                _ => null,
            };
            if (name is null) continue;
            var isFull = name.StartsWith(project + ".", StringComparison.Ordinal);
            var parts = (isFull ? name[(project.Length + 1)..] : name).Split('.', 3);
            if (parts.Length < 2) continue;
            var known = types.TryGetValue((project, parts[0]), out var names);
            if (isFull || (known && names!.Contains(parts[1]))) yield return (parts[0], file.At(node));
        }
    }
}
