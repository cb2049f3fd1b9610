namespace Tercel.Cache.Server.Settings;

/// <summary>What is spoken on a listener; its <see cref="Network.Listener.Tag"/>.</summary>
internal enum ListenerProtocol
{
    Redis,
    Memcached,
}
