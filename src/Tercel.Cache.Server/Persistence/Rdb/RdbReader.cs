using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>What a reader does with what it meets.</summary>
internal sealed record RdbReadOptions
{
    /// <summary>Entries whose time is past are not sent. Units: Unix milliseconds; 0 = all are sent.</summary>
    public long NowMs { get; init; }

    /// <summary>Told what was left out: functions, and with <see cref="SkipsForeign"/> streams and modules.</summary>
    public Action<string>? Skipped { get; init; }

    /// <summary>Told after every entry how many were sent so far.</summary>
    public Action<long>? EntryRead { get; init; }

    /// <summary>Leaves out kinds of values that we do not have, instead of refusing the file.</summary>
    public bool SkipsForeign { get; init; }
}

/// <summary>Reads a whole RDB file, of any version that Redis 2.6 to 8.0 write, into a sink.</summary>
/// <remarks>Thread: one. Errors: <see cref="RdbException"/> with the offset and, inside an entry, its key. The
/// checksum is not looked at: <see cref="RdbChecksum"/> does that before anything is loaded.</remarks>
internal sealed class RdbReader : IDisposable
{
    private readonly RdbInput _input;
    private readonly RdbReadOptions _options;
    private readonly RdbValueReader _values;
    private readonly RdbForeign _foreign;
    private byte[] _key = ArrayPool<byte>.Shared.Rent(1024);
    private byte[] _extras = [];
    private int _extrasLength;
    private int _database;
    private long _expireAtMs;

    /// <summary>Reads from where the input stands; it stays the caller's.</summary>
    public RdbReader(RdbInput input, RdbReadOptions options)
    {
        _input = input;
        _options = options;
        _values = new RdbValueReader(input);
        _foreign = new RdbForeign(input);
    }

    /// <summary>Entries sent, and entries not sent because their time was past.</summary>
    public (long Loaded, long Expired) Counts { get; private set; }

    /// <summary>Reads from the header to the end mark and the checksum behind it; the input then stands behind
    /// that.</summary>
    public void ReadAll(IRdbSink sink)
    {
        var version = ReadHeader();
        while (true)
        {
            var at = _input.Offset;
            var type = _input.Byte();
            if (type == RdbFormat.OpEof) break;
            if (type >= RdbFormat.OpSlotInfo) ReadOperation(type, sink);
            else ReadEntry((RdbType)type, at, sink);
        }

        if (version >= RdbFormat.VersionWithChecksum) _input.UInt64();
    }

    /// <summary>When the file was written, as one of its first fields says; 0 when none does. Units: Unix
    /// milliseconds.</summary>
    public static long TimeOf(IStoredFile file)
    {
        using var input = new RdbInput(file);
        input.Bytes(Math.Min(RdbFormat.HeaderBytes, input.Left));
        while (input.Left > 0 && input.Byte() == RdbFormat.OpAux)
        {
            var isTime = input.String().SequenceEqual("ctime"u8);
            var value = input.String();
            if (isTime && RespNumber.TryInteger(value, out var seconds) && seconds is > 0 and < 1L << 36)
                return seconds * 1000;
        }

        return 0;
    }

    public void Dispose()
    {
        _values.Dispose();
        ArrayPool<byte>.Shared.Return(_key);
        _key = [];
    }

    private int ReadHeader()
    {
        var header = _input.Bytes(Math.Min(RdbFormat.HeaderBytes, _input.Left));
        var version = 0;
        if (header.Length == RdbFormat.HeaderBytes && header.StartsWith(RdbFormat.Magic)
            && (!Utf8Parser.TryParse(header[5..], out version, out var used) || used != 4))
            version = 0;
        if (version < 1)
            RdbException.Throw("this is no RDB file: it does not start with REDIS and a version", 0);
        if (version > RdbFormat.VersionMax)
            RdbException.Throw($"RDB version {version} is newer than {RdbFormat.VersionMax}", 5);
        return version;
    }

    private void ReadOperation(byte operation, IRdbSink sink)
    {
        switch (operation)
        {
            case RdbFormat.OpSelectDb: SelectDatabase(); break;
            case RdbFormat.OpResizeDb: _ = (_input.Length(), _input.Length()); break;
            case RdbFormat.OpSlotInfo: _ = (_input.Length(), _input.Length(), _input.Length()); break;
            case RdbFormat.OpExpire: _expireAtMs = _input.UInt32() * 1000L; break;
            case RdbFormat.OpExpireMs: _expireAtMs = (long)Math.Min(_input.UInt64(), RdbExtras.TimeMsMax); break;
            case RdbFormat.OpIdle: _input.Length(); break;
            case RdbFormat.OpFrequency: _input.Byte(); break;
            case RdbFormat.OpAux: ReadAux(sink); break;
            case RdbFormat.OpFunction2:
                _input.String();
                _options.Skipped?.Invoke("a library of functions");
                break;
            case RdbFormat.OpModuleAux:
                _options.Skipped?.Invoke($"data of the module {_foreign.SkipModuleAux()}");
                break;
            default:
                RdbException.Throw("functions of a release candidate of Redis 7.0 cannot be read", _input.Offset - 1);
                break;
        }
    }

