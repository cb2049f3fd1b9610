using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tercel.Bench;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    public static async Task<List<string>> Describe()
    {
        var cpu = Field("/proc/cpuinfo", "model name");
        var memoryKiB = long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture);
        return
        [
            $"{cpu}, {Environment.ProcessorCount} cores, {memoryKiB / 1024 / 1024} GiB, Linux {Kernel()}",
            $".NET {Environment.Version}, node {await Version("node", "--version")}, {await Version("go", "version")}",
        ];
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tercel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new BenchException("no Tercel.slnx above the program");
    }

    private static string Kernel() => Environment.OSVersion.Version.ToString();

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    private static async Task<string> Version(string program, string argument) =>
        Shell.Exists(program) ? (await Shell.Run(program, ".", argument)).Trim() : $"{program} absent";
}
