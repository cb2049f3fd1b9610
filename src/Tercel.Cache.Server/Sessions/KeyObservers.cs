// Why this is correct: the only pointer is the function of the command that is run.
using System.Runtime.CompilerServices;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Observers;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Those who want to know of changed keys and of messages: client-side caching, blocked clients, keyspace
/// notifications, subscribers, monitors.</summary>
/// <remarks>Thread: any. What changes keys calls it with the key's shard entered. Cost: one predicted branch while
/// nobody observes.</remarks>
internal sealed class KeyObservers : IKeyspaceObserver
{
    private readonly CacheServer _server;
    private SessionLoop[] _loops = [];
    private int[] _monitors = [];
    private int _monitorCount;
    private int _subscriberCount;
    private int _commandObservers;

    public KeyObservers(CacheServer server)
    {
        _server = server;
        Tracking = new TrackingTable(server);
        Removals = new RemovedKeys(server);
        server.Keyspace.Observer = this;
    }

    /// <summary>The loops whose clients may listen, by their index.</summary>
    public IReadOnlyList<SessionLoop> Loops => _loops;

    public ChannelTable Channels { get; } = new();

    public ChannelTable Patterns { get; } = new();

    public ChannelTable ShardChannels { get; } = new();

    /// <summary>Client-side caching.</summary>
    public TrackingTable Tracking { get; }

    /// <summary>Keys that left by themselves and that somebody is to be told of.</summary>
    public RemovedKeys Removals { get; }

    /// <summary>Whether anybody sees the commands that run.</summary>
    public bool HasMonitors => Volatile.Read(ref _monitorCount) != 0;

    public int MonitorCount => Volatile.Read(ref _monitorCount);

    /// <summary>Clients with a subscription of any kind.</summary>
    public int SubscriberCount => Volatile.Read(ref _subscriberCount);

    /// <summary>Whether anybody wants to know of commands: monitors, clients that cache what they read, and those who
    /// are told of new and of missed keys.</summary>
    public bool SeesCommands => (Volatile.Read(ref _commandObservers) | (int)KeysWatchedForPresence) != 0;

    private KeyEvents KeysWatchedForPresence => _server.Live.NotifiedEvents & (KeyEvents.New | KeyEvents.Missed);

    /// <summary>Whether anybody wants to know of changed keys.</summary>
    public bool SeesKeys =>
        ((int)_server.Live.NotifiedEvents | Tracking.ClientCount | _server.Blocking.Count) != 0;

    /// <summary>Whether publishers have to wait.</summary>
    public bool IsAnyLoopSlow => Array.Exists(_loops, static loop => loop.Audience.IsSlow);

    public void AddLoop(SessionLoop loop)
    {
        Array.Resize(ref _loops, Math.Max(_loops.Length, loop.Index + 1));
        Array.Resize(ref _monitors, _loops.Length);
        _loops[loop.Index] = loop;
    }

    public ChannelTable TableOf(SubscriptionKind kind) => kind switch
    {
        SubscriptionKind.Channel => Channels,
        SubscriptionKind.Pattern => Patterns,
        _ => ShardChannels,
    };

    public void CountMonitor(int loop, int change)
    {
        Interlocked.Add(ref _monitors[loop], change);
        Interlocked.Add(ref _monitorCount, change);
        CountCommandObserver(change);
    }

    public void CountSubscriber(int change) => Interlocked.Add(ref _subscriberCount, change);

    /// <summary>To be called when a monitor or a tracking client comes or goes.</summary>
    public void CountCommandObserver(int change) => Interlocked.Add(ref _commandObservers, change);

    /// <summary>Shows a command that has run to the monitors.</summary>
    private void ShowCommand(in CommandContext context)
    {
        const CommandFlags Hidden = CommandFlags.SkipMonitor | CommandFlags.Admin;
        if ((context.Info.Flags & Hidden) != 0) return;
        context.Dispatcher.Outbox.TellAll(_monitors, MailKind.Command, MonitorLine.Of(context));
    }

    /// <summary>Runs a command, whose shards are entered, before all who want to know of commands.</summary>
    /// <param name="context">The command.</param>
    /// <param name="isAgain">It is that of a parked client, which was shown when it came.</param>
    /// <param name="isOfTransaction">It is one of many: CLIENT CACHING chooses all of them.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public unsafe void Run(ref CommandContext context, bool isAgain, bool isOfTransaction)
    {
        var wanted = KeysWatchedForPresence;
        var absent = wanted == KeyEvents.None ? null : KeyNotices.AbsentKeys(context);
        context.Info.Run(ref context);
        foreach (var index in absent ?? []) KeyNotices.TellOfAbsent(context, index, wanted);
        if (HasMonitors && !isAgain) ShowCommand(context);
        if (context.Session.Tracking is not { } tracking) return;
        Tracking.Remember(context);
        if (isOfTransaction || context.Session.Transaction is not null || context.Info.Parent is { Name: "CLIENT" })
            return;
        tracking.IsNextChosen = false;
    }

    /// <summary>A key was changed.</summary>
    public void KeyChanged(in CommandContext context, in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name)
    {
        if (Tracking.ClientCount != 0) Tracking.KeyChanged(context.Dispatcher.Outbox, context.Session, key.Bytes);
        Notify(context, key, kind, name);
        if (_server.Blocking.Count != 0) _server.Blocking.KeyChanged(context.Dispatcher.ReadyKeys, key);
    }

    /// <summary>A second event of a change that was told.</summary>
    public void Notify(in CommandContext context, in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name)
    {
        if ((_server.Live.NotifiedEvents & kind) == 0) return;
        KeyNotices.Publish(context.Dispatcher.Outbox, _server.Live.NotifiedEvents, key.Database, key.Bytes, name);
    }

    /// <summary>All keys of a database (-1: of all databases) may have changed.</summary>
    public void DatabaseChanged(in CommandContext context, int database)
    {
        if (Tracking.ClientCount != 0) Tracking.AllChanged(context.Dispatcher.Outbox);
        if (_server.Blocking.Count != 0) _server.Blocking.DatabaseChanged(context.Dispatcher.ReadyKeys, database);
    }

    /// <summary>Tags were invalidated: nobody knows which keys carried them.</summary>
    public void TagsInvalidated(in CommandContext context)
    {
        if (Tracking.ClientCount != 0) Tracking.AllChanged(context.Dispatcher.Outbox);
    }

    public void Removed(ReadOnlySpan<byte> key, int database, ulong hash, RemovalCause cause)
    {
        var live = _server.Live.NotifiedEvents;
        var kind = cause switch
        {
            RemovalCause.Expired => KeyEvents.Expired,
            RemovalCause.Evicted => KeyEvents.Evicted,
            _ => KeyEvents.None,
        };
        if (((int)(live & kind) | Tracking.ClientCount) != 0) Removals.Add(key, database, live & kind);
    }
}
