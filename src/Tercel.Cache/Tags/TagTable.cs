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

    /// <summary>Longest name of a tag. Units: bytes.</summary>
    public const int NameBytesMax = 255;

    private const int NewPerRound = TagsMax / 32;

    private readonly Lock _gate = new();
    private readonly InternTable _tags = new(TagsMax);
    private readonly InternTable _sets = new(SetsMax);

    /// <summary>By tag: the count of invalidations at its own last one.</summary>
    private ulong[] _invalidatedAt = new ulong[64];
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

    /// <summary>The number of a set of tags for <see cref="ValueOptions.TagSet"/>, from the numbers of its tags, which
    /// are sorted on the way. False when the limits of the table are reached or there are too many tags.</summary>
    public bool TryGetSet(Span<uint> tags, out uint set)
    {
        set = 0;
        if (tags.Length is 0 or > TagsPerKeyMax) return false;
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
            if (tag >= _invalidatedAt.Length) Array.Resize(ref _invalidatedAt, _invalidatedAt.Length * 2);
        }

        return tag != 0;
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
