using System.Reflection;

namespace Tercel.Cache.Server.Admin;

/// <summary>The versions that clients ask for.</summary>
internal static class ServerVersion
{
    /// <summary>The Redis whose commands and replies are followed: clients choose features by it.</summary>
    public const string Redis = "7.4.0";

    /// <summary>The memcached whose commands and replies are followed.</summary>
    public static ReadOnlySpan<byte> Memcached => "1.6.18"u8;

    /// <summary>Our own.</summary>
    public static string Tercel { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "0";
}
