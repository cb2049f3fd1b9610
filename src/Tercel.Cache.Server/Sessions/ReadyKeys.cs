namespace Tercel.Cache.Server.Sessions;

/// <summary>Keys that were changed by a dispatcher's command and that clients wait for.</summary>
/// <remarks>Thread: one dispatcher's.</remarks>
internal sealed class ReadyKeys
{
    private readonly Queue<BlockedKey> _keys = new();
    private readonly HashSet<BlockedKey> _known = [];

    /// <summary>Looked at after every command.</summary>
    public bool HasAny { get; private set; }

    public void Add(BlockedKey key)
    {
        if (!_known.Add(key)) return;
        _keys.Enqueue(key);
        HasAny = true;
    }

    public bool TryTake(out BlockedKey? key)
    {
        HasAny = _keys.Count > 1;
        if (!_keys.TryDequeue(out key)) return false;
        _known.Remove(key);
        return true;
    }
}
