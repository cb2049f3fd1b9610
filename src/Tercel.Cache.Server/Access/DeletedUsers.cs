using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Access;

/// <summary>Closes the connections of users that are no more.</summary>
internal static class DeletedUsers
{
    /// <summary>The session that deleted itself still gets its reply.</summary>
    public static void Disconnect(CacheServer server, Session current)
    {
        foreach (var session in server.Sessions.All())
        {
            if (session.User is not { Rules.IsDeleted: true }) continue;
            if (session == current) session.IsClosing = true;
            else session.Connection?.Abort();
        }
    }
}
