using System.Text.Json;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>Asks a database file without Tercel, through the sqlite3 program, to compare answers.</summary>
internal static class DirectSql
{
    /// <summary>Rows as JSON objects, columns as the statement names them. Skips when there is no sqlite3.</summary>
    public static async Task<IReadOnlyList<JsonElement>> Query(string file, string sql)
    {
        Installed.Require("sqlite3");
        var result = await Program.RunAny("sqlite3", ".", "-json", "-readonly", file, sql);
        if (result.ExitCode != 0) Assert.Fail($"sqlite3: {result.ErrorOutput}\n{sql}");
        if (result.Output.Trim().Length == 0) return [];
        using var document = JsonDocument.Parse(result.Output);
        return [.. document.RootElement.EnumerateArray().Select(row => row.Clone())];
    }

    /// <summary>The first column of the first row.</summary>
    public static async Task<JsonElement> Scalar(string file, string sql) =>
        (await Query(file, sql))[0].EnumerateObject().First().Value;

    /// <summary>Runs statements, such as those that make a database.</summary>
    public static async Task Execute(string file, string sql)
    {
        Installed.Require("sqlite3");
        var result = await Program.RunAny("sqlite3", ".", file, sql);
        if (result.ExitCode != 0) Assert.Fail($"sqlite3: {result.ErrorOutput}\n{sql}");
    }
}
