namespace Tercel.Cache.Server.Observers;

/// <summary>How a client wants to be told of keys that it has cached (CLIENT TRACKING).</summary>
/// <remarks>Thread: the modes never change; the rest is its session's loop's, except what says "any thread".</remarks>
internal sealed class TrackingState
{
    private volatile bool _isRedirectionBroken;

    /// <summary>BCAST: told of every key with one of its prefixes, whether it has read it or not.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>OPTIN: only what is read behind CLIENT CACHING YES is remembered.</summary>
    public bool IsOptIn { get; init; }

    /// <summary>OPTOUT: what is read behind CLIENT CACHING NO is not remembered.</summary>
    public bool IsOptOut { get; init; }

    /// <summary>NOLOOP: not told of its own changes.</summary>
    public bool IsNoLoop { get; init; }

    /// <summary>The session that is told in its place; 0 = itself.</summary>
    public long RedirectId { get; init; }

    /// <summary>Of a broadcast client; an empty one stands for every key.</summary>
    public IReadOnlyList<byte[]> Prefixes { get; init; } = [];

    /// <summary>The session it redirects to has left. Any thread.</summary>
    public bool IsRedirectionBroken
    {
        get => _isRedirectionBroken;
        set => _isRedirectionBroken = value;
    }

    /// <summary>CLIENT CACHING was said for the next command.</summary>
    public bool IsNextChosen { get; set; }

    /// <summary>Whether the keys of the command that runs are to be remembered.</summary>
    public bool Remembers => !IsBroadcast && (IsOptIn ? IsNextChosen : !IsOptOut || !IsNextChosen);
}
