// Why this is correct: the only pointer is that of the command function below.
using System.Text;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands.Connection;

namespace Tercel.Cache.Server.Commands.Access;

/// <summary>AUTH, and what HELLO shares with it.</summary>
internal static unsafe class AuthCommand
{
    public static void Register(CommandTable table) =>
        table.Add("AUTH", -2,
            CommandFlags.Fast | CommandFlags.Loading | CommandFlags.NoAuth | CommandFlags.SkipMonitor, KeySpec.None,
            &Auth, "connection", "1.0.0", "Authenticates the connection.");

    /// <summary>Makes the session that user's when the password is right; else replies why not.</summary>
    public static bool TryLogin(ref CommandContext c, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        var access = c.Server.Access;
        var client = c.Session.Connection?.RemoteEndPoint;
        if (!access.Logins.Allows(client, c.NowMs))
        {
            c.Reply.Error("ERR too many failed logins from this address, try again in a moment"u8);
            return false;
        }

        if (access.Authenticate(name, password) is { } user)
        {
            c.Session.User = user;
            return true;
        }

        access.Logins.Failed(client, c.NowMs);
        var context = c.Session.Transaction is null ? "toplevel" : "multi";
        access.Log.Add(
            new AccessRefusal(
                AccessDenial.Login, context, c.Info.Name.ToLowerInvariant(), Encoding.UTF8.GetString(name),
                ClientLine.Of(c.Session, c.NowMs)),
            c.NowMs);
        c.Reply.WrongPassword();
        return false;
    }

    private static void Auth(ref CommandContext c)
    {
        if (c.Args.Count > 3)
        {
            c.Reply.Syntax();
            return;
        }

        if (c.Args.Count == 2 && !c.Server.Access.DefaultNeedsPassword)
        {
            c.Reply.Error(
                "ERR AUTH <password> called without any password configured for the default user. Are you sure your "u8
                + "configuration is correct?"u8);
            return;
        }

        var name = c.Args.Count == 3 ? c.Args[1] : "default"u8;
        if (TryLogin(ref c, name, c.Args[c.Args.Count - 1])) c.Reply.Ok();
    }
}
