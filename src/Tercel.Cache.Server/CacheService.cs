using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Settings;
using Tercel.Chassis;
using Tercel.Chassis.Health;
using Tercel.Chassis.Lifecycle;
using Tercel.Network;
using Tercel.Primitives;

namespace Tercel.Cache.Server;

/// <summary>The cache server as a part of a program: its state, files, loops and listeners, from start to
/// stop.</summary>
/// <remarks>Lifetime: made, users loaded, added to the lifecycle, which starts the files before the loops and stops
/// them after.</remarks>
internal sealed class CacheService : IDisposable
{
    private readonly ServiceCore _core;
    private readonly IReadOnlyList<Listener> _asked;
    private readonly FilePersistence? _files;
    private CacheHost? _host;

    public CacheService(ServiceCore core, CacheServerOptions options, IReadOnlyList<Listener> listeners)
    {
        _core = core;
        _asked = listeners;
        Server = new CacheServer(options, core.Time) 
        {
            StopRequested = core.Lifecycle.RequestStop,
            CommandFailed = e => core.Log.Error("a command failed by an error of the server", e),
        };
        if (options.Persistence is { } place)
        {
            _files = new FilePersistence(Server, place, DiskFileSystem.Instance, core.Log);
            Server.Persistence = _files;
        }

        if (options.Live.Password.Length > 0) Server.Access.SetDefaultPassword(options.Live.Password);
    }

    public CacheServer Server { get; }

    /// <summary>The addresses that are listened on, once it runs.</summary>
    public IReadOnlyList<Listener> Listeners { get; private set; } = [];

    /// <summary>The program did not start because of its files.</summary>
    public bool HasBadFiles { get; private set; }

    /// <summary>What the operator should know.</summary>
    public IReadOnlyList<string> Notes { get; } = [];

    /// <summary>Reads the users of the configuration file, or of the file of users; returns all mistakes.</summary>
    public IReadOnlyList<Error> LoadUsers(string file, IReadOnlyList<UserLine> lines)
    {
        if (file.Length == 0) return AccessFile.Load(Server, lines);
        if (lines.Count > 0)
            return [new Error(AccessFile.Mistake, $"{lines[0].Place}: users stand here and in the aclfile; keep one")];
        Server.Access.File = Path.GetFullPath(file);
        return AccessFile.Load(Server);
    }

    /// <summary>Adds the parts to the program's lifecycle.</summary>
    public void Add()
    {
        CacheMetrics.Register(_core.Metrics, Server);
        _core.Health.Add("dataset", _ => Task.FromResult(
            Server.Persistence.State.IsLoading ? HealthResult.Failed("the dataset is loading") : HealthResult.Ok()));
        if (_files is { } files)
        {
            _core.Lifecycle.Add(new Component("files")
            {
                Start = _ => LoadFiles(files),
                Stop = _ => Task.Run(() => StopFiles(files), CancellationToken.None),
            });
        }

        _core.Lifecycle.Add(new Component("loops") { Start = StartLoops, Drain = DrainLoops });
    }

    public void Dispose()
    {
        _host?.Dispose();
        _files?.Dispose();
        Server.Dispose();
    }

    private async Task LoadFiles(FilePersistence files)
    {
        try
        {
            await Task.Run(files.Load, CancellationToken.None);
        }
        catch (PersistenceException e)
        {
            // Its message says what to do; the stack would hide it.
            HasBadFiles = true;
            throw new IOException(e.Message, e);
        }
    }

    private void StopFiles(FilePersistence files)
    {
        if (files.Stop()) return;
        // The log has the cause; the exit code must tell that the files are not all there was.
        _core.Lifecycle.Fail("files", new IOException("the dataset could not be saved at the stop"));
    }

    private Task StartLoops(CancellationToken cancel)
    {
        try
        {
            _host = new CacheHost(Server, Server.Options.Network, Failed);
            Listeners = _host.Start(_asked);
            CacheMetrics.RegisterLoops(_core.Metrics, _host.Loops);
            return Task.CompletedTask;
        }
        catch (NetworkException e)
        {
            // Its message says what to do; the stack would hide it.
            throw new IOException(e.Message, e);
        }
    }

    private void Failed(Exception e) => _core.Log.Error("a connection was closed by an error of the server", e);

    private Task DrainLoops(CancellationToken cancel) => Task.Run(
        () => _host?.Stop(TimeSpan.FromSeconds(1)), CancellationToken.None);
}
