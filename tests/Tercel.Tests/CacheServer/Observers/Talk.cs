using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tercel.Tests.CacheServer.Observers;

/// <summary>Several clients of one server, and everything that each of them was sent.</summary>
/// <remarks>
/// A step is "name: COMMAND words", and waits for its reply; "name! COMMAND" only sends, and waits until the server has
/// parked the client; "name+ COMMAND" only sends. <see cref="Settle"/> waits until all that was under way has come.
/// </remarks>
internal sealed class Talk(EndPoint server) : IDisposable
{
    private const int TimeoutMs = 20_000;

    private readonly SortedDictionary<string, TalkClient> _clients = new(StringComparer.Ordinal);
    private int _settled;

    public TalkClient this[string name]
    {
        get
        {
            if (!_clients.TryGetValue(name, out var client)) _clients.Add(name, client = new TalkClient(server));
            return client;
        }
    }

    public void Play(params string[] steps)
    {
        foreach (var step in steps) Play(step);
    }

    /// <summary>Leaves without a word.</summary>
    public void Leave(string name)
    {
        _clients[name].Dispose();
        _clients.Remove(name);
    }

    /// <summary>Waits until so many clients are parked.</summary>
    public void UntilParked(int count)
    {
        for (var clock = Environment.TickCount64; ParkedNow() != count;)
            if (Environment.TickCount64 - clock > TimeoutMs) throw new TimeoutException($"not {count} parked");
    }

    /// <summary>Waits for whatever is on its way to any client; two rounds, since the first may cause more.</summary>
    public void Settle()
    {
        for (var round = 0; round < 2; round++)
            foreach (var client in _clients.Values.Where(client => !client.IsInTransaction))
                client.Barrier($"settled-{_settled++}");
    }

    /// <summary>All that each client was sent, one line per message.</summary>
    public string Transcript()
    {
        Settle();
        var all = new StringBuilder();
        foreach (var (name, client) in _clients)
            foreach (var message in client.Messages)
                all.Append(CultureInfo.InvariantCulture, $"{name}: {message.Replace("\r\n", " ")}\n");
        return all.ToString();
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Dispose();
    }

    private void Play(string step)
    {
        var end = step.IndexOfAny([':', '!', '+']);
        var client = this[step[..end]];
        var words = step[(end + 2)..].Split(' ');
        var parked = step[end] == '!' ? ParkedNow() : 0;
        client.Send(words);
        if (step[end] == '!') UntilParked(parked + 1);
        if (step[end] != ':') return;
        client.IsInTransaction = words[0] == "MULTI"
            || (client.IsInTransaction && words[0] is not ("EXEC" or "DISCARD"));
        // Pushes may come before the reply. A PING would change what these do: they have one plain reply.
        if (client.IsInTransaction || words is ["CLIENT", "CACHING", ..]) client.Reply();
        else client.Barrier($"settled-{_settled++}");
    }

    private int ParkedNow()
    {
        var control = this["~control"];
        control.Send("INFO", "clients");
        var info = control.Reply();
        control.Messages.Clear();
        const string Name = "blocked_clients:";
        var at = info.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return int.Parse(info.AsSpan(at, info.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
    }
}

/// <summary>One client that keeps whole messages as they came over the wire.</summary>
internal sealed class TalkClient : IDisposable
{
    private const int TimeoutMs = 20_000;

    private readonly Socket _socket;
    private readonly BufferedStream _stream;

    public TalkClient(EndPoint server)
    {
        var isTcp = server is IPEndPoint;
        _socket = new Socket(
            server.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        _socket.ReceiveTimeout = _socket.SendTimeout = TimeoutMs;
        _socket.Connect(server);
        if (isTcp) _socket.NoDelay = true;
        _stream = new BufferedStream(new NetworkStream(_socket, ownsSocket: true), 65536);
    }

    public bool IsInTransaction { get; set; }

    public List<string> Messages { get; } = [];

    public void Send(params string[] words)
    {
        var request = new StringBuilder();
        request.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words) request.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        _socket.Send(Encoding.Latin1.GetBytes(request.ToString()));
    }

    /// <summary>The next message; kept in <see cref="Messages"/>.</summary>
    public string Reply()
    {
        var reply = new StringBuilder();
        Read(reply);
        Messages.Add(reply.ToString());
        return Messages[^1];
    }

    /// <summary>Sends a command and returns its reply; pushes before it are kept.</summary>
    public string Ask(params string[] words)
    {
        Send(words);
        return Reply();
    }

    /// <summary>Keeps everything until a PING with that text comes back, which is not kept.</summary>
    public void Barrier(string text)
    {
        Send("PING", text);
        while (!Reply().Contains(text, StringComparison.Ordinal))
        {
        }

        Messages.RemoveAt(Messages.Count - 1);
    }

    public void Dispose() => _stream.Dispose();

    private void Read(StringBuilder reply)
    {
        var start = reply.Length;
        Line(reply);
        var type = reply[start];
        if (type is not ('$' or '*' or '%' or '~' or '>' or '=')) return;
        var count = int.Parse(reply.ToString(start + 1, reply.Length - start - 3), CultureInfo.InvariantCulture);
        if (type is '$' or '=')
        {
            if (count < 0) return;
            var bytes = new byte[count + 2];
            _stream.ReadExactly(bytes);
            reply.Append(Encoding.Latin1.GetString(bytes));
            return;
        }

        for (var left = type == '%' ? count * 2 : count; left > 0; left--) Read(reply);
    }

    private void Line(StringBuilder reply)
    {
        for (var value = -1; value != '\n';)
        {
            value = _stream.ReadByte();
            if (value < 0) throw new EndOfStreamException();
            reply.Append((char)value);
        }
    }
}
