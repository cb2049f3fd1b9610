using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Commands.Access;

namespace Tercel.Cache.Server.Memcached;

/// <summary>flush_all, version, verbosity, quit, the login, and answers to what is no command.</summary>
internal static class MemcachedOthers
{
    public static void Unknown(ref CommandContext c) => c.Reply.Line("ERROR"u8);

    public static void BadFormat(ref CommandContext c) => c.Reply.BadFormat();

    public static void BadData(ref CommandContext c) => c.Reply.Line("CLIENT_ERROR bad data chunk"u8);

    /// <summary>What could not be replaced must not be served any more.</summary>
    public static void TooLarge(ref CommandContext c)
    {
        var key = c.Key(MetaReply.KeyIndex);
        var isSet = c.Args[1].SequenceEqual("set"u8) || c.Args[1].SequenceEqual("ms"u8);
        if (isSet && MemcachedItem.TryPeek(ref c, key, out _)) MemcachedItem.Remove(ref c, key);
        c.Reply.Line("SERVER_ERROR object too large for cache"u8);
    }

    public static void FlushAll(ref CommandContext c)
    {
        var isQuiet = c.Args[c.Args.Count - 1].SequenceEqual("noreply"u8);
        var words = c.Args.Count - (isQuiet ? 1 : 0);
        long seconds = 0;
        if (words > 3 || (words == 3 && !MemcachedItem.TryExpiry(c.Args[2], out seconds)))
        {
            c.Reply.Line("CLIENT_ERROR invalid exptime argument"u8);
            return;
        }

        if (seconds > 0)
        {
            c.Reply.Line("SERVER_ERROR flush_all with a delay is not supported"u8);
            return;
        }

        c.Keyspace.Flush(0);
        c.ChangedAll(0);
        c.Rewrite().Word("FLUSHDB"u8);
        if (!isQuiet) c.Reply.Line("OK"u8);
    }

    public static void Version(ref CommandContext c)
    {
        c.Reply.Raw("VERSION "u8);
        c.Reply.Line(ServerVersion.Memcached);
    }

    public static void Verbosity(ref CommandContext c)
    {
        var isQuiet = c.Args[c.Args.Count - 1].SequenceEqual("noreply"u8);
        if (!isQuiet) c.Reply.Line("OK"u8);
    }

    public static void Quit(ref CommandContext c) => c.Session.IsClosing = true;

    /// <summary>A SET whose data is <c>user password</c>, or only the password of the default user.</summary>
    public static void LogIn(ref CommandContext c)
    {
        var data = c.Args[c.Args.Count - 1];
        var space = data.IndexOf((byte)' ');
        var name = space < 0 ? "default"u8 : data[..space];
        var start = c.Reply.Length;
        if (AuthCommand.TryLogin(ref c, name, data[(space + 1)..]))
        {
            c.Reply.Line("STORED"u8);
            return;
        }

        c.Reply.Truncate(start);
        c.Reply.Line("CLIENT_ERROR authentication failure"u8);
    }
}
