using System.Text;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Import;

/// <summary>Sends entries to a server as pipelined RESTORE commands, so that every key arrives whole or not at
/// all.</summary>
/// <remarks>Thread: one. Errors: <see cref="PersistenceException"/> when the server refuses anything but a key that
/// it has already; <see cref="IOException"/> from the connection.</remarks>
internal sealed class RestoreSink : IRdbSink, IDisposable
{
    // The replies to that many are always small enough to wait in the socket.
    private const int CommandsPerBatch = 512;
    private const int BytesPerBatch = 256 * 1024;

    private readonly Stream _connection;
    private readonly bool _replaces;
    private readonly ReplyWriter _commands = new();
    private readonly RdbPayloadWriter _payload = new();
    private readonly byte[] _received = new byte[64 * 1024];
    private byte[] _key = [];
    private int _receivedAt;
    private int _receivedEnd;
    private int _keyLength;
    private int _database = -1;
    private int _keyDatabase;
    private long _expireAtMs;
    private int _waiting;

    public RestoreSink(Stream connection, bool replaces)
    {
        _connection = connection;
        _replaces = replaces;
    }

    /// <summary>Keys the server has taken.</summary>
    public long Restored { get; private set; }

    /// <summary>Keys the server had already, and kept.</summary>
    public long Existing { get; private set; }

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
        Hold(entry);
        _payload.String(entry, value);
        Send();
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        Hold(entry);
        _payload.Begin(entry, kind, count);
    }

    public void Element(ReadOnlySpan<byte> element) => _payload.Element(element);

    public void Scored(ReadOnlySpan<byte> member, double score) => _payload.Scored(member, score);

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs) =>
        _payload.Field(field, value, expireAtMs);

    public void End()
    {
        _payload.End();
        Send();
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names)
    {
    }

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }

    /// <summary>Sends what is left and reads the last replies.</summary>
    public void Finish() => Exchange();

    public void Dispose()
    {
        _commands.Dispose();
        _payload.Dispose();
    }

    private void Hold(in RdbEntry entry)
    {
        if (_key.Length < entry.Key.Length) _key = new byte[Math.Max(256, entry.Key.Length)];
        entry.Key.CopyTo(_key);
        (_keyLength, _keyDatabase, _expireAtMs) = (entry.Key.Length, entry.Database, entry.ExpireAtMs);
        _payload.Clear();
    }

    private void Send()
    {
        if (_keyDatabase != _database)
        {
            _database = _keyDatabase;
            _commands.Array(2);
            _commands.Bulk("SELECT"u8);
            _commands.BulkInteger(_database);
            _waiting++;
        }

        _commands.Array(_replaces ? 6 : 5);
        _commands.Bulk("RESTORE"u8);
        _commands.Bulk(_key.AsSpan(0, _keyLength));
        _commands.BulkInteger(_expireAtMs);
        _commands.Bulk(_payload.Finish());
        _commands.Bulk("ABSTTL"u8);
        if (_replaces) _commands.Bulk("REPLACE"u8);
        Restored++;
        if (++_waiting >= CommandsPerBatch || _commands.Length >= BytesPerBatch) Exchange();
    }

    private void Exchange()
    {
        _connection.Write(_commands.Written);
        _commands.Clear();
        for (; _waiting > 0; _waiting--)
        {
            var reply = ReadLine();
            if (reply.StartsWith('+')) continue;
            if (!reply.StartsWith("-BUSYKEY", StringComparison.Ordinal))
                throw new PersistenceException($"the server refused a key after {Restored - _waiting} keys: {reply}");
            Restored--;
            Existing++;
        }
    }

    // All replies are one line.
    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_receivedAt == _receivedEnd)
            {
                _receivedEnd = _connection.Read(_received);
                _receivedAt = 0;
                if (_receivedEnd == 0) throw new IOException("the server closed the connection");
            }

            var value = _received[_receivedAt++];
            if (value == '\n') return line.ToString();
            if (value != '\r') line.Append((char)value);
        }
    }
}
