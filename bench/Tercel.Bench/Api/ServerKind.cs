namespace Tercel.Bench.Api;

/// <summary>A server that takes part: how it is built, started, and described.</summary>
internal sealed record ServerKind
{
    public const string TercelName = "tercel";

    public required string Name { get; init; }

    public required string What { get; init; }

    /// <summary>Program that must be there to build or run it.</summary>
    public required string Needs { get; init; }

    public required Func<Task> Build { get; init; }

    /// <summary>The command line for a port and the server's own folder.</summary>
    public required Func<int, string, string[]> Command { get; init; }

    public static IReadOnlyList<ServerKind> All(string root) => [Tercel(root), AspNet(root), Fastify(root), Gin(root)];

    private static ServerKind Tercel(string root)
    {
        var dll = Path.Combine(root, "artifacts/bin/Tercel/release/tercel.dll");
        return new()
        {
            Name = TercelName,
            What = "tercel api over samples/shop",
            Needs = "dotnet",
            Build = () => Shell.Run("dotnet", root, "build", "src/Tercel", "-c", "Release", "-v", "q", "--nologo"),
            Command = (port, folder) => ["dotnet", dll, "api", folder, "--listen", $"127.0.0.1:{port}"],
        };
    }

    private static ServerKind AspNet(string root)
    {
        var dll = Path.Combine(root, "artifacts/peers/bin/AspNetPeer/release/AspNetPeer.dll");
        return new()
        {
            Name = "aspnet",
            What = "hand-written ASP.NET Core minimal API, Microsoft.Data.Sqlite, source-generated JSON",
            Needs = "dotnet",
            Build = () => Shell.Run("dotnet", Peer(root, "aspnet"), "build", "-c", "Release", "-v", "q", "--nologo"),
            Command = (_, _) => ["dotnet", dll],
        };
    }

    private static ServerKind Fastify(string root)
    {
        var folder = Path.Combine(root, "artifacts/peers/fastify");
        return new()
        {
            Name = "fastify",
            What = "hand-written Fastify 5 with response schemas, better-sqlite3",
            Needs = "npm",
            Build = () => BuildFastify(Peer(root, "fastify"), folder),
            Command = (_, _) => ["node", Path.Combine(folder, "server.js")],
        };
    }

    private static ServerKind Gin(string root)
    {
        var program = Path.Combine(root, "artifacts/peers/gin/gin-peer");
        return new()
        {
            Name = "gin",
            What = "hand-written Gin, go-sqlite3 (Debian packages)",
            Needs = "go",
            Build = () => BuildGin(Peer(root, "gin"), program),
            Command = (_, _) => [program],
        };
    }

    private static string Peer(string root, string name) => Path.Combine(root, "bench/peers", name);

    /// <summary>Packages go under artifacts/; better-sqlite3 is compiled here, not downloaded prebuilt.</summary>
    private static async Task BuildFastify(string source, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        var stamp = Path.Combine(folder, ".installed");
        var locked = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == locked) return;
        await Shell.Run("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        (string, string)[] fromSource = [("npm_config_build_from_source", "true")];
        await Shell.RunWith("npm", folder, fromSource, "rebuild", "better-sqlite3");
        await File.WriteAllTextAsync(stamp, locked);
    }

    private static async Task BuildGin(string source, string program)
    {
        var folder = Path.GetDirectoryName(program) ?? ".";
        Directory.CreateDirectory(folder);
        (string, string)[] environment =
            [("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOCACHE", Path.Combine(folder, "cache"))];
        await Shell.RunWith("go", source, environment, "build", "-tags", "libsqlite3", "-o", program, ".");
    }
}
