// Unsafe: the view points at an entry of an entered shard, as its contract says.
using System.Runtime.CompilerServices;
using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>A key with its database and its hash, computed once.</summary>
/// <remarks>Lifetime: that of the bytes it looks at. <c>default</c> is the empty key of database 0 with a wrong hash:
/// make one with <see cref="Keyspace.Key"/>.</remarks>
public readonly ref struct KeyRef
{
    internal KeyRef(ReadOnlySpan<byte> bytes, int database, ulong hash)
    {
        Bytes = bytes;
        Database = database;
        Hash = hash;
    }

    /// <summary>A key whose hash, as <see cref="Keyspace.Key"/> gives it, is known already.</summary>
    public static KeyRef Hashed(ReadOnlySpan<byte> bytes, int database, ulong hash) => new(bytes, database, hash);

    /// <summary>The key itself.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The database it lives in. Range: 0 to 15.</summary>
    public int Database { get; }

    /// <summary>The keyed hash of the key, the same in all databases; differs from process to process.</summary>
    public ulong Hash { get; }
}

/// <summary>A live value found in the keyspace.</summary>
/// <remarks>Lifetime: points into shard memory; ends with the next change to the shard or when its lock is left.
/// <c>default</c> is "nothing".</remarks>
public readonly unsafe ref struct ValueView
{
    private readonly byte* _entry;

    internal ValueView(ulong slot)
    {
        _entry = Slot.Address(slot);
        Frequency = Slot.Frequency(slot);
    }

    /// <summary>What its entry takes with its place in the index, collections aside.</summary>
    internal long EntryBytes =>
        HashIndex.BytesPerEntry + (Entry.ValueStart(_entry) - _entry) + Entry.ValueLength(_entry);

    /// <summary>Its set of tags with the time it was stored, as entries keep it.</summary>
    internal ulong Stamp => _entry == null ? 0 : Entry.Tags(_entry);

    /// <summary>What it is.</summary>
    public ValueKind Kind => _entry == null ? ValueKind.None : Entry.Kind(_entry);

    /// <summary>The bytes of a string; empty for the other kinds.</summary>
    public ReadOnlySpan<byte> Bytes => Kind == ValueKind.String ? Entry.Value(_entry) : default;

    /// <summary>The root of a collection, as the value types take it; 0 for strings.</summary>
    public ulong Root => _entry != null && Entry.IsCollection(_entry)
        ? Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(_entry))
        : 0;

    /// <summary>What OBJECT ENCODING calls the form of a collection: <c>listpack</c>, <c>hashtable</c> ... Not for
    /// strings.</summary>
    public ReadOnlySpan<byte> CollectionForm => Values.Collections.EncodingName(Kind, Root);

    /// <summary>When it expires. Units: Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs => _entry == null ? 0 : Entry.ExpireAt(_entry);

    /// <summary>The opaque number memcached clients store beside a value; 0 without one.</summary>
    public uint ClientFlags => _entry == null ? 0 : Entry.ClientFlags(_entry);

    /// <summary>The unique number <c>gets</c> gave out for this version of the value; 0 when never asked.</summary>
    public ulong CasUnique => _entry == null ? 0 : Entry.Cas(_entry);

    /// <summary>The set of tags the value was stored with; 0 = none.</summary>
    public uint TagSet => _entry == null ? 0 : TagStamp.SetOf(Entry.Tags(_entry));

    /// <summary>How often it was read lately. Range: 0 to 3.</summary>
    public int Frequency { get; }
}

/// <summary>What is stored beside a string value.</summary>
public readonly record struct ValueOptions
{
    /// <summary>When it expires. Units: Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; init; }

    /// <summary>Keeps the expiry that the key has now, instead of <see cref="ExpireAtMs"/>.</summary>
    public bool KeepExpiry { get; init; }

    /// <summary>An opaque number for memcached clients.</summary>
    public uint ClientFlags { get; init; }

    /// <summary>A set of tags from the keyspace's tag table; 0 = none.</summary>
    public uint TagSet { get; init; }
}
