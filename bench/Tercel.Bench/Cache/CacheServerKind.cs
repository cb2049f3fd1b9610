using System.Globalization;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>How a server is to be started for a suite.</summary>
internal sealed record StartOptions
{
    /// <summary>Units: MiB.</summary>
    public int MemoryMiB { get; init; } = 4096;

    /// <summary>Redis' name of the eviction policy; servers without one ignore it.</summary>
    public string Policy { get; init; } = "allkeys-lru";

    public bool Tls { get; init; }
}

/// <summary>A cache server that takes part: how it is found, started and described.</summary>
internal sealed record CacheServerKind
{
    public const string TercelName = "tercel";
    private const string GarnetVersion = "2.2.5";

    public required string Name { get; init; }

    public required string What { get; init; }

    /// <summary>Makes it ready; false when it cannot be had on this machine.</summary>
    public required Func<Task<bool>> Prepare { get; init; }

    public required Func<int, string, StartOptions, string[]> Command { get; init; }

    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    public bool IsMemcached { get; init; }

    public IWireProtocol Wire => IsMemcached ? new MemcachedWire() : new RespWire();

    public static IReadOnlyList<CacheServerKind> All(string root) =>
        [Tercel(root), TercelMemcached(root), Redis(), Memcached(), Garnet(root)];

    private static CacheServerKind Tercel(string root) => new()
    {
        Name = TercelName,
        What = "tercel cache, defaults",
        Prepare = () => BuildTercel(root),
        Command = (port, folder, start) =>
        [
            "dotnet", Dll(root), "cache", "--port", Text(port), "--dir", folder, "--maxmemory", $"{start.MemoryMiB}mb",
            "--admin-port", "0",
        ],
    };

    /// <summary>Our memcached port, measured with memcached's protocol.</summary>
    private static CacheServerKind TercelMemcached(string root) => new()
    {
        Name = "tercel-mc",
        What = "tercel cache through its memcached port",
        IsMemcached = true,
        Prepare = () => BuildTercel(root),
        Command = (port, folder, start) =>
        [
            "dotnet", Dll(root), "cache", "--port", Text(Machine.FreePort()), "--memcached-port", Text(port),
            "--dir", folder, "--maxmemory", $"{start.MemoryMiB}mb", "--admin-port", "0",
        ],
    };

    private static CacheServerKind Redis() => new()
    {
        Name = "redis",
        What = "redis-server, one thread as by default, no persistence",
        Prepare = () => Task.FromResult(Shell.Exists("redis-server")),
        Command = (port, folder, start) =>
        [
            "redis-server", "--port", Text(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
            "--appendonly", "no", "--maxmemory", $"{start.MemoryMiB}mb", "--maxmemory-policy", start.Policy,
        ],
    };

    private static CacheServerKind Memcached() => new()
    {
        Name = "memcached",
        What = "memcached -t 2",
        IsMemcached = true,
        Prepare = () => Task.FromResult(Shell.Exists("memcached")),
        Command = (port, _, start) =>
        [
            "memcached", "-p", Text(port), "-l", "127.0.0.1", "-U", "0", "-t", "2", "-m", Text(start.MemoryMiB),
            "-c", "11000", "-u", "root", "-I", start.MemoryMiB >= 16 ? "4m" : "1m",
        ],
    };

    private static CacheServerKind Garnet(string root)
    {
        var program = Path.Combine(root, "artifacts/peers/garnet/garnet-server");
        return new()
        {
            Name = "garnet",
            What = $"garnet-server {GarnetVersion}, log memory as large as maxmemory, native allocator",
            Prepare = async () =>
            {
                if (File.Exists(program)) return true;
                await Shell.Run("dotnet", root, "tool", "install", "garnet-server", "--version", GarnetVersion,
                    "--tool-path", Path.GetDirectoryName(program) ?? ".");
                return File.Exists(program);
            },
            // Sixteen pages at least; the native allocator is what its documentation calls quicker.
            Command = (port, folder, start) =>
            [
                program, "--port", Text(port), "--bind", "127.0.0.1", "--memory", $"{start.MemoryMiB}m",
                "--page", $"{Math.Min(16 * 1024, start.MemoryMiB * 64)}k", "--index", $"{Math.Max(1,
                    start.MemoryMiB / 8)}m",
                "--use-native-allocator", "--checkpointdir", folder,
            ],
        };
    }

    private static string Dll(string root) => Path.Combine(root, "artifacts/bin/Tercel/release/tercel.dll");

    private static async Task<bool> BuildTercel(string root)
    {
        await Shell.Run("dotnet", root, "build", "src/Tercel", "-c", "Release", "-v", "q", "--nologo");
        return true;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
