using System.Net;

namespace Tercel.Cache.Server.Access;

/// <summary>Slows down whoever guesses passwords: so many failures per address and moment.</summary>
/// <remarks>Thread: any; numbers may be a little off under contention, which harms nobody. Addresses share 256 slots;
/// Unix sockets have one of their own.</remarks>
internal sealed class LoginLimiter
{
    public const int FailuresMax = 16;
    private const int WindowMs = 100;
    private const int Slots = 256;

    private readonly (long Window, int Failures)[] _slots = new (long, int)[Slots];

    /// <summary>Whether a password of that client is looked at now.</summary>
    public bool Allows(IPEndPoint? client, long nowMs)
    {
        var slot = _slots[SlotOf(client)];
        return slot.Window != nowMs / WindowMs || slot.Failures < FailuresMax;
    }

    public void Failed(IPEndPoint? client, long nowMs)
    {
        ref var slot = ref _slots[SlotOf(client)];
        var window = nowMs / WindowMs;
        slot = slot.Window == window ? (window, slot.Failures + 1) : (window, 1);
    }

    private static int SlotOf(IPEndPoint? client)
    {
        if (client is null) return 0;
        Span<byte> bytes = stackalloc byte[16];
        client.Address.TryWriteBytes(bytes, out var count);
        var sum = 17;
        foreach (var part in bytes[..count]) sum = unchecked(sum * 31 + part);
        return sum & (Slots - 1);
    }
}
