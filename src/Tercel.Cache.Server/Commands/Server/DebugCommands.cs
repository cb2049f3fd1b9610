// Why this is correct: the only pointers are those of the command functions below.
using System.Globalization;
using System.Net;
using System.Text;
using Tercel.Cache.Server.Commands.Keys;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>DEBUG, as far as test suites and operators need it; who may use it says
/// <c>enable-debug-command</c>.</summary>
internal static unsafe class DebugCommands
{
    private const double SleepSecondsMax = 600;

    private const string Lines =
        """
        CHANGE-REPL-ID
            Accepted without effect.
        ERROR <string>
            Return a Redis protocol error with <string> as message.
        OBJECT <key>
            Show how the value of <key> is kept.
        PROTOCOL <type>
            Reply with a test value of the specified type.
        QUICKLIST-PACKED-THRESHOLD <size>
            Accepted without effect.
        RELOAD
            Save the dataset on disk and reload it back to memory.
        SET-ACTIVE-EXPIRE <0|1>
            Setting it to 0 disables expiring keys that nobody meets.
        SET-DISABLE-DENY-SCRIPTS <0|1>
            Accepted without effect.
        SLEEP <seconds>
            Stop one loop of the server for <seconds>. Decimals allowed.
        STRINGMATCH-LEN <len> <pattern>
            Match a string of <len> letters against <pattern>, to test the time it takes.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        var debug = table.Add("DEBUG", -2, Flags, KeySpec.None, &Unknown, "server", "1.0.0",
            "A container for debugging commands.");
        Add("SLEEP", 3, &Sleep, "Stops one loop of the server for a time.");
        Add("SET-ACTIVE-EXPIRE", 3, &SetActiveExpire, "Switches the removal of expired keys that nobody meets.");
        Add("STRINGMATCH-LEN", 4, &StringMatch, "Matches a long string against a pattern.");
        Add("RELOAD", -2, &Reload, "Writes the dataset to disk and reads it again.");
        Add("PROTOCOL", 3, &DebugProtocol.Reply, "Replies a test value of a type.");
        Add("ERROR", 3, &Error, "Replies an error.");
        Add("QUICKLIST-PACKED-THRESHOLD", 3, &Nothing, "Accepted without effect.");
        Add("CHANGE-REPL-ID", 2, &Nothing, "Accepted without effect.");
        Add("SET-DISABLE-DENY-SCRIPTS", 3, &Nothing, "Accepted without effect.");
        Add("HELP", 2, &Help, "Returns helpful text about the different subcommands.");
        table.AddSub(debug, "OBJECT", 3, Flags, KeySpec.At(2), &Object, "1.0.0", "Shows how a value is kept.");

        void Add(string name, int arity, delegate*<ref CommandContext, void> run, string summary) =>
            table.AddSub(debug, name, arity, Flags, KeySpec.None, run, "1.0.0", summary);
    }

    /// <summary>Whether the client may; replies why not.</summary>
    public static bool IsEnabled(ref CommandContext c)
    {
        var client = c.Session.Connection?.RemoteEndPoint;
        var isLocal = client is null || IPAddress.IsLoopback(client.Address);
        if (c.Server.Live.DebugFor == "yes" || (c.Server.Live.DebugFor == "local" && isLocal)) return true;
        c.Reply.Error(
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it "u8
            + "from a local connection, otherwise you need to set this option in the configuration file, and then "u8
            + "restart the server."u8);
        return false;
    }

    private static void Unknown(ref CommandContext c) => c.Reply.UnknownSubcommandArity("DEBUG", c.Args.Text(1));

    private static void Nothing(ref CommandContext c)
    {
        if (IsEnabled(ref c)) c.Reply.Ok();
    }

    private static void Sleep(ref CommandContext c)
    {
        if (!IsEnabled(ref c)) return;
        if (!RespNumber.TryDouble(c.Args[2], out var seconds) || seconds is < 0 or > SleepSecondsMax)
        {
            c.Reply.NotAFloat();
            return;
        }

        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromSeconds(seconds));
        c.Reply.Ok();
    }

    private static void SetActiveExpire(ref CommandContext c)
    {
        if (!IsEnabled(ref c)) return;
        c.Server.Live.ActiveExpiry = !c.Args[2].SequenceEqual("0"u8);
        c.Reply.Ok();
    }

    private static void StringMatch(ref CommandContext c)
    {
        const int LengthMax = 1 << 20;
        if (!IsEnabled(ref c)) return;
        if (!RespNumber.TryInteger(c.Args[2], out var length) || length is < 0 or > LengthMax)
        {
            c.Reply.NotAnInteger();
            return;
        }

        var text = new byte[length];
        Array.Fill(text, (byte)'x');
        c.Reply.Integer(Glob.Matches(c.Args[3], text) ? 1 : 0);
    }

    private static void Reload(ref CommandContext c)
    {
        if (IsEnabled(ref c)) c.Reply.OkOr(c.Server.Persistence.Reload());
    }

    private static void Error(ref CommandContext c)
    {
        if (IsEnabled(ref c)) c.Reply.Error(c.Args[2]);
    }

    private static void Object(ref CommandContext c)
    {
        if (!IsEnabled(ref c)) return;
        if (!c.Keyspace.TryPeek(c.Key(2), c.NowMs, out var value))
        {
            c.Reply.NoSuchKey();
            return;
        }

        var encoding = Encoding.ASCII.GetString(ObjectCommands.EncodingName(value));
        c.Reply.SimpleText(string.Create(
            CultureInfo.InvariantCulture,
            $"Value at:0x0 refcount:1 encoding:{encoding} serializedlength:{value.Bytes.Length} lru:0 "
            + $"lru_seconds_idle:0"));
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("DEBUG", Lines);
}
