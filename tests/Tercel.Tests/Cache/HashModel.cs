using System.Text;

namespace Tercel.Tests.Cache;

/// <summary>A hash with field expiry as plain as can be.</summary>
internal sealed class HashModel
{
    private readonly Dictionary<string, (string Value, long ExpireAtMs)> _fields = [];

    public long NowMs { get; set; } = 1;

    public bool Set(byte[] field, byte[] value, long expireAtMs)
    {
        var added = Get(field) is null;
        _fields[Text(field)] = (Text(value), expireAtMs);
        return added;
    }

    public bool SetExpiry(byte[] field, long expireAtMs)
    {
        if (Get(field) is not { } value) return false;
        _fields[Text(field)] = (value, expireAtMs);
        return true;
    }

    public bool Remove(byte[] field)
    {
        var was = Get(field) is not null;
        _fields.Remove(Text(field));
        return was;
    }

    public string? Get(byte[] field) =>
        _fields.TryGetValue(Text(field), out var found) && IsLive(found.ExpireAtMs) ? found.Value : null;

    public Dictionary<string, (string Value, long ExpireAtMs)> Live() =>
        _fields.Where(f => IsLive(f.Value.ExpireAtMs)).ToDictionary();

    public void Sweep()
    {
        foreach (var field in _fields.Where(f => !IsLive(f.Value.ExpireAtMs)).Select(f => f.Key).ToList())
            _fields.Remove(field);
    }

    private bool IsLive(long expireAtMs) => expireAtMs == 0 || expireAtMs >= NowMs;

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
