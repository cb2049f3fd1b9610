using System.Net;
using System.Net.Sockets;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Operations;

/// <summary>The cache's command line: what it says, and what stops a start.</summary>
public sealed class CacheStartTests
{
    private const int ExitConfig = 78;
    private const int ExitUsage = 64;

    [Theory]
    [InlineData("--maxmemry", ExitUsage, "did you mean '--maxmemory'?")]
    [InlineData("--maxmemory=1", ExitConfig, "--maxmemory: cache.maxmemory must be a size from 1mb")]
    [InlineData("--port=0", ExitConfig, "there is nothing to listen on")]
    [InlineData("--tls-port=7000", ExitConfig, "--tls-port needs --tls-cert-file and --tls-key-file")]
    [InlineData("--maxmemory-policy=lru", ExitConfig, "must be one of volatile-lru")]
    [InlineData("--set=cache.prot=1", ExitConfig, "no setting 'cache.prot'; did you mean 'cache.port'?")]
    public async Task A_mistake_in_an_option_is_refused_with_a_way_out(string option, int code, string said)
    {
        using var folder = new TempFolder();

        var result = await Program.Run(folder, "cache", option, "--config-check");

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(said, result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_of_file_and_environment_are_told_at_once()
    {
        using var folder = new TempFolder();
        folder.Write("redis.conf", "maxmemry 1gb\nport 99999\nreplicaof other 6379\n");

        var result = await Program.RunAny(
            "dotnet", folder.Path, [("TERCEL_CACHE_MAXCLIENT", "5")],
            RepositoryPaths.TercelDll, "cache", "--config", "redis.conf", "--config-check");

        Assert.Equal(ExitConfig, result.ExitCode);
        foreach (var said in new[]
            {
                "redis.conf:1: no setting 'maxmemry'; did you mean 'maxmemory'?", "redis.conf:2: cache.port must be",
                "redis.conf:3: replicaof is not supported",
                "TERCEL_CACHE_MAXCLIENT: no such setting; did you mean 'TERCEL_CACHE_MAXCLIENTS'?",
            })
            Assert.Contains(said, result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_tells_where_each_value_comes_from_and_hides_the_password()
    {
        using var folder = new TempFolder();
        folder.Write("redis.conf", "port 7001\nrequirepass hidden\n");

        var result = await Program.Run(
            folder, "cache", "--config", "redis.conf", "--maxclients", "7", "--config-explain");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"cache\.port +7001 +redis\.conf:1", result.Output);
        Assert.Matches(@"cache\.maxclients +7 +--maxclients", result.Output);
        Assert.DoesNotContain("hidden", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_says_so()
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var result = await Program.Run(folder, "cache", "--port", $"{port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}: the address is in use", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_user_in_the_file_of_users_stops_the_start_with_its_line()
    {
        using var folder = new TempFolder();
        folder.Write("users.acl", "user default on nopass ~* +@all\nuser bob on +nothing\n");

        var result = await Program.Run(folder, "cache", "--aclfile", "users.acl", "--config-check");

        Assert.Equal(ExitConfig, result.ExitCode);
        Assert.Contains("users.acl:2: '+nothing': Unknown command or category name in ACL", result.All,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_saved_and_loaded_again()
    {
        using var folder = new TempFolder();
        var file = folder.Write("users.acl", "user default on nopass ~* &* +@all\n");
        await using (var server = await CacheProcess.Start(folder, "--aclfile", file))
        {
            Assert.Equal("OK", server.Ask("ACL SETUSER bob on >pw ~a* +get"));
            Assert.Equal("OK", server.Ask("ACL SAVE"));
        }

        await using var again = await CacheProcess.Start(folder, "--aclfile", file);
        using var bob = again.Connect();
        Assert.Equal("OK", bob.Ask("AUTH bob pw"));
        Assert.StartsWith("-NOPERM", bob.Ask("GET b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rewrite_puts_what_was_changed_into_the_file()
    {
        using var folder = new TempFolder();
        var file = folder.Write("redis.conf", "# mine\ntimeout 5\nhz 10\n");
        await using (var server = await CacheProcess.Start(folder, "--config", file))
        {
            Assert.Equal("OK", server.Ask("CONFIG SET timeout 9 slowlog-max-len 7"));
            Assert.Equal("OK", server.Ask("CONFIG REWRITE"));
        }

        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal("# mine", lines[0]);
        Assert.Equal("timeout 9", lines[1]);
        Assert.Contains("slowlog-max-len 7", lines);
        await using var again = await CacheProcess.Start(folder, "--config", file);
        Assert.Contains("9", again.Ask("CONFIG GET timeout"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_writes_the_data_and_the_next_start_has_it()
    {
        using var folder = new TempFolder();
        await using (var server = await CacheProcess.Start(folder))
        {
            Assert.Equal("OK", server.Ask("SET a 1"));
            using var last = server.Connect();
            last.Send("SHUTDOWN");
            Assert.Equal(0, await server.WaitForExit());
        }

        await using var again = await CacheProcess.Start(folder);
        Assert.Equal("1", again.Ask("GET a"));
    }
}
