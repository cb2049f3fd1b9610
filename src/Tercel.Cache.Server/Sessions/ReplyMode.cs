using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>CLIENT REPLY OFF and SKIP: replies that are not sent.</summary>
internal static class ReplyMode
{
    /// <summary>Takes back the reply of a command when the client does not want it.</summary>
    public static void Drop(Session session, CommandInfo? info, ReplyWriter reply, int start)
    {
        // CLIENT REPLY ON answers; CLIENT REPLY SKIP has written nothing and is not the command to skip.
        var isReplyCommand = info is { Name: "REPLY", Parent.Name: "CLIENT" };
        if (session.Has(SessionStates.RepliesOff)) reply.Truncate(start);
        else if (!isReplyCommand)
        {
            reply.Truncate(start);
            session.Set(SessionStates.SkipsNextReply, false);
        }
    }
}
