// Unsafe: reads and writes the fields of one entry, whose header says which there are.
namespace Tercel.Cache.Table;

/// <summary>What is stored between an entry's header and its key. <c>default</c> is nothing.</summary>
internal readonly unsafe struct EntryFields
{
    public long ExpireAtMs { get; init; }

    public uint ClientFlags { get; init; }

    public ulong Cas { get; init; }

    public ulong Tags { get; init; }

    /// <summary>The bits of an entry's first byte that tell which fields it has.</summary>
    public byte Flags => (byte)((ExpireAtMs != 0 ? Entry.HasExpiry : 0) | (ClientFlags != 0 ? Entry.HasClientFlags : 0)
        | (Cas != 0 ? Entry.HasCas : 0) | (Tags != 0 ? Entry.HasTags : 0));

    public static EntryFields Of(byte* entry) => new()
    {
        ExpireAtMs = Entry.ExpireAt(entry),
        ClientFlags = Entry.ClientFlags(entry),
        Cas = Entry.Cas(entry),
        Tags = Entry.Tags(entry),
    };

    public EntryFields WithExpiry(long expireAtMs) =>
        new() { ExpireAtMs = expireAtMs, ClientFlags = ClientFlags, Cas = Cas, Tags = Tags };

    public EntryFields WithCas(ulong cas) =>
        new() { ExpireAtMs = ExpireAtMs, ClientFlags = ClientFlags, Cas = cas, Tags = Tags };

    public EntryFields WithTags(ulong tags) =>
        new() { ExpireAtMs = ExpireAtMs, ClientFlags = ClientFlags, Cas = Cas, Tags = tags };

    /// <summary>Writes all fields that the entry's header names.</summary>
    public void WriteTo(byte* entry)
    {
        if ((*entry & Entry.HasExpiry) != 0) Entry.SetExpireAt(entry, ExpireAtMs);
        if ((*entry & Entry.HasClientFlags) != 0) Entry.SetClientFlags(entry, ClientFlags);
        if ((*entry & Entry.HasCas) != 0) Entry.SetCas(entry, Cas);
        if ((*entry & Entry.HasTags) != 0) Entry.SetTags(entry, Tags);
    }
}
