using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Writes a dataset as an RDB file of version 10, which redis-server 7.0 and later load.</summary>
/// <remarks>
/// Strings, lists, sets, hashes and sorted sets in their plain forms. What RDB has no place for (client flags, tags,
/// times to live of fields) goes into AUX fields, which other readers skip. Thread: one. The bytes gather in
/// <see cref="Output"/>; the owner takes them out between two entries.
/// </remarks>
internal sealed class RdbWriter : IRdbSink, IDisposable
{
    private readonly RdbOutput _extras = new();
    private RdbOutput? _output;
    private int _database = -1;
    private int _entryStart;
    private int _countMark;
    private uint _count;
    private long _announced;
    private bool _isHash;
    private int _fieldTimes;

    /// <summary>Whether long strings are compressed (<c>rdbcompression</c>).</summary>
    public bool Compresses { get; init; }

    public RdbOutput Output => _output ??= new RdbOutput { Compresses = Compresses };

    /// <summary>The file's beginning: magic, version and the usual fields.</summary>
    public void Header(long nowMs, bool isAppendBase)
    {
        Output.Bytes(RdbFormat.Magic);
        Output.Bytes(Encoding.ASCII.GetBytes(RdbFormat.VersionWritten.ToString("D4", CultureInfo.InvariantCulture)));
        AuxText("redis-ver", "7.0.15");
        AuxText("redis-bits", "64");
        AuxText("ctime", (nowMs / 1000).ToString(CultureInfo.InvariantCulture));
        AuxText("tercel-format", "1");
        AuxText("aof-base", isAppendBase ? "1" : "0");
    }

    /// <summary>Goes on writing into another output; the one so far is the caller's.</summary>
    public RdbOutput Exchange(RdbOutput empty)
    {
        var full = Output;
        _output = empty;
        return full;
    }

    /// <summary>The end mark; the checksum of everything comes behind it.</summary>
    public void Footer() => Output.Byte(RdbFormat.OpEof);

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
        BeginEntry(entry, RdbType.String);
        Output.String(value);
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        BeginEntry(entry, kind switch
        {
            ValueKind.List => RdbType.List,
            ValueKind.Set => RdbType.Set,
            ValueKind.Hash => RdbType.Hash,
            ValueKind.SortedSet => RdbType.SortedSet,
            _ => throw new UnreachableException(),
        });
        _isHash = kind == ValueKind.Hash;
        _announced = count;
        _countMark = -1;
        if (count == IRdbSink.CountUnknown) _countMark = Output.BeginCount();
        else Output.Length((ulong)count);
        _count = 0;
    }

    public void Element(ReadOnlySpan<byte> element)
    {
        Output.String(element);
        _count++;
    }

    public void Scored(ReadOnlySpan<byte> member, double score)
    {
        Output.String(member);
        Output.Double(score);
        _count++;
    }

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        Output.String(field);
        Output.String(value);
        if (expireAtMs != 0) AddFieldTime(expireAtMs);
        _count++;
    }

    public void End()
    {
        Invariant.Holds(_count > 0);
        Invariant.Holds(_announced == IRdbSink.CountUnknown || _announced == _count);
        if (_countMark >= 0) Output.SetCount(_countMark, _count);
        if (_isHash && _extras.Count > 0) PutExtrasInFront();
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names)
    {
        Output.Byte(RdbFormat.OpAux);
        Output.String(RdbFormat.TagSetAux);
        Output.Length((ulong)(4 + names.Length));
        Output.UInt32(number);
        Output.Bytes(names);
    }

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Output.Byte(RdbFormat.OpAux);
        Output.String(name);
        Output.String(value);
    }

    public void Dispose()
    {
        Output.Dispose();
        _extras.Dispose();
    }

    private void AuxText(string name, string value) => Aux(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    private void BeginEntry(in RdbEntry entry, RdbType type)
    {
        if (entry.Database != _database)
        {
            _database = entry.Database;
            Output.Byte(RdbFormat.OpSelectDb);
            Output.Length((ulong)_database);
        }

        _extras.Clear();
        _fieldTimes = 0;
        if (entry.ClientFlags != 0) AddExtra(RdbExtras.ClientFlagsPart, entry.ClientFlags);
        if (entry.TagSet != 0) AddExtra(RdbExtras.TagSetPart, entry.TagSet);
        _entryStart = Output.Count;
        // The fields of a hash may add to it: then it is put in front when they are known.
        if (_extras.Count > 0 && type != RdbType.Hash) Aux(RdbFormat.EntryAux, _extras.Written);
        if (entry.ExpireAtMs != 0)
        {
            Output.Byte(RdbFormat.OpExpireMs);
            Output.UInt64((ulong)entry.ExpireAtMs);
        }

        Output.Byte((byte)type);
        Output.String(entry.Key);
    }

    private void AddExtra(byte part, uint number)
    {
        _extras.Byte(part);
        _extras.UInt32(number);
    }

    private void AddFieldTime(long expireAtMs)
    {
        if (_fieldTimes++ == 0) AddExtra(RdbExtras.FieldTimesPart, 0);
        _extras.UInt32(_count);
        _extras.UInt64((ulong)expireAtMs);
    }

    private void PutExtrasInFront()
    {
        if (_fieldTimes > 0)
            _extras.SetUInt32(_extras.Count - _fieldTimes * RdbExtras.FieldTimeBytes - 4, (uint)_fieldTimes);
        var second = Output.Count;
        Aux(RdbFormat.EntryAux, _extras.Written);
        Output.MoveForward(_entryStart, second);
    }
}
