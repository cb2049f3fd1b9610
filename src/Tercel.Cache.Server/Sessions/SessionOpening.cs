using System.Net;
using Tercel.Network;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Who may connect.</summary>
internal static class SessionOpening
{
    // The first words are Redis' own: clients look for them.
    private static ReadOnlySpan<byte> Protected =>
        "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the "u8
        + "default user. In this mode connections are only accepted from the loopback interface. If you want to "u8
        + "connect from external computers, either set a password for the default user (requirepass), or, when the "u8
        + "network itself is safe, disable protected mode: 'CONFIG SET protected-mode no' from the loopback "u8
        + "interface, 'protected-mode no' in the configuration file, or '--protected-mode no'.\r\n"u8;

    /// <summary>Protected mode: without a password, only clients of this machine. The others are told why.</summary>
    public static bool IsWelcome(CacheServer server, Connection connection)
    {
        if (!server.Live.ProtectedMode || server.Access.DefaultNeedsPassword) return true;
        if (connection.RemoteEndPoint is not { Address: var address } || IPAddress.IsLoopback(address)) return true;
        if (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4())) return true;
        connection.Send(Protected);
        return false;
    }
}
