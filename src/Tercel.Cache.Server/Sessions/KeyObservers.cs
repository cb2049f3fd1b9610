using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Those who want to know of changed keys: WATCH, tracking, blocked clients, keyspace notifications.</summary>
/// <remarks>Called with the key's shard entered. Cost: one predicted branch while nobody observes.</remarks>
internal sealed class KeyObservers
{
    public void KeyChanged(Session session, in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name) =>
        throw new NotImplementedException();
}
