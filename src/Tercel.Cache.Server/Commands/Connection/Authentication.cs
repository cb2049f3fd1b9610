// Why this is correct: the only pointer is that of the command function below.
using System.Text;
using Tercel.Cache.Server.Access;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>AUTH, and the same inside HELLO.</summary>
internal static unsafe class Authentication
{
    public static void Register(CommandTable table) =>
        table.Add("AUTH", -2,
            CommandFlags.Fast | CommandFlags.Loading | CommandFlags.NoAuth | CommandFlags.SkipMonitor, KeySpec.None,
            &Auth, "connection", "1.0.0", "Authenticates the connection.");

    /// <summary>Makes the session that user's; false when name or password is wrong, which the ACL log then
    /// knows.</summary>
    public static bool TryLogIn(ref CommandContext c, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        var user = c.Server.Access.Authenticate(name, password);
        if (user is null)
        {
            var refusal = new AccessRefusal(
                AccessDenial.Login, c.Session.Transaction is null ? "toplevel" : "multi", c.Info.Name,
                Encoding.UTF8.GetString(name), ClientLine.Of(c.Session, c.NowMs));
            c.Server.Access.Log.Add(refusal, c.NowMs);
            return false;
        }

        c.Session.User = user;
        return true;
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
                "ERR AUTH <password> called without any password configured for the default user. "u8
                + "Are you sure your configuration is correct?"u8);
            return;
        }

        var name = c.Args.Count == 3 ? c.Args[1] : "default"u8;
        if (TryLogIn(ref c, name, c.Args[c.Args.Count - 1])) c.Reply.Ok();
        else c.Reply.WrongPassword();
    }
}
