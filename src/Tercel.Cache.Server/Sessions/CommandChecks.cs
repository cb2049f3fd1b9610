using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Whether a session may run a command now; the reply says why not.</summary>
internal static class CommandChecks
{
    public static bool IsAllowed(
        CacheServer server, Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply)
    {
        if (session.Transaction is not null && (info.Flags & CommandFlags.NoMulti) != 0)
        {
            reply.NotInTransaction();
            return false;
        }

        if (session.User is not { MayEverything: true } && !HasRights(server, session, info, args, reply)) return false;
        if (session.SubscriptionCount == 0 || session.IsResp3 || (info.Flags & CommandFlags.WhileSubscribed) != 0)
            return true;
        reply.OnlyWhileSubscribed(info.FullName);
        return false;
    }

    /// <summary>Whether the disk takes what the server has promised to keep.</summary>
    public static bool MayWrite(CacheServer server, CommandInfo info, ReplyWriter reply)
    {
        var stop = server.WriteStop;
        if (stop == WriteStop.None || (info.Flags & CommandFlags.Write) == 0) return true;
        reply.WritesStopped(stop);
        return false;
    }

    private static bool HasRights(
        CacheServer server, Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply)
    {
        if ((info.Flags & CommandFlags.NoAuth) != 0) return true;
        if (session.User is not { } user)
        {
            reply.NoAuth();
            return false;
        }

        var denial = AccessControl.Check(user.Rules, info, args, out var culprit);
        if (denial == AccessDenial.None) return true;
        reply.NoPermission(denial, info);
        server.Access.Denied(session, info, args[culprit], denial, server.NowMs);
        return false;
    }
}
