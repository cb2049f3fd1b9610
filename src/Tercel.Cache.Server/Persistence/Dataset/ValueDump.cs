using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>DUMP and RESTORE: one value of the keyspace as a payload, and back.</summary>
internal static class ValueDump
{
    /// <summary>The payload of a value; empty when it is a hash of which only expired fields are left.</summary>
    /// <remarks>Thread: the entry's shard is entered. Lifetime: until <paramref name="writer"/> is used
    /// again.</remarks>
    public static ReadOnlySpan<byte> Dump(in ValueView value, RdbPayloadWriter writer, long nowMs)
    {
        writer.Clear();
        EntryWriter.Send(default, 0, value, nowMs, writer);
        return writer.Written.Length == 0 ? default : writer.Finish();
    }

    /// <summary>Stores the value of a payload under a key, in place of what is there.</summary>
    /// <remarks>Thread: the key's shard is entered. False, with nothing changed: the payload is damaged, newer than
    /// ours or of a kind we do not have.</remarks>
    public static bool TryRestore(
        Keyspace keyspace, in KeyRef key, ReadOnlySpan<byte> payload, long expireAtMs, long nowMs)
    {
        if (!RdbValue.IsValid(payload)) return false;
        var entry = new RdbEntry { Key = key.Bytes, Database = key.Database, ExpireAtMs = expireAtMs };
        var sink = new KeyspaceSink(keyspace, nowMs) { IsInCommand = true };
        var isStored = RdbValue.TryRead(payload, entry, sink);
        if (isStored) sink.Flush();
        else sink.Abandon();
        return isStored;
    }
}
