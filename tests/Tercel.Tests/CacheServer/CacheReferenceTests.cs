using System.Text;
using Tercel.Cache.Server;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Chassis.Observability;
using Tercel.Network;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.CacheServer;

/// <summary>Commands and metrics of the cache in the code and in <c>docs/reference</c> are the same.</summary>
/// <remarks>The tables of <c>cache-commands.md</c> are written by this class:
/// <c>TERCEL_WRITE_REFERENCE=1</c> replaces them.</remarks>
public sealed class CacheReferenceTests
{
    private const string Path = "docs/reference/cache-commands.md";
    private const string Marker = "<!-- The tables below are written by CacheReferenceTests. -->\n";

    [Fact]
    public void Every_command_has_its_row()
    {
        var text = RepositoryTree.Read(Path);
        var start = text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        Assert.True(start > Marker.Length, "the marker is missing");
        var tables = Tables();
        if (Environment.GetEnvironmentVariable("TERCEL_WRITE_REFERENCE") == "1")
            File.WriteAllText(System.IO.Path.Combine(RepositoryTree.Root, Path), text[..start] + tables);
        else Assert.Equal(tables, text[start..]);
    }

    [Fact]
    public void Every_metric_of_the_cache_has_its_row()
    {
        using var server = new Tercel.Cache.Server.CacheServer(
            new CacheServerOptions { Keyspace = CommandRunner.SmallKeyspace }, TimeProvider.System);
        using var host = new CacheHost(server, new NetworkOptions { LoopCount = 1 });
        var registry = new MetricsRegistry(1000);
        CacheMetrics.Register(registry, server);
        CacheMetrics.RegisterLoops(registry, host.Loops);
        var described = registry.Describe();
        var text = RepositoryTree.Read("docs/reference/metrics.md");
        Findings.None(described
            .Where(metric => !text.Contains($"\n| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} |",
                StringComparison.Ordinal) || !text.Contains(metric.Help.TrimEnd('.'), StringComparison.Ordinal))
            .Select(metric => $"| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} | | {metric.Help} |"));
        Findings.None(ReferenceTable.Read("docs/reference/metrics.md").Where(row => row.Heading == "Cache server")
            .Select(row => row.Key).Except(described.Select(metric => metric.Name)));
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        var groups = CommandFamilies.BuildTable().Commands.GroupBy(info => info.Group)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            text.Append("\n## ").Append(group.Key).Append("\n\n| command | meaning | since |\n|---|---|---|\n");
            foreach (var info in group.OrderBy(info => info.Name, StringComparer.Ordinal))
            {
                if (!info.IsContainer) Row(text, info);
                foreach (var sub in (info.Subcommands?.Values ?? Enumerable.Empty<CommandInfo>())
                    .OrderBy(sub => sub.Name, StringComparer.Ordinal)) Row(text, sub);
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, CommandInfo info)
    {
        var name = info.Parent is { } parent ? $"{parent.Name} {info.Name}" : info.Name;
        text.Append($"| `{name}` | {info.Summary.Replace("|", "\\|", StringComparison.Ordinal)} | {info.Since} |\n");
    }
}
