using System.Runtime.CompilerServices;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>The lock of a shard: held for some hundred nanoseconds, so a waiter spins, then yields.</summary>
/// <remarks>The holder may enter again (a transaction that runs a command over the whole keyspace).
/// Cost: one compare-exchange to enter, one store to leave.</remarks>
internal struct ShardLock
{
    private int _owner;
    private int _again;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        var me = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _owner, me, 0) != 0) EnterSlow(me);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit()
    {
        if (_again > 0) _again--;
        else Volatile.Write(ref _owner, 0);
    }

    /// <summary>The calling thread is in.</summary>
    public bool IsMine => Volatile.Read(ref _owner) == Environment.CurrentManagedThreadId;

    private void EnterSlow(int me)
    {
        if (Volatile.Read(ref _owner) == me)
        {
            _again++;
            return;
        }

        var spinner = new SpinWait();
        do
        {
            // Never sleeps a millisecond: the holder works for less than that.
            spinner.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _owner) != 0 || Interlocked.CompareExchange(ref _owner, me, 0) != 0);
        Invariant.Holds(_again == 0);
    }
}
