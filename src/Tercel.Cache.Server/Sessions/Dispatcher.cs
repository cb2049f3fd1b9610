// Why this is correct: the only pointers are the command functions of the table, all of one signature.
using System.Diagnostics;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Runs commands: finds them, checks them, enters the shards of their keys, journals what they changed.
/// </summary>
/// <remarks>Thread: one loop each. The one place that takes the locks of shards for commands, and the one that writes
/// the journal.</remarks>
internal sealed unsafe class Dispatcher : IDisposable
{
    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private ShardSet? _shards;

    // End of what the commands since the last commit have journaled; 0 = nothing.
    private long _journaled;

    public Dispatcher(CacheServer server)
    {
        _server = server;
        _keyspace = server.Keyspace;
        var seed = server.Options.Keyspace.HashSeed;
        Random = new Prng(seed != 0 ? seed : (ulong)Stopwatch.GetTimestamp());
    }

    /// <summary>For commands that pick at random; not for secrets.</summary>
    public Prng Random { get; }

    /// <summary>What the running command wants journaled in its place.</summary>
    public RewriteBuilder Rewrite { get; } = new();

    private ShardSet Shards => _shards ??= new ShardSet(_keyspace);

    /// <summary>Runs one command of a session and appends its reply.</summary>
    public void Run(Session session, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        if (args.Count == 0) return;
        reply.IsResp3 = session.IsResp3;
        if (!CommandLookup.TryFind(_server.Commands, args, reply, out var info)) return;
        if (!IsAllowed(session, info, args, reply)) return;
        if (!MayWrite(info, reply) || !HasRoom(info, args, reply, nowMs)) return;
        Execute(session, info, args, reply, nowMs);
    }

    /// <summary>To be called after a batch, before its replies leave. False: the changes could not be made durable as
    /// promised, and the replies must not leave.</summary>
    public bool CommitJournal()
    {
        if (_journaled == 0) return true;
        var position = _journaled;
        _journaled = 0;
        return _server.Journal is not { } journal || journal.Commit(position);
    }

    public void Dispose()
    {
        Rewrite.Dispose();
        _shards?.Dispose();
    }

    private static bool IsAllowed(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply)
    {
        if (session.User is not { MayEverything: true } && !HasRights(session.User, info, args, reply)) return false;
        if (session.SubscriptionCount == 0 || session.IsResp3 || (info.Flags & CommandFlags.WhileSubscribed) != 0)
            return true;
        reply.OnlyWhileSubscribed(info.FullName);
        return false;
    }

    private static bool HasRights(AccessUser? user, CommandInfo info, in CommandArgs args, ReplyWriter reply)
    {
        if ((info.Flags & CommandFlags.NoAuth) != 0) return true;
        if (user is null)
        {
            reply.NoAuth();
            return false;
        }

        var denial = AccessControl.Check(user.Rules, info, args, out _);
        if (denial == AccessDenial.None) return true;
        reply.NoPermission(denial, info);
        return false;
    }

    private bool MayWrite(CommandInfo info, ReplyWriter reply)
    {
        var stop = _server.WriteStop;
        if (stop == WriteStop.None || (info.Flags & CommandFlags.Write) == 0) return true;
        reply.WritesStopped(stop);
        return false;
    }

    private bool HasRoom(CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        if ((info.Flags & CommandFlags.DenyOom) == 0) return true;
        if (_keyspace.TryMakeRoom(KeyShards.BytesOf(args), nowMs)) return true;
        reply.OutOfMemory();
        return false;
    }

    private void Execute(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        var context = new CommandContext
        {
            Args = args, Info = info, Keyspace = _keyspace, Session = session, Reply = reply, Server = _server,
            Dispatcher = this, NowMs = nowMs,
        };
        if (info.Keys.Kind == KeySpecKind.None)
        {
            Call(ref context);
            return;
        }

        if (info.Keys is { Kind: KeySpecKind.Range, First: var first } && info.Keys.Last == first)
        {
            var shard = _keyspace.ShardOf(context.Key(first).Hash);
            _keyspace.Enter(shard);
            try
            {
                Call(ref context);
            }
            finally
            {
                _keyspace.Exit(shard);
            }

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

    private void Call(ref CommandContext context)
    {
        context.Info.Run(ref context);
        if (context.Changes > 0 && _server.Journal is { } journal) Append(journal, ref context);
        Rewrite.Clear();
    }

    private void Append(IJournal journal, ref CommandContext context)
    {
        if (!Rewrite.IsUsed) Rewrite.Begin().Words(context.Args);
        var commands = Rewrite.Build();
        if (commands.Length > 0)
            _journaled = journal.Append(context.Session.Database, commands, context.NowMs);
    }
}
