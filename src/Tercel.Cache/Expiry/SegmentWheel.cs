// Unsafe: links between segment headers that belong to one log; a slot's address is stable until Dispose.
using System.Numerics;
using System.Runtime.InteropServices;
using Tercel.Cache.Table;

namespace Tercel.Cache.Expiry;

/// <summary>When the segments of one shard are to be looked through for expired entries.</summary>
/// <remarks>Shape: four wheels of 64 slots; a slot of the first is 256 ms, of each further one 64 times as long. A
/// segment waits in the wheel that reaches its time, and moves inwards when the outer slot's turn comes. What lies
/// further than 49 days waits in the last slot of the outermost wheel. Cost: constant per segment and turn, nothing per
/// entry.</remarks>
internal unsafe struct SegmentWheel : IDisposable
{
    private const int Wheels = 4;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const int TickLog = 8;

    /// <summary>After a jump of the clock this far everything is sorted in anew, instead of turn by turn.</summary>
    private const long JumpTurns = 1 << (2 * SlotBits);

    private readonly Segment** _slots;

    /// <summary>The next turn to look at; all before are done. Units: 256 ms since 1970.</summary>
    private long _turn;
    private int _count;

    public SegmentWheel() =>
        _slots = (Segment**)NativeMemory.AllocZeroed(Wheels * Slots, (nuint)sizeof(Segment*));

    /// <summary>Sets or brings forward the time of a segment by its first expiry.</summary>
    public void Schedule(Segment* segment, long nowMs)
    {
        Unschedule(segment);
        if (segment->FirstExpiryMs == long.MaxValue) return;
        if (_count == 0) _turn = nowMs >> TickLog;
        Link(segment);
    }

    public void Unschedule(Segment* segment)
    {
        if (segment->DueLink == null) return;
        *segment->DueLink = segment->DueNext;
        if (segment->DueNext != null) segment->DueNext->DueLink = segment->DueLink;
        segment->DueLink = null;
        segment->DueNext = null;
        _count--;
    }

    /// <summary>A segment whose time has come, taken out of the wheel; null when there is none.</summary>
    public Segment* TakeDue(long nowMs)
    {
        var now = nowMs >> TickLog;
        if (now - _turn > JumpTurns) Jump(now - 1);
        for (; _turn < now && _count > 0; _turn++)
        {
            var due = *SlotAt(0, _turn);
            if (due != null)
            {
                Unschedule(due);
                return due;
            }

            Cascade();
        }

        return null;
    }

    public readonly void Dispose() => NativeMemory.Free(_slots);

    /// <summary>At the end of an inner wheel's round the outer slot that comes next is spread inwards.</summary>
    private void Cascade()
    {
        var next = _turn + 1;
        for (var wheel = 1; wheel < Wheels && (next & ((1L << (SlotBits * wheel)) - 1)) == 0; wheel++)
        {
            var slot = SlotAt(wheel, next >> (SlotBits * wheel));
            Relink(slot, next);
        }
    }

    private void Jump(long turn)
    {
        _turn = turn;
        // A segment sorted in behind the slot at hand is met twice; that ends where it is.
        for (var i = 0; i < Wheels * Slots; i++) Relink(_slots + i, turn);
    }

    private void Relink(Segment** slot, long turn)
    {
        var waiting = *slot;
        *slot = null;
        while (waiting != null)
        {
            var segment = waiting;
            waiting = segment->DueNext;
            segment->DueLink = null;
            segment->DueNext = null;
            _count--;
            LinkFrom(segment, turn);
        }
    }

    private void Link(Segment* segment) => LinkFrom(segment, _turn);

    private void LinkFrom(Segment* segment, long turn)
    {
        _count++;
        // Two turns after the expiry began, so that a look finds some 250 ms' worth of expired entries at once.
        var due = Math.Max(turn, (segment->FirstExpiryMs >> TickLog) + 1);
        var distance = due - turn;
        var wheel = distance == 0 ? 0 : BitOperations.Log2((ulong)distance) / SlotBits;
        if (wheel >= Wheels)
        {
            wheel = Wheels - 1;
            due = turn + ((Slots - 1L) << (SlotBits * wheel));
        }

        var slot = SlotAt(wheel, due >> (SlotBits * wheel));
        segment->DueNext = *slot;
        if (*slot != null) (*slot)->DueLink = &segment->DueNext;
        *slot = segment;
        segment->DueLink = slot;
    }

    private readonly Segment** SlotAt(int wheel, long index) => _slots + (wheel * Slots) + (index & (Slots - 1));
}
