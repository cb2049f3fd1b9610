using System.Diagnostics;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Sends an entry of the keyspace to a sink.</summary>
/// <remarks>Thread: the entry's shard is entered.</remarks>
internal static class EntryWriter
{
    /// <summary>Sends one entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="database">Its database.</param>
    /// <param name="value">Its value.</param>
    /// <param name="nowMs">Fields of hashes whose time is past are left out; a hash of only such is left out
    /// altogether. Units: Unix milliseconds.</param>
    /// <param name="sink">Where to.</param>
    public static void Send(ReadOnlySpan<byte> key, int database, in ValueView value, long nowMs, IRdbSink sink)
    {
        var entry = new RdbEntry
        {
            Key = key, Database = database, ExpireAtMs = value.ExpireAtMs, ClientFlags = value.ClientFlags,
            TagSet = value.TagSet,
        };
        switch (value.Kind)
        {
            case ValueKind.String: sink.String(entry, value.Bytes); break;
            case ValueKind.List: SendList(entry, value.Root, sink); break;
            case ValueKind.Set: SendSet(entry, value.Root, sink); break;
            case ValueKind.SortedSet: SendSortedSet(entry, value.Root, sink); break;
            case ValueKind.Hash: SendHash(entry, value.Root, nowMs, sink); break;
            default: throw new UnreachableException();
        }
    }

    private static void SendList(in RdbEntry entry, ulong root, IRdbSink sink)
    {
        sink.Begin(entry, ValueKind.List, ListValue.CountOf(root));
        foreach (var element in ListValue.All(root)) sink.Element(element);
        sink.End();
    }

    private static void SendSet(in RdbEntry entry, ulong root, IRdbSink sink)
    {
        var set = new SetValue(root);
        sink.Begin(entry, ValueKind.Set, set.Count);
        foreach (var member in set) sink.Element(member);
        sink.End();
    }

    private static void SendSortedSet(in RdbEntry entry, ulong root, IRdbSink sink)
    {
        var set = new SortedSetValue(root);
        sink.Begin(entry, ValueKind.SortedSet, set.Count);
        foreach (var item in set) sink.Scored(item.Member, item.Score);
        sink.End();
    }

    private static void SendHash(in RdbEntry entry, ulong root, long nowMs, IRdbSink sink)
    {
        var hash = new HashValue(root, nowMs);
        long count = 0;
        var hasTimes = false;
        // Only a walk tells how many fields are alive, and whether any of them has a time.
        foreach (var field in hash)
        {
            count++;
            hasTimes |= field.ExpireAtMs != 0;
        }

        if (count == 0) return;
        var timed = new RdbEntry
        {
            Key = entry.Key, Database = entry.Database, ExpireAtMs = entry.ExpireAtMs, HasFieldTimes = hasTimes,
        };
        sink.Begin(timed, ValueKind.Hash, count);
        foreach (var field in hash) sink.Field(field.Field, field.Value, field.ExpireAtMs);
        sink.End();
    }
}
