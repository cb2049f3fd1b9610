using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Those who want to know of changed keys: tracking, blocked clients, keyspace notifications.</summary>
/// <remarks>Called with the key's shard entered. Cost: one predicted branch while nobody observes.</remarks>
internal sealed class KeyObservers
{
    /// <summary>Sees every change; null = nobody.</summary>
    public KeyChange? Seen { get; set; }

    /// <summary>Sees flushed and swapped databases; null = nobody.</summary>
    public Action<Session, int>? DatabaseSeen { get; set; }

    /// <summary>All keys of a database (-1: of all databases) may have changed.</summary>
    public void DatabaseChanged(Session session, int database) => DatabaseSeen?.Invoke(session, database);

    public void KeyChanged(Session session, in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name) =>
        Seen?.Invoke(session, key, kind, name);
}

/// <summary>A key was changed by a session's command.</summary>
internal delegate void KeyChange(Session session, in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name);
