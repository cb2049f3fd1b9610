using System.Globalization;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>One client as CLIENT LIST describes it.</summary>
/// <remarks>Thread: any. What other loops write is read word by word: each is true or was a moment ago. Fields that
/// mean nothing here (file descriptor, sizes of Redis' own buffers) are there because tools look for them.</remarks>
internal static class ClientLine
{
    public static string Of(Session session, long nowMs)
    {
        var connection = session.Connection;
        var profile = session.Profile ?? ClientProfile.Nothing;
        var queued = session.Transaction;
        var heard = session.Subscriptions;
        var input = connection?.InputBytesPending ?? 0;
        var output = connection?.OutputBytesPending ?? 0;
        var waiting = queued?.Queued.Length ?? 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"id={session.Id} addr={AddressOf(session)} laddr={LocalAddressOf(session)} fd=-1 name={profile.Name}"
            + $" age={Math.Max(0, nowMs - session.CreatedMs) / 1000}"
            + $" idle={Math.Max(0, nowMs - session.ActiveMs) / 1000}"
            + $" flags={Flags(session, profile)} db={session.Database} sub={heard?.Channels.Count ?? 0}"
            + $" psub={heard?.Patterns.Count ?? 0} ssub={heard?.ShardChannels.Count ?? 0}"
            + $" multi={(queued is null ? -1 : queued.Commands.Count)} watch={session.Watched?.Keys.Count ?? 0}"
            + $" qbuf={input} qbuf-free=0 argv-mem=0 multi-mem={waiting} rbs=0 rbp=0"
            + $" obl=0 oll={(output > 0 ? 1 : 0)} omem={output} tot-mem={input + output + waiting}"
            + $" events=r cmd={session.LastCommand?.FullName ?? "NULL"}"
            + $" user={session.User?.Name ?? "(superuser)"} redir={session.Tracking?.RedirectId ?? -1}"
            + $" resp={(session.IsResp3 ? 3 : 2)}"
            + $" lib-name={profile.LibraryName} lib-ver={profile.LibraryVersion}");
    }

    /// <summary>The peer's address with its port; the path of a Unix socket with 0.</summary>
    public static string AddressOf(Session session) =>
        session.Connection is not { } connection ? ""
        : connection.RemoteEndPoint is { } remote ? remote.ToString()
        : $"{connection.Listener.UnixPath}:0";

    public static string LocalAddressOf(Session session) =>
        session.Connection is not { } connection ? ""
        : connection.LocalEndPoint is { } local ? local.ToString()
        : $"{connection.Listener.UnixPath}:0";

    private static string Flags(Session session, ClientProfile profile)
    {
        var flags = "";
        var states = session.States;
        if ((states & SessionStates.Monitoring) != 0) flags += 'O';
        if ((states & SessionStates.Subscribed) != 0) flags += 'P';
        if ((states & SessionStates.InTransaction) != 0) flags += 'x';
        if ((states & SessionStates.Parked) != 0) flags += 'b';
        if ((states & SessionStates.Tracking) != 0) flags += 't';
        if (session.Tracking is { IsRedirectionBroken: true }) flags += 'R';
        if (session.Tracking is { IsBroadcast: true }) flags += 'B';
        if (session.Watched is { IsDirty: true }) flags += 'd';
        if ((states & SessionStates.Closing) != 0) flags += 'c';
        if (session.Connection is { RemoteEndPoint: null }) flags += 'U';
        if (profile.IsNeverEvicted) flags += 'e';
        if (profile.TouchesNothing) flags += 'T';
        return flags.Length > 0 ? flags : "N";
    }
}
