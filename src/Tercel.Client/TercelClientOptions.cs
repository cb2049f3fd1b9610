namespace Tercel.Client;

/// <summary>Where the cache server is and how the client behaves.</summary>
public sealed record TercelClientOptions
{
    /// <summary>Host name or address. Default: 127.0.0.1.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port. Default: 6379.</summary>
    public int Port { get; set; } = 6379;

    /// <summary>Path of a Unix socket, used instead of host and port when set.</summary>
    public string? UnixSocket { get; set; }

    /// <summary>User for AUTH; null = the default user.</summary>
    public string? User { get; set; }

    /// <summary>Password for AUTH; null = none is sent. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>Database to SELECT. Range: 0 to 15.</summary>
    public int Database { get; set; }

    /// <summary>Name that CLIENT LIST shows.</summary>
    public string Name { get; set; } = "tercel";

    /// <summary>Speaks TLS and checks the server's certificate against <see cref="TlsHost"/>.</summary>
    public bool Tls { get; set; }

    /// <summary>Name the server's certificate must have; null = <see cref="Host"/>.</summary>
    public string? TlsHost { get; set; }

    /// <summary>Decides about the server's certificate itself, for private authorities; null = the system
    /// does.</summary>
    public System.Net.Security.RemoteCertificateValidationCallback? TlsValidation { get; set; }

    /// <summary>Connections that calls are spread over; each carries many calls at once. Default 1. Range: 1 to
    /// 64.</summary>
    public int Connections { get; set; } = 1;

    /// <summary>Time to connect and greet. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a reply, time in the queue included. Default 5 s. Blocking commands add their
    /// own.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between two attempts to connect again; it starts at 20 ms and doubles, with jitter.
    /// Default 5 s.</summary>
    public TimeSpan ReconnectPauseMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests that may wait to be sent, per connection; more fail at once. Units: bytes. Default 64
    /// MiB.</summary>
    public int QueueBytesMax { get; set; } = 64 << 20;

    /// <summary>Memory for values kept in this process and invalidated by the server; 0 = off. Units: bytes.</summary>
    public long NearCacheBytesMax { get; set; }

    /// <summary>Longest time a near value is served without asking, should an invalidation be lost. Default 10 minutes.
    /// </summary>
    public TimeSpan NearCacheAgeMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The clock; tests give their own.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
