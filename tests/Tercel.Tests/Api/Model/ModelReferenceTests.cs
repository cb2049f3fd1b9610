using Tercel.Api.Model;
using Tercel.Api.Model.Loading;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Model;

/// <summary>docs/reference/model.md tells the truth.</summary>
public sealed class ModelReferenceTests
{
    private static readonly string Text = RepositoryTree.Read("docs/reference/model.md");

    [Fact]
    public void Its_examples_load()
    {
        var blocks = Text.Split("```yaml\n").Skip(1).Select(b => b.Split("```")[0]).ToList();
        Assert.True(blocks.Count >= 6);
        foreach (var block in blocks)
        {
            var report = new ModelReport();
            Assert.NotNull(YamlTree.Read("m.yaml", block, s => s, report));
            Assert.False(report.HasErrors, block);
        }

        Assert.Equal("library", ModelText.Good(blocks[0]).Name);
    }

    [Fact]
    public void It_names_every_type_and_every_option()
    {
        foreach (var kind in Enum.GetValues<FieldKind>().Where(k => k != FieldKind.Array))
            Assert.Contains($"`{kind.ToString().ToLowerInvariant()}", Text, StringComparison.Ordinal);
        foreach (var option in FieldOptions.Known) Assert.Contains($"`{option}", Text, StringComparison.Ordinal);
    }
}
