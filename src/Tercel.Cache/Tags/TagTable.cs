using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tercel.Cache.Table;
using Tercel.Primitives;

namespace Tercel.Cache.Tags;

/// <summary>The tags that keys can be stored with, and when each was last invalidated.</summary>
/// <remarks>
/// Shape: a key holds the number of a set of tags and the count of invalidations when it was stored. It is stale when a
/// tag of its set was invalidated later. So invalidating is one store, whatever number of keys has the tag; stale keys
/// are not found any more and leave when they are met, or with their segment.
/// Thread: any. Limits: <see cref="TagsMax"/> and <see cref="SetsMax"/>; when they are nearly reached, those that no
/// key has are forgotten in the background.
/// </remarks>
public sealed class TagTable
{
    /// <summary>Most tags at a time.</summary>
    public const int TagsMax = 1 << 18;

    /// <summary>Most different sets of tags at a time.</summary>
    public const int SetsMax = 1 << 19;

    /// <summary>Most tags of one key.</summary>
    public const int TagsPerKeyMax = 16;

    /// <summary>Most tags of a set: those of a key and a stale window.</summary>
    public const int TagsPerSetMax = TagsPerKeyMax + 1;

    /// <summary>Longest name of a tag. Units: bytes.</summary>
    public const int NameBytesMax = 255;

    /// <summary>First byte of the tags that stand for a stale window; no name of a client's begins with it.</summary>
    private const byte WindowMark = 0;
    private const int WindowNameBytes = 1 + sizeof(long);

    private const int NewPerRound = TagsMax / 32;

    private readonly Lock _gate = new();
    private readonly InternTable _tags = new(TagsMax);
    private readonly InternTable _sets = new(SetsMax);

    /// <summary>By tag: the count of invalidations at its own last one.</summary>
    private ulong[] _invalidatedAt = new ulong[64];

    /// <summary>By tag: the stale window it stands for, 0 for ordinary tags.</summary>
    private long[] _staleMs = new long[64];
    private ulong _epoch;

    /// <summary>Rises when a round of forgetting begins; even = none is under way.</summary>
    private int _round;
    private long _nextRoundAtWanted;

    /// <summary>Number of tags known.</summary>
    public int TagCount => _tags.Count;

    /// <summary>Number of sets of tags known.</summary>
    public int SetCount => _sets.Count;

    /// <summary>Number of invalidations so far.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>Whether a stale window was ever asked for.</summary>
    public bool HasStaleWindows { get; private set; }

    /// <summary>Told when the first stale window is asked for; called under the table's lock.</summary>
    public Action? StaleWindowAdded { get; set; }

    /// <summary>The number of a set of tags for <see cref="ValueOptions.TagSet"/>, from the numbers of its tags, which
    /// are sorted on the way. False when the limits of the table are reached or there are too many tags.</summary>
    public bool TryGetSet(Span<uint> tags, out uint set)
    {
        set = 0;
        if (tags.Length is 0 or > TagsPerSetMax) return false;
        tags.Sort();
        var count = 1;
        for (var i = 1; i < tags.Length; i++)
            if (tags[i] != tags[count - 1]) tags[count++] = tags[i];
        lock (_gate) set = _sets.Add(MemoryMarshal.AsBytes(tags[..count]), _round);
        return set != 0;
    }

    /// <summary>The number of a tag, which becomes known by that. False when the limits of the table are
    /// reached.</summary>
    public bool TryGetTag(ReadOnlySpan<byte> name, out uint tag)
    {
        tag = 0;
        if (name.Length is 0 or > NameBytesMax) return false;
        lock (_gate)
        {
            tag = _tags.Add(name, _round);
            if (tag >= _invalidatedAt.Length)
            {
                Array.Resize(ref _staleMs, _invalidatedAt.Length * 2);
                Array.Resize(ref _invalidatedAt, _invalidatedAt.Length * 2);
            }

            if (tag != 0) NoteWindow(tag, name);
        }

        return tag != 0;
    }

    /// <summary>A tag that stands for a stale window: how long before its expiry an entry counts as stale. It
    /// belongs to
    /// a set beside at most <see cref="TagsPerKeyMax"/> others.</summary>
    /// <param name="staleMs">Units: milliseconds; more than 0.</param>
    /// <param name="tag">Its number.</param>
    public bool TryGetWindow(long staleMs, out uint tag)
    {
        Span<byte> name = stackalloc byte[WindowNameBytes];
        name[0] = WindowMark;
        BinaryPrimitives.WriteInt64LittleEndian(name[1..], staleMs);
        return TryGetTag(name, out tag);
    }

    /// <summary>Whether a tag stands for a stale window.</summary>
    public bool IsWindow(uint tag) => Volatile.Read(ref _staleMs)[tag] != 0;

