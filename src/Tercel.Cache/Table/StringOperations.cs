// Unsafe: works on entries of an entered shard; every write is within the size the entry was appended with.
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>What can be done to strings in a shard.</summary>
/// <remarks>Thread: the shard is entered.</remarks>
internal static unsafe class StringOperations
{
    private const int IntegerDigitsMax = 20;

    /// <summary>A string that grows gets this part of its size as room for more, up to a limit.</summary>
    private const int SlackDivisor = 4;
    private const int SlackBytesMax = 4096;

    public static StoreStatus Set(
        Shard shard, in KeyRef key, ReadOnlySpan<byte> value, in EntryFields wanted, bool keepExpiry, long nowMs)
    {
        if (value.Length > EngineLimits.ValueBytesMax || key.Bytes.Length > EngineLimits.KeyBytesMax)
            return StoreStatus.TooLarge;
        var slot = shard.Find(key, nowMs);
        var fields = wanted;
        if (slot != null)
        {
            var old = Slot.Address(*slot);
            if (keepExpiry) fields = fields.WithExpiry(Entry.ExpireAt(old));
            if ((*old & Entry.HasCas) != 0) fields = fields.WithCas(shard.NextCas());
        }

        if (fields.ExpireAtMs != 0 && fields.ExpireAtMs <= nowMs)
        {
            if (slot != null) shard.Remove(key.Hash, slot);
            return StoreStatus.Ok;
        }

        if (slot == null)
        {
            value.CopyTo(Entry.Value(shard.Write(key, null, ValueKind.String, fields, value.Length, nowMs)));
            return StoreStatus.Ok;
        }

        Slot.Touch(slot);
        shard.Snapshot?.BeforeChange(key.Hash);
        if (!TrySetInPlace(shard, Slot.Address(*slot), value, fields, nowMs))
            Replace(shard, key, slot, value, fields, nowMs);
        return StoreStatus.Ok;
    }

    public static StoreStatus Open(Shard shard, in KeyRef key, int lengthMin, long nowMs, out Span<byte> bytes)
    {
        bytes = default;
        if (lengthMin > EngineLimits.ValueBytesMax || key.Bytes.Length > EngineLimits.KeyBytesMax)
            return StoreStatus.TooLarge;
        var slot = shard.Find(key, nowMs);
        byte* entry;
        if (slot == null)
        {
            entry = shard.Write(key, null, ValueKind.String, default, lengthMin, nowMs);
            bytes = Entry.Value(entry);
            bytes.Clear();
            return StoreStatus.Ok;
        }

        entry = Slot.Address(*slot);
        if (Entry.Kind(entry) != ValueKind.String) return StoreStatus.WrongType;
        shard.Snapshot?.BeforeChange(key.Hash);
        if ((*entry & Entry.HasCas) != 0) Entry.SetCas(entry, shard.NextCas());
        if (Entry.ValueLength(entry) < lengthMin) entry = Grow(shard, key, slot, lengthMin, nowMs);
        Slot.Touch(slot);
        bytes = Entry.Value(entry);
        return StoreStatus.Ok;
    }

    public static StoreStatus Add(Shard shard, in KeyRef key, long delta, long nowMs, out long sum)
    {
        sum = 0;
        var slot = shard.Find(key, nowMs);
        var fields = default(EntryFields);
        long number = 0;
        if (slot != null)
        {
            var entry = Slot.Address(*slot);
            if (Entry.Kind(entry) != ValueKind.String) return StoreStatus.WrongType;
            if (!TryParse(Entry.Value(entry), out number)) return StoreStatus.NotAnInteger;
            fields = EntryFields.Of(entry);
            if (fields.Cas != 0) fields = fields.WithCas(shard.NextCas());
        }

        sum = unchecked(number + delta);
        if (((number ^ sum) & (delta ^ sum)) < 0)
        {
            sum = 0;
            return StoreStatus.Overflow;
        }

        Span<byte> digits = stackalloc byte[IntegerDigitsMax];
        Invariant.Holds(Utf8Formatter.TryFormat(sum, digits, out var length));
        if (slot == null) return Set(shard, key, digits[..length], fields, keepExpiry: false, nowMs);
        Slot.Touch(slot);
        shard.Snapshot?.BeforeChange(key.Hash);
        if (!TrySetInPlace(shard, Slot.Address(*slot), digits[..length], fields, nowMs))
            Replace(shard, key, slot, digits[..length], fields, nowMs);
        return StoreStatus.Ok;
    }

