using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tercel.Primitives;

namespace Tercel.Bench.Cache.Load;

/// <summary>One connection of the load: builds requests, counts replies, remembers when each was due.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int OutstandingMax = 1 << 16;
    private readonly LoadPlan _plan;
    private readonly byte[] _request;
    private readonly byte[] _received = new byte[1 << 18];
    private readonly byte[] _value;
    private readonly long[] _due = new long[OutstandingMax];
    private int _position;
    private int _kept;
    private long _first;
    private long _next;

    public LoadConnection(LoadPlan plan, int number)
    {
        _plan = plan;
        _position = KeyStream.Start(number);
        _request = new byte[plan.Pipeline * (10 * (plan.ValueBytes + 64) + 64)];
        _value = new byte[plan.ValueBytes];
        var random = new Prng((ulong)number + 1);
        for (var i = 0; i < _value.Length; i++) _value[i] = (byte)('a' + random.Below(26));
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Loopback, plan.Port);
    }

    public Socket Socket { get; }

    public int Outstanding => (int)(_next - _first);

    public void Send(int count, long due)
    {
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            if (Outstanding == OutstandingMax) throw new BenchException("the server is far behind the rate asked for");
            var turn = _position++;
            length += _plan.Wire.Write(_plan.Operation, _plan.Keys[turn], turn, _value, _request.AsSpan(length));
            _due[_next++ & (OutstandingMax - 1)] = due;
        }

        for (var sent = 0; sent < length;) sent += Socket.Send(_request.AsSpan(sent, length - sent));
    }

    public (int Replies, int Misses) Receive(LatencyHistogram latency)
    {
        var count = Socket.Receive(_received.AsSpan(_kept));
        if (count == 0) throw new BenchException("the server closed a connection");
        var bytes = _received.AsSpan(0, _kept + count);
        var (replies, used, misses) = _plan.Wire.Count(bytes);
        bytes[used..].CopyTo(_received);
        _kept = bytes.Length - used;
        var now = Stopwatch.GetTimestamp();
        for (var i = 0; i < replies; i++)
            latency.Record((now - _due[_first++ & (OutstandingMax - 1)]) / (Stopwatch.Frequency / 1_000_000));
        return (replies, misses);
    }

    public void Dispose() => Socket.Dispose();
}
