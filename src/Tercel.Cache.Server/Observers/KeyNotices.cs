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

    /// <summary>The arguments of a command that are keys and have no value; its shards are entered.</summary>
    public static List<int>? AbsentKeys(in CommandContext context)
    {
        List<int>? absent = null;
        var keys = new KeyPositions(context.Info.Keys, context.Args);
        while (keys.MoveNext())
            if (!Exists(context, keys.Index)) (absent ??= []).Add(keys.Index);
        return absent;
    }

    /// <summary>The command has run on a key that did not exist before.</summary>
    public static void TellOfAbsent(in CommandContext context, int index, KeyEvents wanted)
    {
        var isNew = Exists(context, index);
        if (!isNew && (context.Info.Flags & CommandFlags.ReadOnly) == 0) return;
        if ((wanted & (isNew ? KeyEvents.New : KeyEvents.Missed)) == 0) return;
        Publish(
            context.Dispatcher.Outbox, context.Server.Live.NotifiedEvents, context.Session.Database,
            context.Args[index], isNew ? "new"u8 : "keymiss"u8);
    }

    private static bool Exists(in CommandContext context, int index) =>
        context.Keyspace.TryPeek(context.Key(index), context.NowMs, out _);

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
