using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

// A bounded queue of log records for many producers and one consumer. Producers claim a slot with one
// compare-and-swap, fill its record in place and publish it; a full queue refuses. No allocation after construction.
// Source: the bounded MPMC queue of Dmitry Vyukov (1024cores.net).
internal sealed class LogQueue
{
    private readonly Slot[] _slots;
    private readonly int _mask;
    private PaddedLong _head;
    private long _tail;

    public LogQueue(int capacity)
    {
        Invariant.Holds(BitOperations.IsPow2(capacity));
        _mask = capacity - 1;
        _slots = new Slot[capacity];
        for (var i = 0; i < capacity; i++) _slots[i] = new Slot { Sequence = i };
    }

    public int Capacity => _slots.Length;

    // About how many records wait.
    public long Count => Math.Max(0, Volatile.Read(ref _head.Value) - Volatile.Read(ref _tail));

    public bool TryClaim([NotNullWhen(true)] out LogRecord? record, out long ticket)
    {
        while (true)
        {
            ticket = Volatile.Read(ref _head.Value);
            var slot = _slots[ticket & _mask];
            var lag = Volatile.Read(ref slot.Sequence) - ticket;
            if (lag == 0 && Interlocked.CompareExchange(ref _head.Value, ticket + 1, ticket) == ticket)
            {
                record = slot.Record;
                return true;
            }

            if (lag >= 0) continue;
            record = null;
            return false;
        }
    }

    public void Publish(long ticket) => Volatile.Write(ref _slots[ticket & _mask].Sequence, ticket + 1);

    // Only the consumer calls the next two.
    public bool TryPeek([NotNullWhen(true)] out LogRecord? record)
    {
        var slot = _slots[_tail & _mask];
        var ready = Volatile.Read(ref slot.Sequence) == _tail + 1;
        record = ready ? slot.Record : null;
        return ready;
    }

    public void Release()
    {
        var slot = _slots[_tail & _mask];
        slot.Record.Clear();
        Volatile.Write(ref slot.Sequence, _tail + _slots.Length);
        Volatile.Write(ref _tail, _tail + 1);
    }

    private sealed class Slot
    {
        public readonly LogRecord Record = new();
        public long Sequence;
    }
}
