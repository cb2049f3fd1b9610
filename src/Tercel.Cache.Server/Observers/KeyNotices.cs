using System.Buffers;
using System.Buffers.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Observers;

/// <summary>Publishes keyspace events as <c>notify-keyspace-events</c> asks for them.</summary>
internal static class KeyNotices
{
    private const int OnStackMax = 512;
    private const int PrefixBytesMax = 32;

    /// <summary>To <c>__keyspace@db__:key</c> with the event, and to <c>__keyevent@db__:event</c> with the
    /// key.</summary>
    public static void Publish(
        Outbox outbox, KeyEvents wanted, int database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        if ((wanted & KeyEvents.Keyspace) != 0) Publish(outbox, "__keyspace@"u8, database, key, name);
        if ((wanted & KeyEvents.Keyevent) != 0) Publish(outbox, "__keyevent@"u8, database, name, key);
    }

    private static void Publish(
        Outbox outbox, ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> message)
    {
        var needed = PrefixBytesMax + subject.Length;
        var rented = needed > OnStackMax ? ArrayPool<byte>.Shared.Rent(needed) : null;
        var channel = rented ?? stackalloc byte[OnStackMax];
        prefix.CopyTo(channel);
        var length = prefix.Length;
        Utf8Formatter.TryFormat(database, channel[length..], out var digits);
        length += digits;
        "__:"u8.CopyTo(channel[length..]);
        length += 3;
        subject.CopyTo(channel[length..]);
        outbox.Publish(channel[..(length + subject.Length)], message);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }
}
