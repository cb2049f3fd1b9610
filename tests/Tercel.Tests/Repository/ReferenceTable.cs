using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>A row of a table in a document: the heading above, the first column's title, the first cell.</summary>
internal sealed record TableRow(string Heading, string FirstColumn, string Key);

/// <summary>Reads the tables of a markdown document.</summary>
internal static class ReferenceTable
{
    public static IEnumerable<TableRow> Read(string path)
    {
        var full = Path.Combine(RepositoryTree.Root, path);
        Assert.True(File.Exists(full), $"{path} is missing");
        return Parse(File.ReadAllText(full));
    }

    public static IEnumerable<TableRow> Parse(string text)
    {
        string heading = "", column = "";
        var isInTable = false;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('#')) heading = line.TrimStart('#').Trim();
            if (!line.StartsWith('|'))
            {
                isInTable = false;
                continue;
            }

            var cell = line.Split('|')[1].Trim().Trim('`');
            if (!isInTable) column = cell.ToLowerInvariant();
            else if (cell.Trim('-', ':', ' ').Length > 0) yield return new TableRow(heading, column, cell);
            isInTable = true;
        }
    }
}

public sealed class ReferenceTableTests
{
    [Fact]
    public void Rows_know_their_heading_and_first_column() => Assert.Equal(
        [new TableRow("query", "code", "bad"), new TableRow("write", "code", "worse")],
        ReferenceTable.Parse("""
            # Errors
            ## query
            | code | status |
            |---|---|
            | `bad` | 400 |

            ## write
            | Code | status |
            |:--|---|
            | worse | 422 |
            """));
}
