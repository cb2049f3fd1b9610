namespace Tercel.Bench.Cache.Load;

/// <summary>What one request asks of the server.</summary>
internal enum Operation
{
    Get,
    Set,

    /// <summary>Nine GETs to one SET.</summary>
    Mixed,
    SetWithExpiry,
    HSet,
    HGet,

    /// <summary>LPUSH and LPOP in turn.</summary>
    PushPop,
    SAdd,
    ZAdd,
    Incr,

    /// <summary>MSET of ten keys.</summary>
    MSet,
}

/// <summary>How requests are written and replies counted in one protocol.</summary>
internal interface IWireProtocol
{
    /// <summary>Appends one request; returns the bytes written.</summary>
    int Write(Operation operation, int key, int turn, ReadOnlySpan<byte> value, Span<byte> target);

    /// <summary>Length of the first reply, 0 when it is not complete; and whether it says "no such key".</summary>
    /// <remarks>Errors: <see cref="BenchException"/> with the text when the server answers an error.</remarks>
    (int Bytes, bool IsMiss) First(ReadOnlySpan<byte> bytes);

    /// <summary>Counts the complete replies at the start of <paramref name="bytes"/> and how long they are.</summary>
    (int Replies, int Bytes, int Misses) Count(ReadOnlySpan<byte> bytes)
    {
        int replies = 0, used = 0, misses = 0;
        while (true)
        {
            var (length, isMiss) = First(bytes[used..]);
            if (length == 0) return (replies, used, misses);
            used += length;
            replies++;
            if (isMiss) misses++;
        }
    }
}