    /// <summary>The stale window of a set of tags; 0 = none. Units: milliseconds. Takes no lock; the set is that of an
    /// entry whose shard is entered.</summary>
    public long StaleMsOf(uint set)
    {
        if (!HasStaleWindows || set == 0) return 0;
        var windows = Volatile.Read(ref _staleMs);
        foreach (var tag in MemoryMarshal.Cast<byte, uint>(_sets.ItemOf(set)))
            if (windows[tag] != 0) return windows[tag];
        return 0;
    }

    /// <summary>Whether a tag of that name is known and was invalidated after that count.</summary>
    public bool IsInvalidatedSince(ReadOnlySpan<byte> name, ulong epoch)
    {
        lock (_gate)
        {
            var tag = _tags.Find(name);
            return tag != 0 && _invalidatedAt[tag] > epoch;
        }
    }

    /// <summary>Makes all keys stale that have the tag now; false when no key can have it.</summary>
    public bool Invalidate(ReadOnlySpan<byte> name)
    {
        lock (_gate)
        {
            var tag = _tags.Find(name);
            if (tag == 0) return false;
            _invalidatedAt[tag] = Interlocked.Increment(ref _epoch);
            return true;
        }
    }

    /// <summary>The tags of a set; returns how many.</summary>
    public int TagsOf(uint set, Span<uint> tags)
    {
        lock (_gate)
        {
            var items = MemoryMarshal.Cast<byte, uint>(_sets.ItemOf(set));
            items.CopyTo(tags);
            return items.Length;
        }
    }

    /// <summary>The name of a tag.</summary>
    public ReadOnlyMemory<byte> NameOf(uint tag)
    {
        lock (_gate) return _tags.ItemOf(tag);
    }

    /// <summary>Whether a tag of the value was invalidated after the value was stored, as far as is known up to an
    /// <see cref="Epoch"/>: of each tag only the last invalidation counts.</summary>
    public bool WasStale(in ValueView value, ulong epoch)
    {
        var stored = TagStamp.EpochOf(value.Stamp);
        var invalidatedAt = Volatile.Read(ref _invalidatedAt);
        foreach (var tag in MemoryMarshal.Cast<byte, uint>(_sets.ItemOf(TagStamp.SetOf(value.Stamp))))
        {
            var at = Volatile.Read(ref invalidatedAt[tag]);
            if (at > stored && at <= epoch) return true;
        }

        return false;
    }

    private void NoteWindow(uint tag, ReadOnlySpan<byte> name)
    {
        var isWindow = name.Length == WindowNameBytes && name[0] == WindowMark;
        _staleMs[tag] = isWindow ? BinaryPrimitives.ReadInt64LittleEndian(name[1..]) : 0;
        if (!isWindow || HasStaleWindows) return;
        HasStaleWindows = true;
        StaleWindowAdded?.Invoke();
    }

    /// <summary>What an entry stores now with this set.</summary>
    internal ulong StampOf(uint set) => set == 0 ? 0 : TagStamp.Make(set, Epoch);

    /// <summary>A tag of the set was invalidated after the stamp was made. Takes no lock.</summary>
    internal bool IsStale(ulong stamp)
    {
        var epoch = TagStamp.EpochOf(stamp);
        if (epoch == Epoch) return false;
        var invalidatedAt = Volatile.Read(ref _invalidatedAt);
        foreach (var tag in MemoryMarshal.Cast<byte, uint>(_sets.ItemOf(TagStamp.SetOf(stamp))))
            if (Volatile.Read(ref invalidatedAt[tag]) > epoch) return true;
        return false;
    }

    /// <summary>The round of forgetting that shards are to take part in; 0 = none. Begins one when it is
    /// time.</summary>
    internal int RoundUnderWay()
    {
        var round = Volatile.Read(ref _round);
        if (round % 2 != 0) return round;
        if (!_tags.IsNearlyFull && !_sets.IsNearlyFull) return 0;
        lock (_gate)
        {
            if (_round % 2 != 0) return _round;
            // When all are in use a round finds nothing: not before there are many new ones again.
            if (_tags.Wanted + _sets.Wanted < _nextRoundAtWanted) return 0;
            _nextRoundAtWanted = _tags.Wanted + _sets.Wanted + NewPerRound;
            return ++_round;
        }
    }

    /// <summary>Says that a key has the set, so that this round does not forget it.</summary>
    internal void Keep(uint set) => _sets.Keep(set, Volatile.Read(ref _round));

    /// <summary>All shards have named their sets: what was not named is forgotten.</summary>
    internal void EndRound(int round)
    {
        lock (_gate)
        {
            if (_round != round) return;
            Invariant.Holds(round % 2 != 0);
            _sets.Forget(round);
            for (uint set = 1; set <= _sets.Last; set++)
                foreach (var tag in MemoryMarshal.Cast<byte, uint>(_sets.ItemOf(set))) _tags.Keep(tag, round);
            _tags.Forget(round, _invalidatedAt);
            _round = round + 1;
        }
    }
}
