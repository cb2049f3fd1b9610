using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tercel.Cache.Server.Commands;

/// <summary>All commands by name.</summary>
/// <remarks>Built once at start, read by every loop afterwards. Names are found without regard to case.</remarks>
internal sealed unsafe class CommandTable
{
    private const int NameBytesMax = 32;

    private readonly Dictionary<string, CommandInfo> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<CommandInfo> _byId = [];
    private CommandNames? _names;

    /// <summary>The quick way to the top-level commands; made when the table is complete.</summary>
    public CommandNames Names => _names ??= new CommandNames(Commands);

    /// <summary>Every command with its subcommands, in order of <see cref="CommandInfo.Id"/>.</summary>
    public IReadOnlyList<CommandInfo> ById => _byId;

    /// <summary>Top-level commands.</summary>
    public IReadOnlyCollection<CommandInfo> Commands => _byName.Values;

    public CommandInfo Add(
        string name, int arity, CommandFlags flags, KeySpec keys, delegate*<ref CommandContext, void> run,
        string group, string since, string summary)
    {
        var info = Number(new CommandInfo
        {
            Name = name, Arity = arity, Flags = flags, Keys = keys, Run = run, Group = group, Since = since,
            Summary = summary,
        });
        _byName.Add(name, info);
        return info;
    }

    /// <summary>Adds a subcommand, such as SETNAME of CLIENT; its arity counts both words.</summary>
    public CommandInfo AddSub(
        CommandInfo parent, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary)
    {
        var info = Number(new CommandInfo
        {
            Name = name, Arity = arity, Flags = flags, Keys = keys, Run = run, Group = parent.Group, Since = since,
            Summary = summary, Parent = parent,
        });
        parent.Subcommands ??= new Dictionary<string, CommandInfo>(StringComparer.OrdinalIgnoreCase);
        parent.Subcommands.Add(name, info);
        return info;
    }

    /// <summary>Says that the argument behind the key of these commands names a field or member.</summary>
    public void MarkElements(params ReadOnlySpan<string> names) => MarkElementsAt(2, names);

    /// <summary>Says that an argument of these commands names a field or member.</summary>
    public void MarkElementsAt(int index, params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _byName[name].ElementIndex = index;
    }

    /// <summary>Adds a command of another protocol: it has a number, statistics and rights, but no Redis client can
    /// name it.</summary>
    public CommandInfo AddHidden(
        CommandInfo parent, string name, CommandFlags flags, KeySpec keys, delegate*<ref CommandContext, void> run) =>
        Number(new CommandInfo
        {
            Name = name, Arity = -1, Flags = flags, Keys = keys, Run = run, Group = parent.Group,
            Since = parent.Since, Summary = parent.Summary, Parent = parent,
        });

    /// <summary>The top-level command of that name; allocates nothing.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out CommandInfo? info)
    {
        info = null;
        if (name.Length is 0 or > NameBytesMax) return false;
        Span<char> text = stackalloc char[NameBytesMax];
        for (var i = 0; i < name.Length; i++) text[i] = (char)name[i];
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..name.Length], out info);
    }

    /// <summary>The subcommand of that name; allocates nothing.</summary>
    public bool TryFindSub(CommandInfo parent, ReadOnlySpan<byte> name, [NotNullWhen(true)] out CommandInfo? info)
    {
        info = null;
        if (parent.Subcommands is null || name.Length is 0 or > NameBytesMax) return false;
        Span<char> text = stackalloc char[NameBytesMax];
        for (var i = 0; i < name.Length; i++) text[i] = (char)name[i];
        var words = parent.Subcommands.GetAlternateLookup<ReadOnlySpan<char>>();
        return words.TryGetValue(text[..name.Length], out info);
    }

    /// <summary>By text, for CONFIG-like cold paths: <c>get</c> or <c>config|get</c>.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out CommandInfo? info)
    {
        var bar = name.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0) return _byName.TryGetValue(name, out info);
        info = null;
        return TryFind(Encoding.UTF8.GetBytes(name[..bar]), out var parent)
            && parent.Subcommands is not null && parent.Subcommands.TryGetValue(name[(bar + 1)..], out info);
    }

    private CommandInfo Number(CommandInfo info)
    {
        info.Id = _byId.Count;
        info.Settle();
        _byId.Add(info);
        return info;
    }
}
