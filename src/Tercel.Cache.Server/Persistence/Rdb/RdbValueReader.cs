using System.Buffers;
using System.Globalization;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Reads one value of any type that we can hold and sends it to a sink.</summary>
/// <remarks>Thread: one. Errors: <see cref="RdbException"/> for damage; the sink may then have seen a part of a
/// collection.</remarks>
internal sealed class RdbValueReader : IDisposable
{
    private readonly RdbInput _input;
    private readonly RdbPackedReader _packed = new();

    // A field is kept here while its value is read.
    private byte[] _held = [];

    // Times to live of the fields of the hash that comes next, from the field in front of the entry.
    private ReadOnlyMemory<byte> _fieldTimes;

    public RdbValueReader(RdbInput input) => _input = input;

    public static bool IsStream(RdbType type) => type is RdbType.Stream or RdbType.Stream2 or RdbType.Stream3;

    public static bool IsModule(RdbType type) => type is RdbType.Module or RdbType.ModuleEarly;

    /// <summary>Reads a value; its type was read before.</summary>
    /// <param name="type">Not a stream and not a module.</param>
    /// <param name="entry">The key and what belongs to it.</param>
    /// <param name="fieldTimes">As <see cref="RdbExtras"/> keeps it, for a plain hash of our own; else empty.</param>
    /// <param name="sink">Gets the value.</param>
    public void Read(RdbType type, in RdbEntry entry, ReadOnlyMemory<byte> fieldTimes, IRdbSink sink)
    {
        _fieldTimes = fieldTimes;
        switch (type)
        {
            case RdbType.String: sink.String(entry, _input.String()); break;
            case RdbType.List: ReadElements(entry, ValueKind.List, sink); break;
            case RdbType.Set: ReadElements(entry, ValueKind.Set, sink); break;
            case RdbType.SortedSet: ReadScored(entry, isText: false, sink); break;
            case RdbType.SortedSetText: ReadScored(entry, isText: true, sink); break;
            case RdbType.Hash: ReadHash(entry, sink); break;
            case RdbType.HashExpiring: ReadExpiringHash(entry, hasBase: true, sink); break;
            case RdbType.HashExpiringEarly: ReadExpiringHash(entry, hasBase: false, sink); break;
            case RdbType.ListQuicklist: ReadQuicklist(entry, hasKinds: false, sink); break;
            case RdbType.ListQuicklist2: ReadQuicklist(entry, hasKinds: true, sink); break;
            default: ReadPacked(type, entry, sink); break;
        }
    }

    public void Dispose()
    {
        if (_held.Length > 0) ArrayPool<byte>.Shared.Return(_held);
        _held = [];
    }

    private void ReadElements(in RdbEntry entry, ValueKind kind, IRdbSink sink)
    {
        var count = NotEmpty(_input.Count(bytesEach: 1));
        sink.Begin(entry, kind, count);
        for (; count > 0; count--) sink.Element(_input.String());
        sink.End();
    }

    private void ReadScored(in RdbEntry entry, bool isText, IRdbSink sink)
    {
        var count = NotEmpty(_input.Count(bytesEach: isText ? 2 : 9));
        sink.Begin(entry, ValueKind.SortedSet, count);
        for (; count > 0; count--)
        {
            var member = Hold(_input.String());
            var at = _input.Offset;
            var score = isText ? TextScore() : _input.Double();
            if (double.IsNaN(score)) RdbException.Throw("a score is not a number", at);
            sink.Scored(member, score);
        }

        sink.End();
    }

    private void ReadHash(in RdbEntry entry, IRdbSink sink)
    {
        var times = new FieldTimes(_fieldTimes.Span);
        var count = NotEmpty(_input.Count(bytesEach: 2));
        sink.Begin(entry, ValueKind.Hash, count);
        for (long i = 0; i < count; i++)
        {
            var field = Hold(_input.String());
            sink.Field(field, _input.String(), times.Next(i));
        }

        sink.End();
    }

    private void ReadExpiringHash(in RdbEntry entry, bool hasBase, IRdbSink sink)
    {
        var timeBase = hasBase ? _input.TimeMs() : 0;
        var count = NotEmpty(_input.Count(bytesEach: 3));
        sink.Begin(entry, ValueKind.Hash, count);
        for (; count > 0; count--)
        {
            var at = _input.Offset;
            var time = _input.Length();
            if (time > RdbExtras.TimeMsMax) RdbException.Throw("a field's time to live is out of range", at);
            // 0 is no time to live; with a base, 1 is the base itself.
            var expireAtMs = time == 0 || !hasBase ? (long)time : timeBase + (long)time - 1;
            var field = Hold(_input.String());
            sink.Field(field, _input.String(), expireAtMs);
        }

        sink.End();
    }

    // A list of packed nodes, each a string; the number of elements is known only when all were read.
    private void ReadQuicklist(in RdbEntry entry, bool hasKinds, IRdbSink sink)
    {
        const ulong PlainNode = 1;
        const ulong PackedNode = 2;
        var nodes = NotEmpty(_input.Count(bytesEach: hasKinds ? 2 : 1));
        sink.Begin(entry, ValueKind.List, IRdbSink.CountUnknown);
        long count = 0;
        for (; nodes > 0; nodes--)
        {
            var at = _input.Offset;
            var kind = hasKinds ? _input.Length() : PackedNode;
            if (kind is not (PlainNode or PackedNode)) RdbException.Throw($"a list node of kind {kind} is unknown", at);
            var node = _input.String();
            if (kind == PackedNode)
            {
                count += _packed.Elements(node, isListpack: hasKinds, at, sink);
                continue;
            }

            sink.Element(node);
            count++;
        }

        NotEmpty(count);
        sink.End();
    }

    private void ReadPacked(RdbType type, in RdbEntry entry, IRdbSink sink)
    {
        var at = _input.Offset;
        var timeBase = type == RdbType.HashListpackExpiring ? _input.TimeMs() : 0;
        _ = timeBase;   // Only a hint: the times in the listpack are absolute.
        var bytes = _input.String();
        var isKnown = _packed.TryRead(type, bytes, entry, at, sink);
        if (!isKnown)
            RdbException.Throw(string.Create(CultureInfo.InvariantCulture, $"value type {(int)type} is unknown"), at);
    }

    private double TextScore()
    {
        var at = _input.Offset;
        var length = _input.Byte();
        switch (length)
        {
            case 253: return double.NaN;
            case 254: return double.PositiveInfinity;
            case 255: return double.NegativeInfinity;
        }

        if (!RespNumber.TryDouble(_input.Bytes(length), out var score))
            RdbException.Throw("a score is not a number", at);
        return score;
    }

    private ReadOnlySpan<byte> Hold(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length < bytes.Length)
        {
            if (_held.Length > 0) ArrayPool<byte>.Shared.Return(_held);
            _held = ArrayPool<byte>.Shared.Rent(bytes.Length);
        }

        bytes.CopyTo(_held);
        return _held.AsSpan(0, bytes.Length);
    }

    private long NotEmpty(long count)
    {
        if (count == 0) RdbException.Throw("a collection is empty", _input.Offset);
        return count;
    }
}
