// unsafe: takes the addresses of static command functions, which live as long as the process.
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>OBJECT ENCODING, FREQ, IDLETIME, REFCOUNT, HELP.</summary>
/// <remarks>FREQ is the engine's count of recent reads, 0 to 3. The engine keeps no time of the last access: IDLETIME
/// is always 0. Values are never shared: REFCOUNT is 1.</remarks>
internal static unsafe class ObjectCommands
{
    private const int EmbeddedBytesMax = 44;   // As Redis: the longest string it stores beside its object.

    public static void Register(CommandTable table)
    {
        var parent = table.Add("OBJECT", -2, CommandFlags.None, KeySpec.None, null, "generic", "2.2.3",
            "Looks inside the value of a key.");
        table.AddSub(parent, "ENCODING", 3, CommandFlags.ReadOnly, KeySpec.At(2), &Encoding, "2.2.3",
            "The form in which a value is kept.");
        table.AddSub(parent, "FREQ", 3, CommandFlags.ReadOnly, KeySpec.At(2), &Freq, "4.0.0",
            "How often a key was read lately.");
        table.AddSub(parent, "IDLETIME", 3, CommandFlags.ReadOnly, KeySpec.At(2), &IdleTime, "2.2.3",
            "The time since a key was read; not kept.");
        table.AddSub(parent, "REFCOUNT", 3, CommandFlags.ReadOnly, KeySpec.At(2), &RefCount, "2.2.3",
            "The number of references to a value.");
        table.AddSub(parent, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, "6.2.0", "The subcommands.");
    }

    private static void Encoding(ref CommandContext c)
    {
        if (TryPeek(ref c, c.Key(2), out var value)) c.Reply.Bulk(EncodingName(value));
    }

    private static void Freq(ref CommandContext c)
    {
        if (TryPeek(ref c, c.Key(2), out var value)) c.Reply.Integer(value.Frequency);
    }

    private static void IdleTime(ref CommandContext c)
    {
        if (TryPeek(ref c, c.Key(2), out _)) c.Reply.Integer(0);
    }

    private static void RefCount(ref CommandContext c)
    {
        if (TryPeek(ref c, c.Key(2), out _)) c.Reply.Integer(1);
    }

    private static bool TryPeek(ref CommandContext c, in KeyRef key, out ValueView value)
    {
        if (c.Keyspace.TryPeek(key, c.NowMs, out value)) return true;
        c.Reply.Null();
        return false;
    }

    /// <summary>What OBJECT ENCODING answers for the value.</summary>
    public static ReadOnlySpan<byte> EncodingName(in ValueView value)
    {
        if (value.Kind != ValueKind.String) return value.CollectionForm;
        if (RespNumber.TryInteger(value.Bytes, out _)) return "int"u8;
        return value.Bytes.Length <= EmbeddedBytesMax ? "embstr"u8 : "raw"u8;
    }

    private static void Help(ref CommandContext c)
    {
        c.Reply.Array(11);
        c.Reply.Simple("OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"u8);
        c.Reply.Simple("ENCODING <key>"u8);
        c.Reply.Simple("    Return the kind of internal representation used in order to store the value"u8);
        c.Reply.Simple("    associated with a <key>."u8);
        c.Reply.Simple("FREQ <key>"u8);
        c.Reply.Simple("    Return the access frequency index of the <key>, from 0 to 3."u8);
        c.Reply.Simple("IDLETIME <key>"u8);
        c.Reply.Simple("    Always 0: the time of the last access is not kept."u8);
        c.Reply.Simple("REFCOUNT <key>"u8);
        c.Reply.Simple("    Return the number of references of the value associated with the <key>."u8);
        c.Reply.Simple("HELP"u8);
    }
}
