using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tercel.Scenarios.Harness;

/// <summary>A raw connection to a server that speaks the Redis protocol: words in, replies as text out.</summary>
/// <remarks>A reply prints as: simple text, numbers and bulk strings as they are; errors with their minus; null as
/// <c>(nil)</c>; collections as <c>[a, b]</c>, pushes as <c>&gt;[a, b]</c>. Bytes are Latin-1.</remarks>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[65_536];
    private int _from;
    private int _to;

    public RespConnection(int port, TimeSpan? timeout = null)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        _socket.ReceiveTimeout = (int)(timeout ?? TimeSpan.FromSeconds(20)).TotalMilliseconds;
    }

    /// <summary>Bytes that have come and were not read, or can be read now.</summary>
    public bool HasInput => _from < _to || _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Sends one command, its words separated by single spaces, and reads one reply.</summary>
    public string Ask(string command) => Ask(command.Split(' '));

    public string Ask(params string[] words)
    {
        Send(words);
        return Read();
    }

    public void Send(params string[] words)
    {
        var text = new StringBuilder($"*{words.Length}\r\n");
        foreach (var word in words) text.Append($"${word.Length}\r\n{word}\r\n");
        SendRaw(text.ToString());
    }

    public void SendRaw(string latin1) => _socket.Send(Encoding.Latin1.GetBytes(latin1));

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads one reply; throws <see cref="EndOfStreamException"/> when the server has closed.</summary>
    public string Read()
    {
        var line = Line();
        var rest = line[1..];
        return line[0] switch
        {
            '+' or ':' or ',' or '(' or '#' => rest,
            '-' => line,
            '_' => "(nil)",
            '$' or '=' => rest == "-1" ? "(nil)" : Bytes(int.Parse(rest)),
            '*' or '~' or '>' => rest == "-1" ? "(nil)" : (line[0] == '>' ? ">" : "") + Items(int.Parse(rest)),
            '%' => Items(2 * int.Parse(rest)),
            _ => throw new InvalidDataException($"not a reply: {line}"),
        };
    }

    public void Dispose() => _socket.Dispose();

    private string Items(int count) =>
        $"[{string.Join(", ", Enumerable.Range(0, count).Select(_ => Read()).ToList())}]";

    private string Bytes(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.Append((char)Next());
        Next();
        Next();
        return text.ToString();
    }

    private string Line()
    {
        var text = new StringBuilder();
        while (true)
        {
            var next = (char)Next();
            if (next == '\n') return text.ToString(0, text.Length - 1);
            text.Append(next);
        }
    }

    private byte Next()
    {
        if (_from == _to)
        {
            _from = 0;
            _to = _socket.Receive(_buffer);
            if (_to == 0) throw new EndOfStreamException("the server closed the connection");
        }

        return _buffer[_from++];
    }
}
