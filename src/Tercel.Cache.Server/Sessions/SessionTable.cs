namespace Tercel.Cache.Server.Sessions;

/// <summary>All sessions with a connection, for CLIENT LIST and its like.</summary>
/// <remarks>Thread: any, under a lock that is held to add, remove or copy.</remarks>
internal sealed class SessionTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Session> _byId = [];

    public int Count
    {
        get
        {
            lock (_lock) return _byId.Count;
        }
    }

    public void Add(Session session)
    {
        lock (_lock) _byId.Add(session.Id, session);
    }

    public void Remove(Session session)
    {
        lock (_lock) _byId.Remove(session.Id);
    }

    public Session? Find(long id)
    {
        lock (_lock) return _byId.GetValueOrDefault(id);
    }

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<Session> All()
    {
        Session[] all;
        lock (_lock) all = [.. _byId.Values];
        Array.Sort(all, static (a, b) => a.Id.CompareTo(b.Id));
        return all;
    }
}
