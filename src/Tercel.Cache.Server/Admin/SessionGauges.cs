using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Admin;

/// <summary>Counts what sessions do, when somebody asks.</summary>
internal static class SessionGauges
{
    public static ClientGauges Read(CacheServer server)
    {
        int blocked = 0, subscribed = 0, tracking = 0;
        foreach (var session in server.Sessions.All())
        {
            if (session.Has(SessionStates.Parked)) blocked++;
            if (session.Has(SessionStates.Tracking)) tracking++;
            if (session.SubscriptionCount > 0) subscribed++;
        }

        return new ClientGauges { Blocked = blocked, Subscribed = subscribed, Tracking = tracking };
    }
}
