// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Observers;

namespace Tercel.Cache.Server.Commands.Tracking;

/// <summary>Client-side caching: CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR; and what looks at other clients:
/// CLIENT UNBLOCK and MONITOR.</summary>
internal static unsafe class TrackingCommands
{
    private static ReadOnlySpan<byte> NotTracking =>
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"u8;

    public static void Register(CommandTable table)
    {
        const CommandFlags Quick = CommandFlags.Fast | CommandFlags.Loading;
        if (!table.TryFind("CLIENT"u8, out var client))
        {
            client = table.Add("CLIENT", -2, CommandFlags.None, KeySpec.None, null, "connection", "2.4.0",
                "A container for client connection commands.");
        }

        table.AddSub(client, "TRACKING", -3, Quick, KeySpec.None, &Tracking, "6.0.0",
            "Controls server-assisted client-side caching for the connection.");
        table.AddSub(client, "CACHING", 3, Quick, KeySpec.None, &Caching, "6.0.0",
            "Instructs the server whether to track the keys in the next request.");
        table.AddSub(client, "TRACKINGINFO", 2, Quick, KeySpec.None, &TrackingInfo, "6.2.0",
            "Returns information about server-assisted client-side caching for the connection.");
        table.AddSub(client, "GETREDIR", 2, Quick, KeySpec.None, &GetRedirection, "6.0.0",
            "Returns the client ID to which the connection's tracking notifications are redirected.");
        table.AddSub(client, "UNBLOCK", -3, CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading,
            KeySpec.None, &Unblock, "5.0.0", "Ends the waiting of a client that another connection has blocked.");
        table.Add("MONITOR", 1, CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading, KeySpec.None,
            &Monitor, "server", "1.0.0", "Listens for all requests received by the server in real time.");
    }

    private static void Tracking(ref CommandContext c)
    {
        var options = new TrackingOptions();
        if (!options.TryRead(ref c)) return;
        if (c.Args[2].Is("ON"u8))
        {
            if (options.ToState(ref c) is not { } state) return;
            c.Server.Observers.Tracking.Start(c.Session, state);
        }
        else if (c.Args[2].Is("OFF"u8))
        {
            c.Server.Observers.Tracking.Forget(c.Session);
        }
        else
        {
            c.Reply.Syntax();
            return;
        }

        c.Reply.Ok();
    }

    private static void Caching(ref CommandContext c)
    {
        var state = c.Session.Tracking;
        var yes = c.Args[2].Is("YES"u8);
        if (state is null)
        {
            c.Reply.Error(NotTracking);
        }
        else if (!yes && !c.Args[2].Is("NO"u8))
        {
            c.Reply.Syntax();
        }
        else if (yes && !state.IsOptIn)
        {
            c.Reply.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode."u8);
        }
        else if (!yes && !state.IsOptOut)
        {
            c.Reply.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode."u8);
        }
        else
        {
            state.IsNextChosen = true;
            c.Reply.Ok();
        }
    }

    private static void TrackingInfo(ref CommandContext c)
    {
        var state = c.Session.Tracking;
        c.Reply.Map(3);
        c.Reply.Bulk("flags"u8);
        WriteFlags(ref c, state);
        c.Reply.Bulk("redirect"u8);
        c.Reply.Integer(state?.RedirectId ?? -1);
        c.Reply.Bulk("prefixes"u8);
        c.Reply.Array(state?.Prefixes.Count ?? 0);
        foreach (var prefix in state?.Prefixes ?? []) c.Reply.Bulk(prefix);
    }

    private static void WriteFlags(ref CommandContext c, TrackingState? state)
    {
        var flags = new List<string> { state is null ? "off" : "on" };
        if (state is not null)
        {
            if (state.IsBroadcast) flags.Add("bcast");
            if (state.IsOptIn) flags.Add("optin");
            if (state is { IsOptIn: true, IsNextChosen: true }) flags.Add("caching-yes");
            if (state.IsOptOut) flags.Add("optout");
            if (state is { IsOptOut: true, IsNextChosen: true }) flags.Add("caching-no");
            if (state.IsNoLoop) flags.Add("noloop");
            if (state.IsRedirectionBroken) flags.Add("broken_redirect");
        }

        c.Reply.Set(flags.Count);
        foreach (var flag in flags) c.Reply.Bulk(System.Text.Encoding.ASCII.GetBytes(flag));
    }

    private static void GetRedirection(ref CommandContext c) =>
        c.Reply.Integer(c.Session.Tracking?.RedirectId ?? -1);

    private static void Unblock(ref CommandContext c)
    {
        var withError = false;
        if (c.Args.Count > 4 || (c.Args.Count == 4 && !c.Args[3].Is("TIMEOUT"u8) && !c.Args[3].Is("ERROR"u8)))
        {
            c.Reply.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8);
            return;
        }

        withError = c.Args.Count == 4 && c.Args[3].Is("ERROR"u8);
        if (!c.TryInteger(2, out var id)) return;
        var unblocked = c.Server.Sessions.Find(id) is { } session && c.Server.Blocking.TryUnblock(session, withError);
        c.Reply.Integer(unblocked ? 1 : 0);
    }

    private static void Monitor(ref CommandContext c)
    {
        if (c.Session.Loop is not { } loop)
        {
            c.Reply.Error("ERR MONITOR isn't allowed for DENY BLOCKING client"u8);
            return;
        }

        loop.Audience.AddMonitor(c.Session);
        c.Reply.Ok();
    }
}
