using System.Text;
using Tercel.Cache;
using Tercel.Cache.Server;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Tests.CacheServer;

/// <summary>A cache server without network and with a clock of its own: commands in, RESP out, on one thread.</summary>
/// <remarks><c>Run("SET a 1")</c> runs an inline command and returns the reply as it would go over the wire. Tests that
/// need several clients open more sessions with <see cref="Open"/>.</remarks>
internal sealed unsafe class CommandRunner : IDisposable
{
    public const long StartMs = 1_800_000_000_000;

    private readonly TestClock _clock;
    private readonly ArgBuffer _args = new();
    private readonly ReplyWriter _reply = new();

    private readonly bool _ownsServer;

    public CommandRunner(KeyspaceOptions? options = null)
        : this(new CacheServerOptions { Keyspace = options ?? SmallKeyspace })
    {
    }

    public CommandRunner(CacheServerOptions options)
    {
        _clock = new TestClock();
        Server = new Tercel.Cache.Server.CacheServer(options, _clock);
        _ownsServer = true;
        Dispatcher = new Dispatcher(Server);
        Main = Open();
    }

    /// <summary>Another thread's runner on the same server.</summary>
    public CommandRunner(CommandRunner other)
    {
        _clock = other._clock;
        Server = other.Server;
        Dispatcher = new Dispatcher(Server);
        Main = Open();
    }

    public static KeyspaceOptions SmallKeyspace => new()
    {
        MemoryBytesMax = 32L << 20, ShardCount = 4, HashSeed = 1, Eviction = EvictionPolicy.NoEviction,
    };

    public Tercel.Cache.Server.CacheServer Server { get; }

    public Dispatcher Dispatcher { get; }

    /// <summary>The session that <see cref="Run(string)"/> uses.</summary>
    public Session Main { get; }

    public Keyspace Keyspace => Server.Keyspace;

    /// <summary>Units: Unix milliseconds.</summary>
    public long NowMs => _clock.NowMs;

    /// <summary>Another client.</summary>
    public Session Open(bool isResp3 = false) =>
        new() { Id = Server.NextSessionId(), IsResp3 = isResp3, User = Server.Access.FirstUser };

    /// <summary>Lets time pass.</summary>
    public void Advance(long ms) => _clock.NowMs += ms;

    /// <summary>Runs an inline command (quotes and escapes as in redis-cli) on the main session.</summary>
    public string Run(string command) => Run(Main, command);

    public string Run(Session session, string command) => Text(RunBytes(session, Encoding.UTF8.GetBytes(command + "\n")));

    /// <summary>Runs a command given word by word; words are Latin-1, so any byte can be written.</summary>
    public string Words(params string[] words) => Words(Main, words);

    public string Words(Session session, params string[] words) =>
        Text(Run(session, [.. words.Select(Encoding.Latin1.GetBytes)]));

    /// <summary>Runs a command of any bytes.</summary>
    public byte[] Run(Session session, params byte[][] words)
    {
        using var sent = new ReplyWriter();
        sent.Array(words.Length);
        foreach (var word in words) sent.Bulk(word);
        return RunBytes(session, sent.Written.ToArray());
    }

    /// <summary>Runs everything in the bytes, pipelined as a client would send it; returns all replies.</summary>
    public byte[] RunBytes(Session session, byte[] sent)
    {
        var replies = new List<byte>();
        fixed (byte* bytes = sent)
        {
            for (var at = 0; at < sent.Length;)
            {
                PartialCommand? partial = null;
                _args.Clear();
                var status = RespReader.Read(
                    bytes + at, sent.Length - at, _args, RespLimits.Usual, ref partial, out var result);
                if (status == ReadStatus.NeedMore) throw new ArgumentException("the last command is not complete");
                _reply.Clear();
                _reply.IsResp3 = session.IsResp3;
                if (status == ReadStatus.Malformed) _reply.Protocol(result);
                if (status == ReadStatus.Command)
                {
                    var args = new CommandArgs(bytes + at, _args.At(result.FirstSlice), result.ArgCount);
                    Dispatcher.Run(session, args, _reply, NowMs);
                }

                replies.AddRange(_reply.Written);
                if (status == ReadStatus.Malformed) break;
                at += result.Bytes;
            }
        }

        return [.. replies];
    }

    public void Dispose()
    {
        Dispatcher.Dispose();
        if (_ownsServer) Server.Dispose();
        _args.Dispose();
        _reply.Dispose();
    }

    private static string Text(byte[] reply) => Encoding.Latin1.GetString(reply);

    private sealed class TestClock : TimeProvider
    {
        public long NowMs { get; set; } = StartMs;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }
}
