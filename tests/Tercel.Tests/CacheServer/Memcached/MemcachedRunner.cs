using System.Text;
using Tercel.Cache.Server.Memcached;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Tests.CacheServer.Memcached;

/// <summary>A memcached client without network beside a <see cref="CommandRunner"/>: text in, text out.</summary>
internal sealed unsafe class MemcachedRunner : IDisposable
{
    private readonly ArgBuffer _args = new();
    private readonly ReplyWriter _reply = new();

    public MemcachedRunner(CommandRunner? redis = null)
    {
        Redis = redis ?? new CommandRunner();
        Main = Open();
    }

    /// <summary>The same dataset, seen by Redis clients.</summary>
    public CommandRunner Redis { get; }

    public Session Main { get; }

    public Session Open() => new()
    {
        Id = Redis.Server.NextSessionId(), User = Redis.Server.Access.FirstUser, Memcached = new MemcachedState(),
    };

    /// <summary>Runs complete commands; Latin-1, so any byte can be written.</summary>
    public string Run(string sent) => Run(Main, sent);

    public string Run(Session session, string sent)
    {
        var text = new StringBuilder();
        fixed (byte* bytes = Encoding.Latin1.GetBytes(sent + "\0"))
        {
            for (var at = 0; at < sent.Length;)
            {
                var taken = RunOne(session, bytes + at, sent.Length - at, text);
                if (taken == 0) throw new ArgumentException($"the last command is not complete: {sent[at..]}");
                at += taken;
                if (session.IsClosing) break;
            }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        _args.Dispose();
        _reply.Dispose();
        Redis.Dispose();
    }

    private int RunOne(Session session, byte* bytes, int count, StringBuilder text)
    {
        _args.Clear();
        _reply.Clear();
        var max = Redis.Server.Live.MemcachedItemBytesMax;
        var status = MemcachedReader.Read(bytes, count, _args, session.Memcached!, max, out var command);
        if (status == MemcachedStatus.Skipped) return command.Bytes;
        if (status != MemcachedStatus.Command) return 0;
        var info = Redis.Server.Memcached.Find(command.Verb, session);
        var args = new CommandArgs(bytes, _args.At(command.FirstSlice), command.ArgCount);
        Redis.Dispatcher.Run(session, info, LookupResult.Found, args, _reply, Redis.NowMs);
        if (_reply.Length > 0 && _reply.Written[0] == (byte)'-') MemcachedReplies.Translate(_reply, 0);
        text.Append(Encoding.Latin1.GetString(_reply.Written));
        return command.Bytes;
    }
}
