using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Access;

/// <summary>What was refused lately, newest first: ACL LOG.</summary>
/// <remarks>Thread: any, under a lock; only refusals come here. Equal refusals of the last minute share an
/// entry.</remarks>
internal sealed class AccessLog(LiveSettings live)
{
    private const int GroupMs = 60_000;
    private const int ObjectCharsMax = 256;

    private readonly Lock _lock = new();
    private readonly LinkedList<AccessLogEntry> _entries = new();
    private long _nextId;

    /// <summary>Keeps a refusal.</summary>
    public void Add(AccessRefusal refusal, long nowMs)
    {
        if (refusal.Object.Length > ObjectCharsMax)
            refusal = refusal with { Object = refusal.Object[..ObjectCharsMax] };
        lock (_lock)
        {
            var same = _entries.FirstOrDefault(entry => entry.UpdatedMs >= nowMs - GroupMs && entry.IsLike(refusal));
            if (same is not null) _entries.Remove(same);
            else same = new AccessLogEntry { Id = _nextId++, CreatedMs = nowMs };
            same.Count++;
            same.UpdatedMs = nowMs;
            same.Refusal = refusal;
            _entries.AddFirst(same);
            while (_entries.Count > Math.Max(live.AccessLogLengthMax, 0)) _entries.RemoveLast();
        }
    }

    /// <summary>The newest entries, as they are now.</summary>
    public IReadOnlyList<AccessLogEntry> Newest(int count)
    {
        lock (_lock) return [.. _entries.Take(count).Select(static entry => entry.Copy())];
    }

    public void Reset()
    {
        lock (_lock) _entries.Clear();
    }
}

/// <summary>A refused command or login.</summary>
/// <param name="Denial">What was refused.</param>
/// <param name="Context"><c>toplevel</c>, or <c>multi</c> inside a transaction.</param>
/// <param name="Object">The command, key or channel refused; AUTH for a login.</param>
/// <param name="User">Who asked.</param>
/// <param name="Client">The connection, as CLIENT LIST describes it.</param>
internal sealed record AccessRefusal(
    AccessDenial Denial, string Context, string Object, string User, string Client);

/// <summary>An entry of the log, with how often it happened.</summary>
internal sealed class AccessLogEntry
{
    public required long Id { get; init; }

    public required long CreatedMs { get; init; }

    public long UpdatedMs { get; set; }

    public int Count { get; set; }

    public AccessRefusal Refusal { get; set; } = new(AccessDenial.None, "", "", "", "");

    public bool IsLike(AccessRefusal other) =>
        Refusal.Denial == other.Denial && Refusal.Context == other.Context && Refusal.Object == other.Object
        && Refusal.User == other.User;

    public AccessLogEntry Copy() => (AccessLogEntry)MemberwiseClone();
}
