using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Settings;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>A server without network on files, from its load to its stop.</summary>
internal sealed class RunningFiles : IDisposable
{
    public RunningFiles(PersistenceOptions options, LiveSettings live, IFileSystem files)
    {
        Runner = new CommandRunner(new Tercel.Cache.Server.CacheServerOptions
        {
            Keyspace = CommandRunner.SmallKeyspace with { MemoryBytesMax = 256 << 20 }, Live = live,
        });
        Files = new FilePersistence(Runner.Server, options, files, log: null);
        Runner.Server.Persistence = Files;
        try
        {
            Files.Load();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CommandRunner Runner { get; }

    public FilePersistence Files { get; }

    public string Model => KeyspaceSinkTests.ModelOf(Runner.Keyspace, Runner.NowMs).ToString();

    public string Run(string commands)
    {
        var replies = Runner.Run(commands);
        Assert.True(Runner.Dispatcher.CommitJournal());
        return replies;
    }

    public void Dispose()
    {
        Files.Dispose();
        Runner.Dispose();
    }
}
