namespace Tercel.Client;

/// <summary>Something about the cache went wrong; a cache miss is never an exception.</summary>
public class CacheException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The server answered with an error.</summary>
public sealed class CacheServerException(string message) : CacheException(message)
{
    /// <summary>The first word: ERR, WRONGTYPE, OOM, NOAUTH ...</summary>
    public string Code => Message.Split(' ', 2)[0];
}

/// <summary>There is no connection, or it was lost.</summary>
/// <remarks>When <see cref="WasSent"/> is true the command may or may not have run; it is never sent twice.</remarks>
public sealed class CacheConnectionException(string message, bool wasSent, Exception? inner = null)
    : CacheException(message, inner)
{
    /// <summary>Whether the command had left this process.</summary>
    public bool WasSent { get; } = wasSent;
}

/// <summary>No reply within <see cref="TercelClientOptions.CommandTimeout"/>; the command may or may not have
/// run.</summary>
public sealed class CacheTimeoutException(string message) : CacheException(message);
