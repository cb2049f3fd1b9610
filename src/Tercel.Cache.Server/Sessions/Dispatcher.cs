// Why this is correct: the only pointers are the command functions of the table, all of one signature.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Observers;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Runs commands: finds them, checks them, enters the shards of their keys, journals what they changed.
/// </summary>
/// <remarks>Thread: one loop each. The one place that takes the locks of shards for commands, and the one that writes
/// the journal.</remarks>
internal sealed unsafe class Dispatcher : IDisposable
{
    private const int NoShard = -1;

    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private readonly Admission _admission;
    private readonly TransactionRunner _transactions;
    private readonly ChangeCounts.Cell _changes;
    private readonly BlockedServing _blocked;
    private ShardSet? _shards;
    private int _heldShard = NoShard;

    // The command that runs is that of a parked client, run again: monitors have seen it.
    private bool _isServing;

    // End of what the commands since the last commit have journaled; 0 = nothing.
    private long _journaled;

    public Dispatcher(CacheServer server)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _admission = new Admission(server);
        _transactions = new TransactionRunner(server, this);
        _changes = server.Changes.AddCell();
        _blocked = new BlockedServing(server, this, ReadyKeys);
        Outbox = new Outbox(server.Observers);
        var seed = server.Options.Keyspace.HashSeed;
        Random = new Prng(seed != 0 ? seed : (ulong)Stopwatch.GetTimestamp());
    }

    /// <summary>For commands that pick at random; not for secrets.</summary>
    public Prng Random { get; }

    /// <summary>What the running command wants journaled in its place.</summary>
    public RewriteBuilder Rewrite { get; } = new();

    /// <summary>What its commands have to tell other clients.</summary>
    public Outbox Outbox { get; }

    /// <summary>Keys that its commands have changed and that clients wait for.</summary>
    public ReadyKeys ReadyKeys { get; } = new();

    /// <summary>The shards of the command that runs.</summary>
    public ShardSet Shards => _shards ??= new ShardSet(_keyspace);

    /// <summary>What was found, checked and refused, for the statistics of the loop.</summary>
    public CommandOutcome Outcome { get; private set; }

    /// <summary>Runs one command of a session and appends its reply.</summary>
    public void Run(Session session, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        if (args.Count == 0) return;
        var found = CommandLookup.Find(_server.Commands, args, out var info);
        Run(session, info, found, args, reply, nowMs);
    }

    /// <summary>To be called after a batch, before its replies leave; messages for other loops leave first, so that
    /// nobody can act on a reply before they are on their way. False: the changes could not be made durable as
    /// promised, and the replies must not leave.</summary>
    public bool CommitJournal()
    {
        if (!Outbox.IsEmpty) Outbox.SendAway();
        var mayLeave = true;
        if (_journaled != 0)
        {
            var position = _journaled;
            _journaled = 0;
            mayLeave = _server.Journal is not { } journal || journal.Commit(position);
        }

        _blocked.Deliver(mayLeave);
        return mayLeave;
    }

    /// <summary>The short way, for <see cref="CommandInfo.IsPlain"/> commands with the right number of arguments, of a
    /// session with no <see cref="SessionStates"/> whose user may do everything.</summary>
    /// <remarks>The shard stays entered for the commands behind it, until <see cref="LeaveHeld"/>: a pipeline on one
    /// key, such as LPUSH to a queue, then fights for its lock once per batch.</remarks>
    /// <param name="session">The client.</param>
    /// <param name="info">The command.</param>
    /// <param name="args">Its words.</param>
    /// <param name="hash">The hash of its key in the session's database.</param>
    /// <param name="reply">Gets the reply.</param>
    /// <param name="nowMs">Units: Unix milliseconds.</param>
    public void RunPlain(
        Session session, CommandInfo info, in CommandArgs args, ulong hash, ReplyWriter reply, long nowMs)
    {
        if ((info.Flags & CommandFlags.Write) != 0 && !MayWrite(session, info, args, reply, nowMs)) return;
        Outcome = CommandOutcome.Ran;
        var context = new CommandContext
        {
            Args = args, Info = info, Keyspace = _keyspace, Session = session, Reply = reply, Server = _server,
            Dispatcher = this, NowMs = nowMs, HashedIndex = info.Keys.First, Hash = hash,
        };
        var shard = _keyspace.ShardOf(hash);
        if (shard != _heldShard) Hold(shard);
        Call(ref context);
        if (!ReadyKeys.HasAny) return;
        LeaveHeld();
        _blocked.Serve(nowMs);
    }

    /// <summary>After an exception of a command: nothing of it reaches what comes next.</summary>
    public void Forget()
    {
        LeaveHeld();
        Rewrite.Clear();
    }

    /// <summary>Leaves the shard that <see cref="RunPlain"/> has kept for the next command: at the end of a batch,
    /// before anything else that enters shards, before a system call, and after an exception.</summary>
    public void LeaveHeld()
    {
        if (_heldShard == NoShard) return;
        _keyspace.Exit(_heldShard);
        _heldShard = NoShard;
    }

    /// <summary>The long way, with every check.</summary>
    public void Run(
        Session session, CommandInfo? info, LookupResult found, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        LeaveHeld();
        reply.IsResp3 = session.IsResp3;
        var start = reply.Length;
        if (_admission.Accepts(session, info, found, args, reply, nowMs))
        {
            Outcome = CommandOutcome.Ran;
            if (session.Transaction is { } transaction && (info!.Flags & CommandFlags.NotQueued) == 0) // accepted
                TransactionRunner.Queue(transaction, info, args, reply);
            else Execute(session, info!, args, reply, nowMs); // accepted
            if (ReadyKeys.HasAny) _blocked.Serve(nowMs);
        }
        else
        {
            Outcome = CommandOutcome.Rejected;
            Abort(session, info, reply, start);
        }

        if (!session.Has(SessionStates.RepliesOff | SessionStates.SkipsNextReply)) return;
        ReplyMode.Drop(session, info, reply, start);
    }

    /// <summary>Runs a command whose shards are entered, or that needs none.</summary>
    public void Call(ref CommandContext context)
    {
        if (_server.IsSnapshotting) TellSnapshot(ref context);
        if (_server.Observers.SeesCommands) _server.Observers.Run(ref context, _isServing, _transactions.IsRunning);
        else context.Info.Run(ref context);
        if (context.Changes > 0)
        {
            _changes.Add(context.Changes);
            if (_server.Journal is { } journal) Journal(journal, ref context);
        }

        if (Rewrite.IsUsed) Rewrite.Clear();
    }

    public CommandContext Context(
        Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs) => new()
        {
            Args = args, Info = info, Keyspace = _keyspace, Session = session, Reply = reply, Server = _server,
            Dispatcher = this, NowMs = nowMs,
        };

    /// <summary>Appends what a transaction changed, all at once; its shards are entered.</summary>
    public void Journal(IJournal journal, int database, ReadOnlySpan<byte> commands, long nowMs) =>
        _journaled = journal.Append(database, commands, nowMs);

    /// <summary>Runs the command of a parked client again, for one whose key was changed; no shard is
    /// entered.</summary>
    public void RunSaved(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        _isServing = true;
        try
        {
            if (_admission.HasRoom(session, info, args, reply, nowMs)) Execute(session, info, args, reply, nowMs);
        }
        finally
        {
            _isServing = false;
        }
    }

    /// <summary>EXEC.</summary>
    public void RunTransaction(ref CommandContext context) => _transactions.Run(ref context);

    /// <summary>DISCARD, and what ends a session: forgets the queue and the watched keys.</summary>
    public void EndTransaction(Session session) => _transactions.End(session);

    public void Dispose()
    {
        Rewrite.Dispose();
        _blocked.Dispose();
        _shards?.Dispose();
        _transactions.Dispose();
    }

    private void Hold(int shard)
    {
        LeaveHeld();
        _keyspace.Enter(shard);
        _heldShard = shard;
    }

    private bool MayWrite(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        if (_server.WriteStop == WriteStop.None
            && ((info.Flags & CommandFlags.DenyOom) == 0
                ? !_keyspace.IsOverdrawn
                : (info.Growth == null && _keyspace.HasRoom(KeyShards.BytesOf(args))))) return true;
        // Room is made with no shard entered.
        LeaveHeld();
        if (CommandChecks.MayWrite(_server, info, reply)
            && _admission.HasRoom(session, info, args, reply, nowMs)) return true;
        Outcome = CommandOutcome.Rejected;
        return false;
    }

    /// <summary>A refused command spoils the transaction it was meant for; a refused EXEC ends it.</summary>
    private void Abort(Session session, CommandInfo? info, ReplyWriter reply, int start)
    {
        if (session.Transaction is not { } transaction) return;
        transaction.HasErrors = true;
        if (info is { Name: "EXEC", Parent: null }) _transactions.Abort(session, reply, start);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Execute(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        var context = Context(session, info, args, reply, nowMs);
        if (info.Keys.Kind == KeySpecKind.None)
        {
            Call(ref context);
            return;
        }

        KeyShards.Collect(_keyspace, info, args, session.Database, Shards);
        Shards.Enter();
        try
        {
            Call(ref context);
        }
        finally
        {
            Shards.ExitAndClear();
        }
    }

    // The value types change collections without the keyspace's knowledge.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TellSnapshot(ref CommandContext context)
    {
        if ((context.Info.Flags & CommandFlags.Write) == 0) return;
        var keys = new KeyPositions(context.Info.Keys, context.Args);
        while (keys.MoveNext()) _keyspace.BeforeWrite(context.Key(keys.Index));
    }

    private void Journal(IJournal journal, ref CommandContext context)
    {
        if (!Rewrite.IsUsed) Rewrite.Begin().Words(context.Args);
        var commands = Rewrite.Build();
        if (commands.Length == 0) return;
        if (_transactions.IsRunning) _transactions.Journal(context.Session.Database, commands);
        else _journaled = journal.Append(context.Session.Database, commands, context.NowMs);
    }
}

/// <summary>How far a command came.</summary>
internal enum CommandOutcome : byte
{
    Ran,
    Rejected,
}
