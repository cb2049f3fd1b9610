using System.Buffers;
using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>Finds the sets of keys, and takes a key away with its last member.</summary>
internal static class SetKeys
{
    public static StoreStatus Find(ref CommandContext c, scoped in KeyRef key, out SetValue set)
    {
        var status = c.Keyspace.FindCollection(key, ValueKind.Set, c.NowMs, out var handle);
        set = status == StoreStatus.Ok ? new SetValue(handle) : default;
        return status;
    }

    /// <summary>The set of a key, made when missing: a member must follow.</summary>
    public static StoreStatus Open(ref CommandContext c, scoped in KeyRef key, out SetValue set)
    {
        var status = c.Keyspace.OpenCollection(key, ValueKind.Set, c.NowMs, out var handle);
        set = status == StoreStatus.Ok ? new SetValue(handle) : default;
        return status;
    }

    /// <summary>Tells that members were removed, and removes the key with the last one.</summary>
    public static void Removed(
        ref CommandContext c, scoped in KeyRef key, scoped SetValue set, ReadOnlySpan<byte> eventName)
    {
        var isEmpty = set.Count == 0;
        if (isEmpty) c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Set, eventName);
        if (isEmpty) c.Notify(key, KeyEvents.Generic, "del"u8);
    }

    /// <summary>The sets of several keys, as roots; 0 = missing. Replies the error and returns null when one holds
    /// another kind.</summary>
    /// <returns>A pooled array for <see cref="Return"/>.</returns>
    public static ulong[]? Collect(ref CommandContext c, int first, int count)
    {
        var roots = ArrayPool<ulong>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            if (Find(ref c, c.Key(first + i), out var set) == StoreStatus.WrongType)
            {
                c.Reply.WrongType();
                Return(roots);
                return null;
            }

            roots[i] = set.Root;
        }

        return roots;
    }

    public static void Return(ulong[] roots) => ArrayPool<ulong>.Shared.Return(roots);
}