    /// <summary>Reads an integer as Redis stores it: no sign but a minus, no leading zeros, no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        if (!Utf8Parser.TryParse(text, out number, out var used) || used != text.Length) return false;
        var digits = text[0] == '-' ? text[1..] : text;
        return digits.Length > 0 && digits[0] != '+' && (digits[0] != '0' || text.Length == 1);
    }

    /// <summary>Overwrites a string when the new one fits into its bytes and has the same fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySetInPlace(
        Shard shard, byte* entry, ReadOnlySpan<byte> value, in EntryFields fields, long nowMs)
    {
        // A field for the expiry may stay with 0 in it.
        var flags = fields.Flags;
        if (Entry.Kind(entry) != ValueKind.String || (flags | (*entry & Entry.HasExpiry)) != Entry.Fields(entry))
            return false;
        var start = (int)(Entry.ValueStart(entry) - entry);
        var segment = shard.Log.SegmentOf(entry);
        if (Entry.IsBig(entry))
        {
            var used = (long)Segment.HeaderBytes + start + value.Length;
            if (AddressSpace.RoundUp(used) != AddressSpace.RoundUp(segment->Used)) return false;
            value.CopyTo(new Span<byte>(entry + start, value.Length));
            shard.Log.SetBigEnd(segment, (int)used);
        }
        else
        {
            var (size, oldSize) = ((start + value.Length + 1) & ~1, Entry.Size(entry));
            if (size > oldSize) return false;
            value.CopyTo(new Span<byte>(entry + start, value.Length));
            Entry.SetValueLength(entry, value.Length);
            if (size < oldSize)
            {
                Entry.WriteGaps(entry + size, oldSize - size);
                shard.Log.AddDead(segment, oldSize - size);
            }
        }

        fields.WriteTo(entry);
        shard.Log.NoteExpiry(segment, fields.ExpireAtMs, nowMs);
        return true;
    }

    private static void Replace(
        Shard shard, in KeyRef key, ulong* slot, ReadOnlySpan<byte> value, in EntryFields fields, long nowMs)
    {
        var old = Slot.Address(*slot);
        var entry = shard.Write(key, slot, ValueKind.String, fields, value.Length, nowMs);
        value.CopyTo(Entry.Value(entry));
        shard.FreeCollection(old);
        shard.Log.Kill(old);
    }

    private static byte* Grow(Shard shard, in KeyRef key, ulong* slot, int length, long nowMs)
    {
        var old = Slot.Address(*slot);
        if (Entry.IsBig(old)) return GrowBig(shard, slot, length, nowMs);
        var oldLength = Entry.ValueLength(old);
        if (!TryGrowInPlace(shard, old, length))
        {
            var fields = EntryFields.Of(old);
            var slack = Math.Min(length / SlackDivisor, SlackBytesMax);
            var size = Entry.SizeFor(fields.Flags, key.Bytes.Length, length + slack);
            if (shard.Log.IsBig(size)) slack = 0;
            var entry = shard.Write(key, slot, ValueKind.String, fields, length + slack, nowMs);
            if (slack > 0) Shorten(shard, entry, length);
            Entry.Value(old).CopyTo(Entry.Value(entry));
            shard.Log.Kill(old);
            old = entry;
        }

        Entry.Value(old)[oldLength..].Clear();
        return old;
    }

    /// <summary>Takes the gaps behind the entry, or the free end of its segment.</summary>
    private static bool TryGrowInPlace(Shard shard, byte* entry, int length)
    {
        var segment = shard.Log.SegmentOf(entry);
        var size = ((int)(Entry.ValueStart(entry) - entry) + length + 1) & ~1;
        var oldSize = Entry.Size(entry);
        if (shard.Log.IsBig(size)) return false;
        var have = oldSize;
        var end = (byte*)segment + segment->Used;
        while (have < size && entry + have < end && Entry.IsGap(entry + have)) have += Entry.GapBytes(entry + have);
        var gaps = have - oldSize;
        if (have < size && (entry + have != end || !shard.Log.TryExtend(segment, size - have))) return false;
        if (have > size) Entry.WriteGaps(entry + size, have - size);
        shard.Log.AddDead(segment, -gaps + Math.Max(0, have - size));
        Entry.SetValueLength(entry, length);
        return true;
    }

    private static byte* GrowBig(Shard shard, ulong* slot, int length, long nowMs)
    {
        var entry = Slot.Address(*slot);
        var segment = shard.Log.SegmentOf(entry);
        var (had, used) = (segment->Used, segment->Used + (length - Entry.ValueLength(entry)));
        if (AddressSpace.RoundUp(had) == AddressSpace.RoundUp(used))
        {
            shard.Log.SetBigEnd(segment, used);
            new Span<byte>((byte*)segment + had, used - had).Clear();
            return entry;
        }

        segment = shard.Log.ResizeBig(segment, used, nowMs);
        entry = Segment.Entries(segment);
        *slot = Slot.WithAddress(*slot, entry);
        return entry;
    }

    /// <summary>Turns the end of a value into gaps.</summary>
    private static void Shorten(Shard shard, byte* entry, int length)
    {
        var oldSize = Entry.Size(entry);
        Entry.SetValueLength(entry, length);
        var size = Entry.Size(entry);
        Entry.WriteGaps(entry + size, oldSize - size);
        shard.Log.AddDead(shard.Log.SegmentOf(entry), oldSize - size);
    }
}
