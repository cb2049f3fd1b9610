using System.Net;
using Tercel.Network;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Who may connect.</summary>
internal static class SessionOpening
{
    private static ReadOnlySpan<byte> Protected =>
        "-DENIED Running in protected mode: no password is set, and only clients of this machine are let in. Set a "u8;

    /// <summary>Protected mode: without a password, only clients of this machine. The others are told why.</summary>
    public static bool IsWelcome(CacheServer server, Connection connection)
    {
        if (!server.Live.ProtectedMode || server.Access.DefaultNeedsPassword) return true;
        if (connection.RemoteEndPoint is not { Address: var address } || IPAddress.IsLoopback(address)) return true;
        if (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4())) return true;
        connection.Send([.. Protected, .. "password (requirepass) or turn protected-mode off.\r\n"u8]);
        return false;
    }
}
