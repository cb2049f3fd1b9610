namespace Tercel.Network;

/// <summary>The fixed bounds of a loop's turn and of its buffers.</summary>
internal static class LoopLimits
{
    /// <summary>The receive buffer that all connections of a loop share. Units: bytes.</summary>
    public const int ReceiveBufferBytes = 1 << 20;

    /// <summary>What one connection may receive per turn. Units: bytes.</summary>
    public const int ReceiveBytesMax = 64 << 10;

    /// <summary>Up to this size, an incomplete message is moved into the shared buffer and completed there; longer
    /// ones grow in a buffer of their own. Units: bytes.</summary>
    public const int MovedInputBytesMax = 16 << 10;

    /// <summary>Given to the kernel in one call. Units: bytes.</summary>
    public const int SendBytesMax = 256 << 10;

    /// <summary>Sent from a connection's queue per turn, so that one fast reader does not hold up the others. Units:
    /// bytes.</summary>
    public const int FlushBytesMax = 1 << 20;

    /// <summary>Smallest block of queued output. Units: bytes.</summary>
    public const int OutputBlockBytesMin = 16 << 10;

    public const int EventsPerTurn = 512;
    public const int AcceptsPerTurn = 64;
    public const int TlsHandshakesPerTurn = 16;
    public const int TickMs = 100;

    /// <summary>How long a connection that is to be closed may take to read what is left. Units:
    /// milliseconds.</summary>
    public const int LingerMs = 1_000;

    /// <summary>Refused connections that may be told so at the same time; more are closed without a word.</summary>
    public const int RefusalsAtOnce = 128;

    /// <summary>How long accepting rests when the process has no file descriptors or memory left. Units:
    /// milliseconds.</summary>
    public const int AcceptRestMs = 100;
}
