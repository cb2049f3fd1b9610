namespace Tercel.Cache;

/// <summary>What a key holds.</summary>
/// <remarks>Shape: fits three bits; the numbers are stored in entries and must not change.</remarks>
public enum ValueKind : byte
{
    /// <summary>Nothing; only <c>default</c> and missing keys have it.</summary>
    None = 0,

    /// <summary>Bytes.</summary>
    String = 1,

    /// <summary>A list of byte strings.</summary>
    List = 2,

    /// <summary>A set of distinct byte strings.</summary>
    Set = 3,

    /// <summary>Distinct byte strings ordered by a score.</summary>
    SortedSet = 4,

    /// <summary>Fields with values.</summary>
    Hash = 5,
}

/// <summary>What became of an operation on the keyspace.</summary>
public enum StoreStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>No live value under that key, field or index.</summary>
    NotFound,

    /// <summary>The key holds another kind of value.</summary>
    WrongType,

    /// <summary>The stored bytes are not an integer in 64 bits.</summary>
    NotAnInteger,

    /// <summary>The stored bytes are not a number.</summary>
    NotAFloat,

    /// <summary>The result does not fit 64 bits, or is not a finite number.</summary>
    Overflow,

    /// <summary>The value would be larger than <see cref="EngineLimits.ValueBytesMax"/>.</summary>
    TooLarge,

    /// <summary>A condition of the caller did not hold (the key exists, has another version ...).</summary>
    Refused,
}

/// <summary>Why an entry left the keyspace without a command asking for it.</summary>
public enum RemovalCause : byte
{
    /// <summary>Its time to live ended.</summary>
    Expired,

    /// <summary>Its memory was needed.</summary>
    Evicted,

    /// <summary>One of its tags was invalidated.</summary>
    Invalidated,
}
