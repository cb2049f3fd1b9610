namespace Tercel.Cache.Server.Sessions;

/// <summary>What a client has told about itself; most tell nothing.</summary>
/// <remarks>Lifetime: immutable, replaced as a whole. Thread: any.</remarks>
internal sealed record ClientProfile
{
    public static ClientProfile Nothing { get; } = new();

    /// <summary>CLIENT SETNAME; empty = none.</summary>
    public string Name { get; init; } = "";

    /// <summary>CLIENT SETINFO LIB-NAME.</summary>
    public string LibraryName { get; init; } = "";

    /// <summary>CLIENT SETINFO LIB-VER.</summary>
    public string LibraryVersion { get; init; } = "";

    /// <summary>CLIENT NO-EVICT ON.</summary>
    public bool IsNeverEvicted { get; init; }

    /// <summary>CLIENT NO-TOUCH ON.</summary>
    public bool TouchesNothing { get; init; }
}
