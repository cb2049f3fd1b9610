using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>One set of rules: which commands, on which keys and channels.</summary>
/// <remarks>Lifetime: immutable. Thread: any.</remarks>
internal sealed record AccessSelector
{
    /// <summary>Nothing is allowed.</summary>
    public static AccessSelector None { get; } = new();

    /// <summary>Everything is allowed.</summary>
    public static AccessSelector Everything { get; } =
        new() { AllCommands = true, AllKeys = true, AllChannels = true };

    /// <summary>Whether the list of command rules starts from all instead of none.</summary>
    public bool AllCommands { get; init; }

    /// <summary>The bit of a command's <see cref="CommandInfo.Id"/> says whether it is allowed; ids beyond the end are
    /// as <see cref="AllCommands"/>. Kept in step with <see cref="CommandRules"/>.</summary>
    public ulong[] CommandBits { get; init; } = [];

    /// <summary>The rules after +@all or -@all, as ACL GETUSER prints them: <c>+get -config|set</c>.</summary>
    public IReadOnlyList<string> CommandRules { get; init; } = [];

    /// <summary>Commands allowed with one first argument only.</summary>
    public IReadOnlyList<FirstArgument> FirstArguments { get; init; } = [];

    public bool AllKeys { get; init; }

    public IReadOnlyList<KeyPattern> Keys { get; init; } = [];

    public bool AllChannels { get; init; }

    public IReadOnlyList<byte[]> Channels { get; init; } = [];

    public bool IsEverything => AllCommands && CommandRules.Count == 0 && AllKeys && AllChannels;

    public bool AllowsCommand(CommandInfo info, in CommandArgs args)
    {
        var word = info.Id >> 6;
        if (word < CommandBits.Length ? (CommandBits[word] >> (info.Id & 63) & 1) != 0 : AllCommands) return true;
        foreach (var (id, first) in FirstArguments)
            if (id == info.Id && args.Count > 1 && Ascii.EqualsIgnoreCase(args[1], first)) return true;
        return false;
    }

    /// <summary>Whether the key may be used in that way.</summary>
    public bool AllowsKey(ReadOnlySpan<byte> key, KeyAccess access)
    {
        if (AllKeys) return true;
        foreach (var pattern in Keys)
            if ((pattern.Access & access) == access && Glob.Matches(pattern.Pattern, key)) return true;
        return false;
    }

    /// <summary>Whether the channel may be used; a pattern that is subscribed to must be one of the user's,
    /// literally.</summary>
    public bool AllowsChannel(ReadOnlySpan<byte> channel, bool isPattern)
    {
        if (AllChannels) return true;
        foreach (var pattern in Channels)
            if (isPattern ? channel.SequenceEqual(pattern) : Glob.Matches(pattern, channel)) return true;
        return false;
    }
}

/// <summary>Keys of that pattern may be read, written or both.</summary>
internal readonly record struct KeyPattern(byte[] Pattern, KeyAccess Access);

/// <summary>How a command uses a key.</summary>
[Flags]
internal enum KeyAccess : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    Both = Read | Write,
}

/// <summary>Why a command is refused.</summary>
internal enum AccessDenial : byte
{
    None,
    Command,
    Key,
    Channel,

    /// <summary>The name or password was wrong.</summary>
    Login,
}