    private void SelectDatabase()
    {
        var at = _input.Offset;
        var database = _input.Length();
        if (database >= EngineLimits.DatabaseCount)
            RdbException.Throw($"database {database} is outside of 0 to {EngineLimits.DatabaseCount - 1}", at);
        _database = (int)database;
    }

    private void ReadAux(IRdbSink sink)
    {
        Hold(_input.String(), out var nameLength);
        var name = _key.AsSpan(0, nameLength);
        var at = _input.Offset;
        var value = _input.String();
        if (name.SequenceEqual(RdbFormat.EntryAux))
        {
            if (_extras.Length < value.Length) _extras = new byte[value.Length];
            value.CopyTo(_extras);
            _extrasLength = value.Length;
        }
        else if (!name.SequenceEqual(RdbFormat.TagSetAux))
        {
            sink.Aux(name, value);
        }
        else
        {
            if (value.Length < 4) RdbException.Throw("a set of tags is damaged", at);
            sink.TagSet(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(value), value[4..]);
        }
    }

    private void ReadEntry(RdbType type, long at, IRdbSink sink)
    {
        Hold(_input.String(), out var keyLength);
        var expireAtMs = _expireAtMs;
        _expireAtMs = 0;
        try
        {
            if (RdbValueReader.IsStream(type) || RdbValueReader.IsModule(type)) SkipForeign(type, keyLength);
            else SendEntry(type, _key.AsSpan(0, keyLength), expireAtMs, sink);
        }
        catch (RdbException damage)
        {
            var key = Printable(_key.AsSpan(0, keyLength));
            throw new RdbException(
                $"{damage.Message} (in the {NameOf(type)} entry at {at}, key \"{key}\")", damage.Offset);
        }

        _extrasLength = 0;
    }

    private void SendEntry(RdbType type, ReadOnlySpan<byte> key, long expireAtMs, IRdbSink sink)
    {
        if (key.Length > EngineLimits.KeyBytesMax)
            RdbException.Throw($"a key of {key.Length} bytes is over the limit of {EngineLimits.KeyBytesMax}",
                _input.Offset);
        if (!RdbExtras.TryRead(_extras.AsSpan(0, _extrasLength), out var extras))
            RdbException.Throw("the additions in front of an entry are damaged", _input.Offset);
        var entry = new RdbEntry
        {
            Key = key, Database = _database, ExpireAtMs = expireAtMs, ClientFlags = extras.ClientFlags,
            TagSet = extras.TagSet,
            HasFieldTimes = type is RdbType.HashExpiring or RdbType.HashExpiringEarly or RdbType.HashListpackExpiring
                or RdbType.HashListpackExpiringEarly || extras.FieldTimes.End.Value > extras.FieldTimes.Start.Value,
        };
        var isPast = expireAtMs != 0 && expireAtMs <= _options.NowMs;
        var fieldTimes = _extras.AsMemory(extras.FieldTimes);
        _values.Read(type, entry, fieldTimes, isPast ? NullSink.Instance : sink);
        Counts = isPast ? (Counts.Loaded, Counts.Expired + 1) : (Counts.Loaded + 1, Counts.Expired);
        _options.EntryRead?.Invoke(Counts.Loaded);
    }

    private void SkipForeign(RdbType type, int keyLength)
    {
        if (!_options.SkipsForeign) ThrowForeign(type);
        var name = _foreign.Skip(type);
        _options.Skipped?.Invoke($"{name} \"{Printable(_key.AsSpan(0, keyLength))}\" of database {_database}");
    }

    [DoesNotReturn]
    private void ThrowForeign(RdbType type) => RdbException.Throw(
        $"a {(RdbValueReader.IsStream(type) ? "stream" : "module value")} cannot be held here", _input.Offset);

    private void Hold(ReadOnlySpan<byte> bytes, out int length)
    {
        if (bytes.Length > _key.Length)
        {
            ArrayPool<byte>.Shared.Return(_key);
            _key = ArrayPool<byte>.Shared.Rent(bytes.Length);
        }

        bytes.CopyTo(_key);
        length = bytes.Length;
    }

    private static string NameOf(RdbType type) => Enum.IsDefined(type) ? type.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"type {(int)type}");

    /// <summary>A key for a message: what is no plain ASCII is shown as \xNN, at most 128 bytes.</summary>
    internal static string Printable(ReadOnlySpan<byte> key)
    {
        const int BytesMax = 128;
        var text = new StringBuilder();
        foreach (var value in key[..Math.Min(key.Length, BytesMax)])
        {
            if (value is >= 32 and < 127) text.Append((char)value);
            else text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        return key.Length > BytesMax ? text.Append("...").ToString() : text.ToString();
    }
}

/// <summary>Takes everything and keeps nothing: for entries that are only checked.</summary>
internal sealed class NullSink : IRdbSink
{
    public static readonly NullSink Instance = new();

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
    }

    public void Element(ReadOnlySpan<byte> element)
    {
    }

    public void Scored(ReadOnlySpan<byte> member, double score)
    {
    }

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
    }

    public void End()
    {
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names)
    {
    }

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }
}
