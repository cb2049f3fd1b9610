using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Memcached;
using Tercel.Cache.Server.Observers;
using Tercel.Network;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>What the server remembers of one client connection.</summary>
/// <remarks>Thread: its loop's, except where a member says "any thread": that one is a single word, so a reader on
/// another thread sees an old or a new value. Small, since ten thousand idle ones are usual: whatever only some clients
/// need hangs on it as an object of its own.</remarks>
internal sealed class Session
{
    /// <summary>How far an incomplete command was read.</summary>
    public PartialCommand? Partial;

    private int _subscriptionCount;

    /// <summary>What only a memcached client has; null = the client speaks Redis' protocol.</summary>
    public MemcachedState? Memcached { get; init; }

    /// <summary>As CLIENT ID tells it. Any thread.</summary>
    public long Id { get; init; }

    /// <summary>Null in tests and for the journal's replay.</summary>
    public Connection? Connection { get; init; }

    /// <summary>The loop that serves it; null in tests and for the journal's replay.</summary>
    public SessionLoop? Loop { get; init; }

    /// <summary>Units: Unix milliseconds. Any thread.</summary>
    public long CreatedMs { get; init; }

    /// <summary>When it sent something last. Units: Unix milliseconds. Any thread.</summary>
    public long ActiveMs { get; set; }

    /// <summary>Any thread.</summary>
    public CommandInfo? LastCommand { get; set; }

    public SessionStates States { get; set; }

    /// <summary>Range: 0 to 15. Any thread.</summary>
    public int Database { get; set; }

    /// <summary>Who it is; null = has yet to say (AUTH, HELLO). A new session starts as
    /// <see cref="AccessControl.FirstUser"/>. Any thread.</summary>
    public AccessUser? User { get; set; }

    /// <summary>Whether the client asked for RESP3. Any thread.</summary>
    public bool IsResp3 { get; set; }

    /// <summary>See <see cref="CommandContext.CanBlock"/>.</summary>
    public bool CanBlock { get; set; } = true;

    /// <summary>What CLIENT SETNAME and its like have told; null = nothing. Any thread.</summary>
    public ClientProfile? Profile { get; set; }

    /// <summary>The commands since MULTI; null outside.</summary>
    public Transaction? Transaction { get; set; }

    /// <summary>The keys of WATCH; null = none.</summary>
    public WatchedKeys? Watched { get; set; }

    /// <summary>What it listens to; null = nothing.</summary>
    public Subscriptions? Subscriptions { get; set; }

    /// <summary>How it is told of keys that it has cached; null = it is not. Any thread.</summary>
    public TrackingState? Tracking { get; set; }

    /// <summary>The command it is parked with; null = it is not. Any thread.</summary>
    public BlockedClient? Blocked { get; set; }

    /// <summary>Commands that wait until the client has read its replies; null = none.</summary>
    public ReplyWriter? HeldInput { get; set; }

    /// <summary>Its place in the list of its loop.</summary>
    public int Place { get; set; }

    /// <summary>Channels, patterns and shard channels the client listens to; a RESP2 client that has any may only
    /// (un)subscribe, PING, QUIT and RESET.</summary>
    public int SubscriptionCount
    {
        get => _subscriptionCount;
        set
        {
            _subscriptionCount = value;
            Set(SessionStates.Subscribed, value > 0);
        }
    }

    /// <summary>The connection closes once the reply has left: QUIT, CLIENT KILL of oneself.</summary>
    public bool IsClosing
    {
        get => Has(SessionStates.Closing);
        set => Set(SessionStates.Closing, value);
    }

    /// <summary>Whether it was ever given a lease: then they end with it.</summary>
    public bool HasLeases { get; set; }

    public bool Has(SessionStates any) => (States & any) != 0;

    public void Set(SessionStates state, bool on) => States = on ? States | state : States & ~state;
}
