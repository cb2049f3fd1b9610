using System.Text;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>Runs the commands of a journal again.</summary>
/// <remarks>Thread: one, before anybody is served; nothing is journaled meanwhile. Time is that of the journal, so
/// that nothing expires before the journal says so.</remarks>
internal sealed class JournalReplay : IDisposable
{
    private const int DoneStepBytes = 1 << 20;

    private readonly Dispatcher _dispatcher;
    private readonly ReplyWriter _reply = new();
    private readonly Session _session;
    private long _nowMs = 1;

    public JournalReplay(CacheServer server)
    {
        _dispatcher = new Dispatcher(server);
        _session = new Session
        {
            Id = server.NextSessionId(), User = new AccessUser("journal", AccessRules.Open), CanBlock = false,
        };
    }

    /// <summary>Commands run.</summary>
    public long Commands { get; private set; }

    /// <summary>Commands that were answered with an error; journals hold none that were when they first
    /// ran.</summary>
    public long Errors { get; private set; }

    public string FirstError { get; private set; } = "";

    /// <summary>Nothing that comes was written before this time. Units: Unix milliseconds.</summary>
    public void BeginAt(long timeMs) => _nowMs = Math.Max(_nowMs, timeMs);

    /// <summary>Runs a file that was looked through before.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="path">Its name.</param>
    /// <param name="from">Where its commands begin.</param>
    /// <param name="done">Told of bytes that are behind us.</param>
    public void Run(IFileSystem files, string path, long from, Action<long> done)
    {
        using var file = files.OpenRead(path);
        using var reader = new JournalReader(file, from);
        _session.Database = 0;
        var told = from;
        JournalItem item;
        while ((item = reader.Next()) == JournalItem.Command)
        {
            _nowMs = Math.Max(_nowMs, reader.TimeMs);
            Run(reader, path);
            if (reader.Offset - told < DoneStepBytes) continue;
            done(reader.Offset - told);
            told = reader.Offset;
        }

        done(reader.Offset - told);
        if (item != JournalItem.End)
            throw new PersistenceException($"{path} has changed while it was loaded, at offset {reader.Offset}");
    }

    public void Dispose()
    {
        _dispatcher.EndTransaction(_session);
        _dispatcher.Dispose();
        _reply.Dispose();
    }

    private void Run(JournalReader reader, string path)
    {
        _reply.Clear();
        _dispatcher.Run(_session, reader.Args, _reply, _nowMs);
        Commands++;
        if (_reply.Length == 0 || _reply.Written[0] != (byte)'-') return;
        var error = Encoding.Latin1.GetString(_reply.Written[1..]).TrimEnd();
        if (error.StartsWith("ERR unknown ", StringComparison.Ordinal))
            throw new PersistenceException($"{path}, in front of offset {reader.Offset}: {error}");
        if (error.StartsWith("OOM ", StringComparison.Ordinal))
            throw new PersistenceException($"{path} holds more than maxmemory allows: start with a larger maxmemory, "
                + "or with a policy that may evict");
        if (Errors++ == 0) FirstError = $"{error} (in front of offset {reader.Offset} of {path})";
    }
}
