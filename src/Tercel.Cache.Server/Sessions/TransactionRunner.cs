// Why this is correct: the queue of a transaction stays where it is while its commands are read from it; the only
// other pointers are the slices of the argument buffer, taken again for each command.
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>EXEC: runs the queued commands as one, with the shards of all their keys entered.</summary>
/// <remarks>Thread: its dispatcher's loop.</remarks>
internal sealed unsafe class TransactionRunner : IDisposable
{
    private const string SelectName = "SELECT";

    private readonly CacheServer _server;
    private readonly Dispatcher _dispatcher;
    private readonly ArgBuffer _args = new();
    private readonly ReplyWriter _journaled = new();
    private int _journaledCommands;
    private int _journaledDatabase;

    public TransactionRunner(CacheServer server, Dispatcher dispatcher)
    {
        _server = server;
        _dispatcher = dispatcher;
    }

    /// <summary>A transaction is being run: what it changes is journaled as one.</summary>
    public bool IsRunning { get; private set; }

    public void Run(ref CommandContext context)
    {
        var session = context.Session;
        var transaction = session.Transaction;
        if (transaction is null)
        {
            context.Reply.ExecWithoutMulti();
            return;
        }

        if (transaction.HasErrors)
        {
            End(session);
            context.Reply.TransactionDiscarded();
            return;
        }

        var watched = session.Watched;
        CollectShards(session, transaction, watched);
        _dispatcher.Shards.Enter();
        try
        {
            if (watched is not null && HasChanged(watched, context.NowMs)) context.Reply.NullArray();
            else RunAll(ref context, transaction);
        }
        finally
        {
            _dispatcher.Shards.ExitAndClear();
            End(session);
        }
    }

    /// <summary>EXEC itself was refused: the transaction is over, and the reply says that too.</summary>
    public void Abort(Session session, ReplyWriter reply, int start)
    {
        if (session.Transaction is null) return;
        var error = reply.Written[(start + 1)..].TrimEnd("\r\n"u8).ToArray();
        reply.Truncate(start);
        reply.TransactionDiscarded(error);
        End(session);
    }

    /// <summary>Keeps what a command of the transaction changed until all have run.</summary>
    public void Journal(int database, ReadOnlySpan<byte> commands)
    {
        SelectInJournal(database);
        _journaled.Raw(commands);
        _journaledCommands++;
    }

    /// <summary>Forgets the queue and the watched keys.</summary>
    public void End(Session session)
    {
        session.Transaction?.Dispose();
        session.Transaction = null;
        session.Set(SessionStates.InTransaction, false);
        Unwatch(_server, session);
    }

    /// <summary>Keeps a command for EXEC and says so.</summary>
    public static void Queue(Transaction transaction, CommandInfo info, in CommandArgs args, ReplyWriter reply)
    {
        if (transaction.TryQueue(info, args))
        {
            reply.Simple("QUEUED"u8);
            return;
        }

        transaction.HasErrors = true;
        reply.TransactionTooLarge();
    }

    public static void Unwatch(CacheServer server, Session session)
    {
        if (session.Watched is not { } watched) return;
        server.Watches.Remove(watched);
        session.Watched = null;
    }

    public void Dispose()
    {
        _args.Dispose();
        _journaled.Dispose();
    }

    private void CollectShards(Session session, Transaction transaction, WatchedKeys? watched)
    {
        var keyspace = _server.Keyspace;
        var database = session.Database;
        var walk = new QueueWalk(this, transaction);
        fixed (byte* start = transaction.Queued)
        {
            while (walk.TryNext(start, out var info, out var args))
            {
                KeyShards.Collect(keyspace, info, args, database, _dispatcher.Shards);
                if (MayEnterShards(info)) _dispatcher.Shards.AddAll();
                if (info.Name == SelectName && RespNumber.TryInteger(args[1], out var index)
                    && index >= 0 && index < _server.Options.Databases) database = (int)index;
            }
        }

        if (watched is null) return;
        foreach (var key in watched.Keys) _dispatcher.Shards.Add(keyspace.ShardOf(key.Hash));
    }

