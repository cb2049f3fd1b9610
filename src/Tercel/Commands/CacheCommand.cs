using System.CommandLine;
using System.Net;
using Tercel.Cache;
using Tercel.Cache.Server;
using Tercel.Chassis.Lifecycle;
using Tercel.Network;

namespace Tercel.Commands;

/// <summary><c>tercel cache</c>: the cache server.</summary>
internal static class CacheCommand
{
    private const int StopSeconds = 5;

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "The port for Redis clients.", DefaultValueFactory = _ => 6379,
        };
        var memory = new Option<long>("--maxmemory")
        {
            Description = "Memory for the data, in bytes.", DefaultValueFactory = _ => 1L << 30,
        };
        var loops = new Option<int>("--loops") { Description = "Threads that serve clients; 0 = one per processor." };
        var command = new Command("cache", "Serve a cache over the Redis protocol.") { port, memory, loops };
        command.SetAction(async (result, stop) =>
        {
            var options = new CacheServerOptions
            {
                Keyspace = new KeyspaceOptions { MemoryBytesMax = result.GetValue(memory) },
            };
            using var server = new CacheServer(options, TimeProvider.System);
            using var host = new CacheHost(
                server, new NetworkOptions { LoopCount = result.GetValue(loops) }, Console.Error.WriteLine);
            try
            {
                var address = new IPEndPoint(IPAddress.Loopback, result.GetValue(port));
                var bound = host.Start([new Listener { EndPoint = address }]);
                await Console.Out.WriteLineAsync($"ready on {bound[0].EndPoint}");
            }
            catch (NetworkException e)
            {
                await Console.Error.WriteLineAsync($"tercel: {e.Message}");
                return ExitCodes.Failed;
            }

            await Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            host.Stop(TimeSpan.FromSeconds(StopSeconds));
            return ExitCodes.Ok;
        });
        return command;
    }
}
