using System.Buffers.Binary;
using System.Diagnostics;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>One value as DUMP gives it and RESTORE takes it: type, value, version (2), CRC-64 of all before
/// (8).</summary>
internal static class RdbValue
{
    private const int FooterBytes = 2 + RdbFormat.ChecksumBytes;

    /// <summary>Checks a payload completely: version, checksum and every length inside.</summary>
    public static bool IsValid(ReadOnlySpan<byte> payload) => TryRead(payload, default, NullSink.Instance);

    /// <summary>Sends the value of a payload to a sink.</summary>
    /// <returns>False when the payload is damaged or of a kind we do not have; after <see cref="IsValid"/> only when
    /// the sink refuses.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, in RdbEntry entry, IRdbSink sink)
    {
        if (!HasGoodFooter(payload)) return false;
        var type = (RdbType)payload[0];
        if (RdbValueReader.IsStream(type) || RdbValueReader.IsModule(type)) return false;
        using var input = new RdbInput(payload[1..^FooterBytes]);
        using var reader = new RdbValueReader(input);
        try
        {
            reader.Read(type, entry, fieldTimes: default, sink);
            return input.Left == 0;
        }
        catch (RdbException)
        {
            return false;
        }
    }

    private static bool HasGoodFooter(ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= FooterBytes) return false;
        if (BinaryPrimitives.ReadUInt16LittleEndian(payload[^FooterBytes..]) > RdbFormat.VersionMax) return false;
        var stored = BinaryPrimitives.ReadUInt64LittleEndian(payload[^RdbFormat.ChecksumBytes..]);
        return stored == 0 || stored == Crc64.Update(0, payload[..^RdbFormat.ChecksumBytes]);
    }
}

/// <summary>Writes one value in the form of DUMP; the key is not part of it.</summary>
/// <remarks>A hash whose fields have times to live takes the form of Redis 7.4, which older servers refuse by its
/// version; everything else is version 10. Thread: one; used again after <see cref="Clear"/>.</remarks>
internal sealed class RdbPayloadWriter : IRdbSink, IDisposable
{
    private readonly RdbOutput _output = new();
    private bool _hasFieldTimes;
    private int _countMark = -1;
    private uint _count;

    /// <summary>The payload so far; complete after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Written => _output.Written;

    public void Clear() => _output.Clear();

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
        _hasFieldTimes = false;
        _output.Byte((byte)RdbType.String);
        _output.String(value);
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        _hasFieldTimes = entry.HasFieldTimes;
        _output.Byte((byte)(kind switch
        {
            ValueKind.List => RdbType.List,
            ValueKind.Set => RdbType.Set,
            ValueKind.SortedSet => RdbType.SortedSet,
            ValueKind.Hash => _hasFieldTimes ? RdbType.HashExpiring : RdbType.Hash,
            _ => throw new UnreachableException(),
        }));
        // The times of fields count from this one.
        if (_hasFieldTimes) _output.UInt64(0);
        _countMark = count == IRdbSink.CountUnknown ? _output.BeginCount() : -1;
        if (_countMark < 0) _output.Length((ulong)count);
        _count = 0;
    }

    public void Element(ReadOnlySpan<byte> element)
    {
        _output.String(element);
        _count++;
    }

    public void Scored(ReadOnlySpan<byte> member, double score)
    {
        _output.String(member);
        _output.Double(score);
        _count++;
    }

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        if (_hasFieldTimes) _output.Length(expireAtMs == 0 ? 0 : (ulong)expireAtMs + 1);
        _output.String(field);
        _output.String(value);
        _count++;
    }

    public void End()
    {
        if (_countMark >= 0) _output.SetCount(_countMark, _count);
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names)
    {
    }

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }

    /// <summary>Adds version and checksum.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        var version = _hasFieldTimes ? RdbFormat.VersionMax : RdbFormat.VersionWritten;
        _output.Byte((byte)version);
        _output.Byte((byte)(version >> 8));
        _output.UInt64(Crc64.Update(0, _output.Written));
        return _output.Written;
    }

    public void Dispose() => _output.Dispose();
}