    // A command without keys that looks at the dataset enters shards itself. That is safe only when all are entered
    // before: in any other case it could wait for a shard below one that is held.
    private static bool MayEnterShards(CommandInfo info) =>
        info.Keys.Kind == KeySpecKind.None && info.Group is not ("connection" or "transactions" or "pubsub");

    private bool HasChanged(WatchedKeys watched, long nowMs)
    {
        if (watched.IsDirty) return true;
        foreach (var key in watched.Keys)
        {
            var now = _server.Keyspace.Key(key.Key, key.Database);
            if (key.Existed && !_server.Keyspace.TryPeek(now, nowMs, out _)) return true;
        }

        return false;
    }

    private void RunAll(ref CommandContext context, Transaction transaction)
    {
        var session = context.Session;
        Unwatch(_server, session);
        session.Transaction = null;
        session.CanBlock = false;
        IsRunning = true;
        _journaledDatabase = session.Database;
        var startDatabase = session.Database;
        try
        {
            context.Reply.Array(transaction.Commands.Count);
            var walk = new QueueWalk(this, transaction);
            fixed (byte* start = transaction.Queued)
            {
                while (walk.TryNext(start, out var info, out var args)) RunOne(ref context, info, args);
            }

            AppendJournal(startDatabase, context.NowMs);
        }
        finally
        {
            IsRunning = false;
            session.CanBlock = true;
            _journaled.Clear();
            _journaledCommands = 0;
            transaction.Dispose();
        }
    }

    private void RunOne(ref CommandContext outer, CommandInfo info, in CommandArgs args)
    {
        // Rights may have been taken away since the command was queued.
        if (!CommandChecks.IsAllowed(outer.Server, outer.Session, info, args, outer.Reply)) return;
        var inner = _dispatcher.Context(outer.Session, info, args, outer.Reply, outer.NowMs);
        _dispatcher.Call(ref inner);
    }

    private void SelectInJournal(int database)
    {
        if (database == _journaledDatabase) return;
        _journaled.Array(2);
        _journaled.Bulk("SELECT"u8);
        _journaled.BulkInteger(database);
        _journaledDatabase = database;
    }

    private void AppendJournal(int database, long nowMs)
    {
        if (_journaledCommands == 0 || _server.Journal is not { } journal) return;
        // The journal goes on in the database that it believes the transaction belongs to.
        SelectInJournal(database);
        if (_journaledCommands == 1)
        {
            _dispatcher.Journal(journal, database, _journaled.Written, nowMs);
            return;
        }

        _journaled.Raw("*1\r\n$4\r\nEXEC\r\n"u8);
        _journaled.InsertRaw(0, "*1\r\n$5\r\nMULTI\r\n"u8);
        _dispatcher.Journal(journal, database, _journaled.Written, nowMs);
    }

    /// <summary>Goes over the queued commands in order.</summary>
    private ref struct QueueWalk(TransactionRunner runner, Transaction transaction)
    {
        private PartialCommand? _partial;
        private int _offset;
        private int _index;

        public bool TryNext(byte* start, out CommandInfo info, out CommandArgs args)
        {
            args = default;
            info = null!; // only when there is no next one
            if (_index == transaction.Commands.Count) return false;
            runner._args.Clear();
            var rest = transaction.Queued.Length - _offset;
            var status = RespReader.Read(
                start + _offset, rest, runner._args, RespLimits.Usual, ref _partial, out var result);
            Invariant.Holds(status == ReadStatus.Command);
            args = new CommandArgs(start + _offset, runner._args.At(0), result.ArgCount);
            info = transaction.Commands[_index++];
            _offset += result.Bytes;
            return true;
        }
    }
}
