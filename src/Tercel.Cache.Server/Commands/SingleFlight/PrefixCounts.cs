namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>What was counted of one declared prefix since it was declared.</summary>
/// <remarks>Thread: any; every add is one interlocked instruction, and only keys under a policy pay it.</remarks>
internal sealed class PrefixCounts
{
    private long _hits, _misses, _staleHits, _bytesWritten, _leases, _waits;

    public long Hits => Volatile.Read(ref _hits);

    public long Misses => Volatile.Read(ref _misses);

    /// <summary>Hits whose time to live was over.</summary>
    public long StaleHits => Volatile.Read(ref _staleHits);

    /// <summary>Bytes of string values stored by SET and its relatives.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Leases given out: how often somebody was told to refill.</summary>
    public long Leases => Volatile.Read(ref _leases);

    /// <summary>Clients parked for a key that another one refills.</summary>
    public long Waits => Volatile.Read(ref _waits);

    public void AddHit() => Interlocked.Increment(ref _hits);

    public void AddMiss() => Interlocked.Increment(ref _misses);

    public void AddStaleHit() => Interlocked.Increment(ref _staleHits);

    public void AddBytesWritten(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    public void AddLease() => Interlocked.Increment(ref _leases);

    public void AddWait() => Interlocked.Increment(ref _waits);
}
