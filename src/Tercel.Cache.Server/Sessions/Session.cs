using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>What the server remembers of one client connection.</summary>
/// <remarks>Thread: its loop's, except where a member says "any thread". Small, since ten thousand idle ones are
/// usual: whatever only some clients need hangs on it as an object of its own.</remarks>
internal sealed class Session
{
    /// <summary>As CLIENT ID tells it. Any thread.</summary>
    public long Id { get; init; }

    /// <summary>Range: 0 to 15.</summary>
    public int Database { get; set; }

    /// <summary>Who it is; null = has yet to say (AUTH, HELLO). A new session starts as
    /// <see cref="AccessControl.FirstUser"/>.</summary>
    public AccessUser? User { get; set; }

    /// <summary>Whether the client asked for RESP3.</summary>
    public bool IsResp3 { get; set; }

    /// <summary>See <see cref="CommandContext.CanBlock"/>.</summary>
    public bool CanBlock { get; set; }

    /// <summary>Channels, patterns and shard channels the client listens to; a RESP2 client that has any may only
    /// (un)subscribe, PING, QUIT and RESET.</summary>
    public int SubscriptionCount { get; set; }

    /// <summary>The connection closes once the reply has left: QUIT, protocol errors, CLIENT KILL of oneself.</summary>
    public bool IsClosing { get; set; }
}
