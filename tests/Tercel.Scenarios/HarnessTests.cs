using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios;

public sealed class HarnessTests
{
    [Fact]
    public async Task Direct_sql_reads_what_sqlite_holds()
    {
        using var folder = new TempFolder();
        await DirectSql.Execute(folder["a.db"], "create table t(x); insert into t values (1), ('two'), (null)");

        var rows = await DirectSql.Query(folder["a.db"], "select x from t order by rowid");

        Assert.Equal(["1", "two", ""], rows.Select(row => row.GetProperty("x").ToString()));
        Assert.Empty(await DirectSql.Query(folder["a.db"], "select x from t where x = 3"));
        Assert.Equal(3, (await DirectSql.Scalar(folder["a.db"], "select count(*) from t")).GetInt32());
    }

    [Fact]
    public async Task The_browser_renders_a_page()
    {
        await using var browser = await Browser.Start();
        var page = await browser.NewPage();

        await page.SetContentAsync("<h1 id=t></h1><script>document.getElementById('t').textContent = 1 + 1</script>");

        Assert.Equal("2", await page.TextContentAsync("h1"));
    }

    [Theory]
    [InlineData("redocly")]
    [InlineData("spectral")]
    [InlineData("ajv")]
    public async Task The_node_programs_start(string name)
    {
        using var folder = new TempFolder();

        var argument = name == "ajv" ? "help" : "--version";
        var result = await Program.RunAny(Installed.RequireNode(name), folder.Path, argument);

        Assert.Equal(0, result.ExitCode);
    }
}
