using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Clients that wait for a key.</summary>
internal sealed class BlockedClients
{
    public void Park(Session session, long timeoutMs, BlockTimeoutReply onTimeout) =>
        throw new NotImplementedException();
}
