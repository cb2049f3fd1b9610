using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Access;

/// <summary>Adds one command rule after the other to a selector.</summary>
internal static class CommandRuleSet
{
    private const int RulesMax = 1024;

    /// <summary>+@all or -@all: forgets all rules before.</summary>
    public static AccessSelector All(AccessSelector selector, bool allow) => selector with
    {
        AllCommands = allow, CommandBits = [], CommandRules = [], FirstArguments = [],
    };

    /// <summary>A rule <c>+x</c> or <c>-x</c>, where x is a command, <c>command|sub</c> or <c>@category</c>.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Apply(CommandTable table, string rule, ref AccessSelector selector)
    {
        var allow = rule[0] == '+';
        var name = rule[1..].ToLowerInvariant();
        if (name == "@all")
        {
            selector = All(selector, allow);
            return null;
        }

        var found = Find(table, name);
        var firstArgument = found.Count == 0 && allow ? FirstArgument(table, name) : null;
        if (found.Count == 0 && firstArgument is null) return AccessRuleReader.UnknownCommand;
        if (selector.CommandRules.Count >= RulesMax) return "Too many rules";

        var bits = Bits(table, selector);
        foreach (var info in found)
        {
            var bit = 1UL << (info.Id & 63);
            bits[info.Id >> 6] = allow ? bits[info.Id >> 6] | bit : bits[info.Id >> 6] & ~bit;
        }

        var ids = found.Select(static info => info.Id).ToHashSet();
        selector = selector with
        {
            CommandBits = bits,
            CommandRules = [.. selector.CommandRules.Where(old => !Replaces(name, old[1..])), rule[..1] + name],
            FirstArguments =
            [
                .. selector.FirstArguments.Where(old => !ids.Contains(old.Id)),
                .. firstArgument is { } added ? [added] : Array.Empty<FirstArgument>(),
            ],
        };
        return null;
    }

    // A rule for a command makes older ones for it and its subcommands meaningless.
    private static bool Replaces(string name, string old) =>
        old == name || old.StartsWith(name + "|", StringComparison.Ordinal);

    private static List<CommandInfo> Find(CommandTable table, string name)
    {
        if (name.StartsWith('@'))
        {
            var category = name[1..];
            return [.. table.ById.Where(info => CommandCategories.Of(info).Contains(category))];
        }

        if (!table.TryFind(name, out var info)) return [];
        return info.Subcommands is { } subcommands ? [info, .. subcommands.Values] : [info];
    }

    private static FirstArgument? FirstArgument(CommandTable table, string name)
    {
        var bar = name.IndexOf('|', StringComparison.Ordinal);
        return bar > 0 && bar < name.Length - 1 && table.TryFind(name[..bar], out var info)
            && info.Subcommands is null
                ? new FirstArgument(info.Id, name[(bar + 1)..])
                : null;
    }

    private static ulong[] Bits(CommandTable table, AccessSelector selector)
    {
        var bits = new ulong[(table.ById.Count + 63) / 64];
        if (selector.CommandBits.Length == bits.Length) selector.CommandBits.CopyTo(bits, 0);
        else if (selector.AllCommands) Array.Fill(bits, ulong.MaxValue);
        return bits;
    }
}

/// <summary>A command without subcommands that is allowed with that first argument only: <c>+select|0</c>.</summary>
internal readonly record struct FirstArgument(int Id, string Word);
