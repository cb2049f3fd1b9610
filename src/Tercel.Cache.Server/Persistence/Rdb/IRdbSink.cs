namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>What belongs to an entry beside its value.</summary>
/// <remarks>Lifetime: that of the reader's buffers, until the call returns.</remarks>
internal readonly ref struct RdbEntry
{
    public ReadOnlySpan<byte> Key { get; init; }

    public int Database { get; init; }

    /// <summary>Units: Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; init; }

    /// <summary>Whether fields of the hash may have times of their own.</summary>
    public bool HasFieldTimes { get; init; }

    public uint ClientFlags { get; init; }

    /// <summary>Number of a set of tags that <see cref="IRdbSink.TagSet"/> has named before; 0 = none.</summary>
    public uint TagSet { get; init; }
}

/// <summary>Takes the entries of a dataset one after the other: a reader, a keyspace's walk or an import sends
/// them.</summary>
/// <remarks>A string is one call. A collection is <see cref="Begin"/>, exactly as many of
/// <see cref="Element"/>, <see cref="Scored"/> or <see cref="Field"/> as announced, then <see cref="End"/>; it is
/// never empty. Bytes are the caller's again when a call returns.</remarks>
internal interface IRdbSink
{
    /// <summary>The count of a list whose packed nodes do not tell.</summary>
    const long CountUnknown = -1;

    void String(in RdbEntry entry, ReadOnlySpan<byte> value);

    void Begin(in RdbEntry entry, ValueKind kind, long count);

    /// <summary>An element of a list, from the head on, or a member of a set.</summary>
    void Element(ReadOnlySpan<byte> element);

    void Scored(ReadOnlySpan<byte> member, double score);

    /// <param name="field">The field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expireAtMs">Unix milliseconds; 0 = never.</param>
    void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs);

    void End();

    /// <summary>Gives a set of tags its number; <paramref name="names"/> are length-prefixed, see
    /// <see cref="RdbExtras"/>.</summary>
    void TagSet(uint number, ReadOnlySpan<byte> names);

    /// <summary>A file-wide field such as <c>redis-ver</c> or one of our own.</summary>
    void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
