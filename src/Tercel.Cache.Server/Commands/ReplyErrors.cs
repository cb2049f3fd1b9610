using System.Text;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>The words of every error reply, as Redis words them; clients and their tests compare the text.</summary>
internal static class ReplyErrors
{
    // What a client sent is quoted up to here, as in Redis.
    private const int QuotedBytesMax = 128;

    private static ReadOnlySpan<byte> SnapshotFailed =>
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "u8
        + "Commands that may modify the data set are disabled, because this instance is configured to report errors "u8
        + "during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs "u8
        + "for details about the RDB error."u8;

    public static void WrongType(this ReplyWriter reply) =>
        reply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8);

    public static void NotAnInteger(this ReplyWriter reply) =>
        reply.Error("ERR value is not an integer or out of range"u8);

    public static void NotAFloat(this ReplyWriter reply) => reply.Error("ERR value is not a valid float"u8);

    public static void Syntax(this ReplyWriter reply) => reply.Error("ERR syntax error"u8);

    public static void NoSuchKey(this ReplyWriter reply) => reply.Error("ERR no such key"u8);

    public static void OutOfRange(this ReplyWriter reply) => reply.Error("ERR index out of range"u8);

    public static void TooLarge(this ReplyWriter reply) =>
        reply.Error("ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8);

    public static void OutOfMemory(this ReplyWriter reply) =>
        reply.Error("OOM command not allowed when used memory > 'maxmemory'."u8);

    public static void NoAuth(this ReplyWriter reply) => reply.Error("NOAUTH Authentication required."u8);

    public static void WrongPassword(this ReplyWriter reply) =>
        reply.Error("WRONGPASS invalid username-password pair or user is disabled."u8);

    /// <summary>A command that the user may not run, or not with that key or channel.</summary>
    public static void NoPermission(this ReplyWriter reply, AccessDenial denial, CommandInfo info)
    {
        switch (denial)
        {
            case AccessDenial.Command:
                reply.Error(Encoding.UTF8.GetBytes(
                    $"NOPERM this user has no permissions to run the '{info.FullName}' command"));
                break;
            case AccessDenial.Key:
                reply.Error(
                    "NOPERM this user has no permissions to access one of the keys used as arguments"u8);
                break;
            case AccessDenial.Channel:
                reply.Error(
                    "NOPERM this user has no permissions to access one of the channels used as arguments"u8);
                break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    public static void DatabaseOutOfRange(this ReplyWriter reply) => reply.Error("ERR DB index is out of range"u8);

    public static void WrongArity(this ReplyWriter reply, string command) =>
        reply.Error(Encoding.UTF8.GetBytes($"ERR wrong number of arguments for '{command}' command"));

    public static void OnlyWhileSubscribed(this ReplyWriter reply, string command) =>
        reply.Error(Encoding.UTF8.GetBytes(
            $"ERR Can't execute '{command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "
            + "in this context"));

    public static void UnknownSubcommand(this ReplyWriter reply, CommandInfo container, ReadOnlySpan<byte> word) =>
        reply.Error([.. "ERR unknown subcommand '"u8, .. Shortened(word), .. "'. Try "u8,
            .. Encoding.UTF8.GetBytes(container.Name), .. " HELP."u8]);

    public static void UnknownCommand(this ReplyWriter reply, in CommandArgs args)
    {
        var name = Encoding.UTF8.GetString(Shortened(args[0]));
        if (LaterCommands.GroupOf(name) is { } group)
        {
            reply.NotSupportedYet(name.ToUpperInvariant(), group);
            return;
        }

        var words = new List<byte>();
        for (var i = 1; i < args.Count && words.Count < QuotedBytesMax; i++)
        {
            var rest = QuotedBytesMax - words.Count;
            words.AddRange([(byte)'\'', .. args[i].Length > rest ? args[i][..rest] : args[i], (byte)'\'', (byte)' ']);
        }

        reply.Error([.. "ERR unknown command '"u8, .. Shortened(args[0]), .. "', with args beginning with: "u8,
            .. words]);
    }

    /// <summary>A command threw: our bug, told to the operator in full and to the client in short.</summary>
    public static void Internal(this ReplyWriter reply) =>
        reply.Error("ERR internal error: the command failed; the server's log tells more"u8);

    /// <summary>A command of Redis that is still to come.</summary>
    public static void NotSupportedYet(this ReplyWriter reply, string command, string group) =>
        reply.Error(Encoding.UTF8.GetBytes($"ERR {command} is not supported by Tercel Cache yet ({group})"));

    public static void ClientNameInvalid(this ReplyWriter reply) =>
        reply.Error("ERR Client names cannot contain spaces, newlines or special characters."u8);

    public static void HelloNeedsAuth(this ReplyWriter reply) => reply.Error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> "u8
        + "<pass> option can be used to authenticate the client and select the RESP protocol version at the same "u8
        + "time"u8);

    public static void NotInTransaction(this ReplyWriter reply) =>
        reply.Error("ERR Command not allowed inside a transaction"u8);

    public static void ExecWithoutMulti(this ReplyWriter reply) => reply.Error("ERR EXEC without MULTI"u8);

    public static void TransactionDiscarded(this ReplyWriter reply) =>
        reply.Error("EXECABORT Transaction discarded because of previous errors."u8);

    /// <summary>EXEC was refused for a reason of its own, such as missing memory.</summary>
    public static void TransactionDiscarded(this ReplyWriter reply, ReadOnlySpan<byte> reason) =>
        reply.Error([.. "EXECABORT Transaction discarded because of: "u8, .. reason]);

    public static void TransactionTooLarge(this ReplyWriter reply) =>
        reply.Error("ERR the transaction is too large"u8);

    /// <summary>The last reply before the connection is closed: what was sent is not the protocol.</summary>
    public static void Protocol(this ReplyWriter reply, in ReadResult result)
    {
        var words = result.Problem switch
        {
            ReadProblem.InlineTooLong => "too big inline request",
            ReadProblem.UnbalancedQuotes => "unbalanced quotes in request",
            ReadProblem.CountLineTooLong => "too big mbulk count string",
            ReadProblem.InvalidCount => "invalid multibulk length",
            ReadProblem.UnauthenticatedCount => "unauthenticated multibulk length",
            ReadProblem.LengthLineTooLong => "too big bulk count string",
            ReadProblem.ExpectedBulk => $"expected '$', got '{(char)result.Found}'",
            ReadProblem.InvalidLength => "invalid bulk length",
            ReadProblem.UnauthenticatedLength => "unauthenticated bulk length",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        reply.Error(Encoding.Latin1.GetBytes($"ERR Protocol error: {words}"));
    }

    private static ReadOnlySpan<byte> Shortened(ReadOnlySpan<byte> word) =>
        word.Length > QuotedBytesMax ? word[..QuotedBytesMax] : word;

    public static void WritesStopped(this ReplyWriter reply, WriteStop why) => reply.Error(
        why == WriteStop.JournalFailed
            ? "MISCONF Errors writing to the AOF file; writes are refused until the disk takes them again"u8
            : SnapshotFailed);

    /// <summary>A status that is always an error to the client; Ok and NotFound are the command's own
    /// business.</summary>
    public static void Status(this ReplyWriter reply, StoreStatus status)
    {
        switch (status)
        {
            case StoreStatus.WrongType: reply.WrongType(); break;
            case StoreStatus.NotAnInteger: reply.NotAnInteger(); break;
            case StoreStatus.NotAFloat: reply.NotAFloat(); break;
            case StoreStatus.Overflow: reply.Error("ERR increment or decrement would overflow"u8); break;
            case StoreStatus.TooLarge: reply.TooLarge(); break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }
}
