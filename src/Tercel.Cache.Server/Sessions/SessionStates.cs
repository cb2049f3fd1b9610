namespace Tercel.Cache.Server.Sessions;

/// <summary>What is special about a session now; a session with none of these takes the dispatcher's short
/// way.</summary>
[Flags]
internal enum SessionStates : ushort
{
    None = 0,

    /// <summary>Between MULTI and EXEC.</summary>
    InTransaction = 1,

    /// <summary>CLIENT REPLY OFF.</summary>
    RepliesOff = 2,

    /// <summary>CLIENT REPLY SKIP: the next command's reply is dropped.</summary>
    SkipsNextReply = 4,

    /// <summary>Listens to channels.</summary>
    Subscribed = 8,

    /// <summary>Waits for a key, or for CLIENT UNPAUSE: nothing of it is run until then.</summary>
    Parked = 16,

    /// <summary>Has not read what it was sent: nothing of it is run until it has.</summary>
    Held = 32,

    /// <summary>Closes once its replies have left.</summary>
    Closing = 64,

    /// <summary>Its reads are remembered for client-side caching.</summary>
    Tracking = 128,

    /// <summary>Sees the commands of all.</summary>
    Monitoring = 256,

    /// <summary>What is to come is kept, not run.</summary>
    Stopped = Parked | Held | Closing,
}
