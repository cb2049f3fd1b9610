// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>CLIENT ID, GETNAME, SETNAME, SETINFO, NO-EVICT, NO-TOUCH: what a client says of itself.</summary>
internal static unsafe class ClientNames
{
    public static void Register(CommandTable table, CommandInfo client)
    {
        const CommandFlags Flags = CommandFlags.Loading;
        const CommandFlags Admin = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        table.AddSub(client, "ID", 2, Flags, KeySpec.None, &Id, "5.0.0",
            "Returns the unique client ID of the connection.");
        table.AddSub(client, "GETNAME", 2, Flags, KeySpec.None, &GetName, "2.6.9",
            "Returns the name of the connection.");
        table.AddSub(client, "SETNAME", 3, Flags, KeySpec.None, &SetName, "2.6.9", "Sets the connection name.");
        table.AddSub(client, "SETINFO", 4, Flags, KeySpec.None, &SetInfo, "7.2.0",
            "Sets information specific to the client or connection.");
        table.AddSub(client, "NO-EVICT", 3, Admin, KeySpec.None, &NoEvict, "7.0.0",
            "Sets the client eviction mode of the connection.");
        table.AddSub(client, "NO-TOUCH", 3, Flags, KeySpec.None, &NoTouch, "7.2.0",
            "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.");
    }

    /// <summary>No spaces, line ends or other bytes that would break CLIENT LIST.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> name) => !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static void Id(ref CommandContext c) => c.Reply.Integer(c.Session.Id);

    private static void GetName(ref CommandContext c)
    {
        if (c.Session.Profile is { Name.Length: > 0 } profile) c.Reply.BulkText(profile.Name);
        else c.Reply.Null();
    }

    private static void SetName(ref CommandContext c)
    {
        if (!IsPrintable(c.Args[2]))
        {
            c.Reply.ClientNameInvalid();
            return;
        }

        Change(c.Session, Profile(c.Session) with { Name = Encoding.ASCII.GetString(c.Args[2]) });
        c.Reply.Ok();
    }

    private static void SetInfo(ref CommandContext c)
    {
        var isName = c.Args[2].Is("lib-name"u8);
        if (!isName && !c.Args[2].Is("lib-ver"u8))
        {
            c.ReplyQuoting("ERR Unrecognized option '"u8, c.Args[2], "'"u8);
            return;
        }

        if (!IsPrintable(c.Args[3]))
        {
            c.Reply.Error(isName
                ? "ERR lib-name cannot contain spaces, newlines or special characters."u8
                : "ERR lib-ver cannot contain spaces, newlines or special characters."u8);
            return;
        }

        var text = Encoding.ASCII.GetString(c.Args[3]);
        var profile = Profile(c.Session);
        Change(c.Session, isName ? profile with { LibraryName = text } : profile with { LibraryVersion = text });
        c.Reply.Ok();
    }

    private static void NoEvict(ref CommandContext c)
    {
        if (TrySwitch(ref c, out var on)) Change(c.Session, Profile(c.Session) with { IsNeverEvicted = on });
    }

    private static void NoTouch(ref CommandContext c)
    {
        if (TrySwitch(ref c, out var on)) Change(c.Session, Profile(c.Session) with { TouchesNothing = on });
    }

    private static bool TrySwitch(ref CommandContext c, out bool on)
    {
        on = c.Args[2].Is("on"u8);
        if (!on && !c.Args[2].Is("off"u8))
        {
            c.Reply.Syntax();
            return false;
        }

        c.Reply.Ok();
        return true;
    }

    private static ClientProfile Profile(Session session) => session.Profile ?? ClientProfile.Nothing;

    private static void Change(Session session, ClientProfile profile) =>
        session.Profile = profile == ClientProfile.Nothing ? null : profile;
}
