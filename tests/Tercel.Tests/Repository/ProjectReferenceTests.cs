using System.Xml.Linq;
using Xunit;

namespace Tercel.Tests.Repository;

public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Sample = new() { ["A"] = ["B"] };

    [Fact]
    public void Projects_reference_only_what_the_table_allows()
    {
        var table = RepositoryTree.Table;
        Findings.None(RepositoryTree.Files("src", "*.csproj").SelectMany(path =>
            Violations(path, RepositoryTree.Read(path), table.References, table.AspNetProjects)));
    }

    [Fact]
    public void Every_project_under_src_has_a_readme() => Findings.None(
        RepositoryTree.Files("src", "*.csproj")
            .Select(path => Path.GetDirectoryName(path) + "/README.md")
            .Where(path => !File.Exists(Path.Combine(RepositoryTree.Root, path))));

    [Theory]
    [InlineData("<ProjectReference Include='../B/B.csproj' />", 0)]
    [InlineData("<ProjectReference Include='../C/C.csproj' />", 1)]
    [InlineData("<FrameworkReference Include='Microsoft.AspNetCore.App' />", 1)]
    public void A_reference_that_the_table_does_not_allow_is_found(string item, int findings)
    {
        var text = $"<Project Sdk='Microsoft.NET.Sdk'><ItemGroup>{item}</ItemGroup></Project>";
        Assert.Equal(findings, Violations("src/A/A.csproj", text, Sample, []).Count());
        Assert.Equal(["src/New/New.csproj: not in eng/tidy.json"], Violations("src/New/New.csproj", text, Sample, []));
    }

    private static IEnumerable<string> Violations(
        string path, string text, IReadOnlyDictionary<string, string[]> references, IReadOnlyList<string> aspNet)
    {
        var project = Path.GetFileNameWithoutExtension(path);
        if (!references.TryGetValue(project, out var allowed))
        {
            yield return $"{path}: not in eng/tidy.json";
            yield break;
        }

        var document = XDocument.Parse(text);
        foreach (var reference in document.Descendants("ProjectReference"))
        {
            var name = Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include") ?? "");
            if (!allowed.Contains(name)) yield return $"{path}: may not reference {name}";
        }

        var usesAspNet = document.Descendants("FrameworkReference").Any()
            || (string?)document.Root?.Attribute("Sdk") == "Microsoft.NET.Sdk.Web";
        if (usesAspNet && !aspNet.Contains(project)) yield return $"{path}: may not use ASP.NET Core";
    }
}
