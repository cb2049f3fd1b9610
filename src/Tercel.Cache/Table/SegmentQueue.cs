// Unsafe: links between segment headers that belong to one log.
namespace Tercel.Cache.Table;

/// <summary>Segments in the order in which they were opened.</summary>
internal unsafe struct SegmentQueue
{
    public Segment* First { get; private set; }

    public Segment* Last { get; private set; }

    public int Count { get; private set; }

    public void Add(Segment* segment)
    {
        segment->Next = null;
        segment->Previous = Last;
        if (Last != null) Last->Next = segment;
        else First = segment;
        Last = segment;
        Count++;
    }

    public void Remove(Segment* segment)
    {
        if (segment->Previous != null) segment->Previous->Next = segment->Next;
        else First = segment->Next;
        if (segment->Next != null) segment->Next->Previous = segment->Previous;
        else Last = segment->Previous;
        Count--;
    }
}
