// Unsafe: the header lies at the start of a page or large block that belongs to the segment.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Cache.Table;

/// <summary>The first 64 bytes of a page of entries (or of a large block that holds a single big one).</summary>
/// <remarks><c>default</c> is a closed segment without entries. Entries follow the header, one after the
/// other.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Segment
{
    public const int HeaderBytes = 64;

    /// <summary>Where the next entry goes; of a big segment exactly where its value ends.</summary>
    public int Used;

    /// <summary>Bytes of dead entries and gaps.</summary>
    public int DeadBytes;

    /// <summary>Entries that the index points at.</summary>
    public int LiveCount;

    public SegmentPool Pool;

    /// <summary>The queue it is in.</summary>
    public SegmentPlace Place;

    public byte TtlClass;

    /// <summary>A large block with one entry.</summary>
    public bool IsBig;

    /// <summary>Rises with every segment of the keyspace: its age.</summary>
    public long Sequence;

    public Segment* Next;
    public Segment* Previous;

    /// <summary>Its neighbours in a slot of the expiry wheel; <see cref="DueLink"/> is what points here.</summary>
    public Segment* DueNext;
    public Segment** DueLink;

    /// <summary>No live entry expires earlier. Unix milliseconds; <see cref="long.MaxValue"/> = none
    /// expires.</summary>
    public long FirstExpiryMs;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Entries(Segment* segment) => (byte*)segment + HeaderBytes;

    /// <summary>The bytes of memory behind a big segment.</summary>
    public static long BigBytes(Segment* segment) => segment->Used;
}

/// <summary>The two queues of S3-FIFO: newcomers, and what was read since.</summary>
internal enum SegmentPool : byte
{
    Small = 0,
    Main = 1,
}

/// <summary>The queue a segment waits in.</summary>
internal enum SegmentPlace : byte
{
    Small = 0,
    Main = 1,

    /// <summary>Mostly dead: to be compacted.</summary>
    Sparse = 2,

    /// <summary>In none: being emptied.</summary>
    None = 3,
}
