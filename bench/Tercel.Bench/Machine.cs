using System.Globalization;

namespace Tercel.Bench;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    public static async Task<IReadOnlyList<string>> Describe(IReadOnlyList<Server> servers)
    {
        var cpu = Field("/proc/cpuinfo", "model name");
        var memoryKiB = long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture);
        List<string> lines =
        [
            $"{cpu}, {Environment.ProcessorCount} cores, {memoryKiB / 1024 / 1024} GiB, Linux {Kernel()}",
            $".NET {Environment.Version}, node {await Version("node", "--version")}, {await Version("go", "version")}",
        ];
        foreach (var server in servers.Where(server => !server.IsTercel))
            lines.Add($"{server.Name}: SQLite {(await server.Get("/version")).GetProperty("sqlite")}");
        return lines;
    }

    private static string Kernel() => Environment.OSVersion.Version.ToString();

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    private static async Task<string> Version(string program, string argument) =>
        Shell.Exists(program) ? (await Shell.Run(program, ".", argument)).Trim() : $"{program} absent";
}
