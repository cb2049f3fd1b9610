namespace Tercel.Network;

/// <summary>One thread that serves many connections.</summary>
public interface IEventLoop
{
    /// <summary>Its place among the loops of its group. Range: 0 to count - 1. Any thread.</summary>
    int Index { get; }

    /// <summary>Runs work on the loop soon, in order of posting; wakes the loop. Any thread.</summary>
    /// <remarks>What a client sends after work was posted is shown to the handler after the work was done.
    /// Errors: false when the loop has ended; the work is then not run.</remarks>
    bool Post(Action<object?> work, object? state);

    /// <summary>Whether the calling thread is the loop's. Any thread.</summary>
    bool IsCurrent { get; }

    /// <summary>Time spent working (not waiting) since start. Units: microseconds. Any thread.</summary>
    long BusyMicroseconds { get; }

    /// <summary>Connections open now. Any thread.</summary>
    int ConnectionCount { get; }

    /// <summary>The time read at the start of the loop's turn. Units: Unix milliseconds. Any thread.</summary>
    long NowMs { get; }
}

/// <summary>How a group of loops listens.</summary>
public sealed record NetworkOptions
{
    /// <summary>Number of loops; 0 = one per processor.</summary>
    public int LoopCount { get; init; }

    /// <summary>Connections served at the same time, all loops together; more are refused. Default 10,000.</summary>
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>Input and output that all connections together may keep. Units: bytes. Default 256 MiB.</summary>
    /// <remarks>Over it, the connection that asks for more is closed: data is never evicted for buffers.</remarks>
    public long BufferBytesMax { get; set; } = 256L << 20;

    /// <summary>Input one connection may keep while a message is not complete. Units: bytes.</summary>
    /// <remarks>Range: up to 1 GiB. Over it, the connection is closed.</remarks>
    public long InputBytesMax { get; set; } = 1L << 30;

    /// <summary>Uses the portable sockets of the runtime even where the system's own calls could be used.</summary>
    public bool Portable { get; init; }

    /// <summary>Seconds of silence after which TCP asks whether the peer is still there; 0 = never.</summary>
    public int TcpKeepAliveSeconds { get; init; } = 300;

    /// <summary>Connections the kernel holds until they are accepted, per listener.</summary>
    public int ListenBacklog { get; init; } = 511;

    /// <summary>How long a TLS handshake may take before the connection is closed.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of every exception a handler threw; called on the loop's thread.</summary>
    public Action<Exception>? HandlerFailed { get; init; }

    /// <summary>The clock of <see cref="IEventLoop.NowMs"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>One address to listen on.</summary>
public sealed record Listener
{
    /// <summary>IP address and port (0 = a free one), or null for a Unix socket.</summary>
    public System.Net.IPEndPoint? EndPoint { get; init; }

    /// <summary>Path of a Unix socket, or null.</summary>
    public string? UnixPath { get; init; }

    /// <summary>Permissions of the Unix socket's file; null = as the process' umask has it.</summary>
    public UnixFileMode? UnixMode { get; init; }

    /// <summary>What a client gets to read before it is closed because there are too many; empty = nothing. Not sent
    /// over TLS.</summary>
    public ReadOnlyMemory<byte> RefusalMessage { get; init; }

    /// <summary>Certificate and key when the listener speaks TLS.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>What the handler makes of it: which protocol, which rules.</summary>
    public object? Tag { get; init; }
}

/// <summary>TLS of one listener; PEM files.</summary>
public sealed record TlsOptions
{
    /// <summary>Certificate chain.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>Private key.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Authorities that client certificates must come from; null = clients need none.</summary>
    public string? ClientAuthorityFile { get; init; }

    /// <summary>Whether a client without a certificate is refused when <see cref="ClientAuthorityFile"/> is
    /// set.</summary>
    public bool ClientCertificateRequired { get; init; } = true;
}
