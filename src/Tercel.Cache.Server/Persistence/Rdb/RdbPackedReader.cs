using System.Diagnostics.CodeAnalysis;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Sends the contents of packed forms (listpack, ziplist, zipmap, intset) to a sink.</summary>
/// <remarks>Every form is walked once to check and count it, then again to send it: a sink sees no part of a damaged
/// one.</remarks>
internal sealed class RdbPackedReader
{
    private readonly byte[] _first = new byte[RespNumber.TextBytesMax];
    private readonly byte[] _second = new byte[RespNumber.TextBytesMax];

    /// <summary>Reads a whole value that is one packed string; false when the type is none of them.</summary>
    public bool TryRead(RdbType type, ReadOnlySpan<byte> bytes, in RdbEntry entry, long at, IRdbSink sink)
    {
        switch (type)
        {
            case RdbType.SetIntset: ReadIntset(bytes, entry, at, sink); break;
            case RdbType.HashZipmap: ReadZipmap(bytes, entry, at, sink); break;
            case RdbType.ListZiplist: ReadElements(bytes, false, ValueKind.List, entry, at, sink); break;
            case RdbType.SetListpack: ReadElements(bytes, true, ValueKind.Set, entry, at, sink); break;
            case RdbType.HashZiplist: ReadGroups(bytes, false, ValueKind.Hash, 2, entry, at, sink); break;
            case RdbType.HashListpack: ReadGroups(bytes, true, ValueKind.Hash, 2, entry, at, sink); break;
            case RdbType.HashListpackExpiring:
            case RdbType.HashListpackExpiringEarly: ReadGroups(bytes, true, ValueKind.Hash, 3, entry, at, sink); break;
            case RdbType.SortedSetZiplist: ReadGroups(bytes, false, ValueKind.SortedSet, 2, entry, at, sink); break;
            case RdbType.SortedSetListpack: ReadGroups(bytes, true, ValueKind.SortedSet, 2, entry, at, sink); break;
            default: return false;
        }

        return true;
    }

    /// <summary>Sends the elements of one packed node and returns their number.</summary>
    public long Elements(ReadOnlySpan<byte> bytes, bool isListpack, long at, IRdbSink sink)
    {
        var count = Check(bytes, isListpack, at);
        var walk = new Walk(bytes, isListpack);
        var element = default(PackedElement);
        while (walk.TryNext(ref element)) sink.Element(element.Text(_first));
        return count;
    }

    private void ReadElements(
        ReadOnlySpan<byte> bytes, bool isListpack, ValueKind kind, in RdbEntry entry, long at, IRdbSink sink)
    {
        var count = Check(bytes, isListpack, at);
        if (count == 0) RdbException.Throw("a collection is empty", at);
        sink.Begin(entry, kind, count);
        Elements(bytes, isListpack, at, sink);
        sink.End();
    }

    // Groups of a field, a value and perhaps a time; or of a member and a score.
    private void ReadGroups(
        ReadOnlySpan<byte> bytes, bool isListpack, ValueKind kind, int groupSize, in RdbEntry entry, long at,
        IRdbSink sink)
    {
        var count = Check(bytes, isListpack, at);
        if (count == 0 || count % groupSize != 0) ThrowDamaged(at);
        sink.Begin(entry, kind, count / groupSize);
        var walk = new Walk(bytes, isListpack);
        PackedElement first = default, second = default, third = default;
        while (walk.TryNext(ref first))
        {
            if (!walk.TryNext(ref second) || (groupSize == 3 && !walk.TryNext(ref third))) ThrowDamaged(at);
            if (kind == ValueKind.Hash)
                sink.Field(first.Text(_first), second.Text(_second), groupSize == 3 ? Time(third, at) : 0);
            else
                sink.Scored(first.Text(_first), Score(second, at));
        }

        sink.End();
    }

    private void ReadIntset(ReadOnlySpan<byte> bytes, in RdbEntry entry, long at, IRdbSink sink)
    {
        var set = new Intset(bytes);
        if (set.IsDamaged || set.Count == 0) ThrowDamaged(at);
        sink.Begin(entry, ValueKind.Set, set.Count);
        for (var i = 0; i < set.Count; i++) sink.Element(_first.AsSpan(0, RespNumber.Format(set[i], _first)));
        sink.End();
    }

    private static void ReadZipmap(ReadOnlySpan<byte> bytes, in RdbEntry entry, long at, IRdbSink sink)
    {
        var check = new Zipmap(bytes);
        var count = 0;
        while (check.TryNext(out _, out _)) count++;
        if (check.IsDamaged || count == 0) ThrowDamaged(at);
        sink.Begin(entry, ValueKind.Hash, count);
        var map = new Zipmap(bytes);
        while (map.TryNext(out var field, out var value)) sink.Field(field, value, 0);
        sink.End();
    }

    private static long Time(in PackedElement element, long at)
    {
        if (!element.IsNumber || element.Number is < 0 or > (long)RdbExtras.TimeMsMax) ThrowDamaged(at);
        return element.Number;
    }

    private static double Score(in PackedElement element, long at)
    {
        if (element.IsNumber) return element.Number;
        if (!RespNumber.TryDouble(element.Bytes, out var score)) ThrowDamaged(at);
        return score;
    }

    private static long Check(ReadOnlySpan<byte> bytes, bool isListpack, long at)
    {
        var walk = new Walk(bytes, isListpack);
        var element = default(PackedElement);
        long count = 0;
        while (walk.TryNext(ref element)) count++;
        if (walk.IsDamaged) ThrowDamaged(at);
        return count;
    }

    [DoesNotReturn]
    private static void ThrowDamaged(long at) => RdbException.Throw("a packed value is damaged", at);

    // One of the two packed forms, decided once.
    private ref struct Walk
    {
        private readonly bool _isListpack;
        private Listpack _listpack;
        private Ziplist _ziplist;

        public Walk(ReadOnlySpan<byte> bytes, bool isListpack)
        {
            _isListpack = isListpack;
            if (isListpack) _listpack = new Listpack(bytes);
            else _ziplist = new Ziplist(bytes);
        }

        public readonly bool IsDamaged => _isListpack ? _listpack.IsDamaged : _ziplist.IsDamaged;

        public bool TryNext(ref PackedElement element) =>
            _isListpack ? _listpack.TryNext(ref element) : _ziplist.TryNext(ref element);
    }
}
