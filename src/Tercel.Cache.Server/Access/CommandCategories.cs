using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Access;

/// <summary>The categories of commands, as <c>+@name</c> and ACL CAT know them.</summary>
/// <remarks>They follow from a command's flags and group, so a new command has them by itself. Source: Redis'
/// <c>setImplicitACLCategories</c>.</remarks>
internal static class CommandCategories
{
    /// <summary>All names, in the order of ACL CAT.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo",
        "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction",
        "scripting",
    ];

    /// <summary>The categories of one command; none for a container of subcommands.</summary>
    public static IEnumerable<string> Of(CommandInfo info)
    {
        if (info.IsContainer) yield break;
        var flags = info.Flags;
        if (Has(CommandFlags.Write)) yield return "write";
        if (Has(CommandFlags.ReadOnly)) yield return "read";
        if (OfGroup(info) is { } group) yield return group;
        if (Has(CommandFlags.PubSub)) yield return "pubsub";
        if (Has(CommandFlags.Admin)) yield return "admin";
        if (Has(CommandFlags.Admin | CommandFlags.Dangerous)) yield return "dangerous";
        if (Has(CommandFlags.Blocking)) yield return "blocking";
        yield return Has(CommandFlags.Fast) ? "fast" : "slow";

        bool Has(CommandFlags any) => (flags & any) != 0;
    }

    private static string? OfGroup(CommandInfo info) => info.Group switch
    {
        "generic" => "keyspace",
        "sorted-set" => "sortedset",
        "transactions" => "transaction",
        "pubsub" => null,
        _ => Names.Contains(info.Group) ? info.Group : null,
    };
}
