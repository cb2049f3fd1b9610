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
        var group = OfGroup(info);
        foreach (var name in Names)
        {
            var has = name switch
            {
                "write" => Has(CommandFlags.Write),
                "read" => Has(CommandFlags.ReadOnly),
                "pubsub" => Has(CommandFlags.PubSub),
                "admin" => Has(CommandFlags.Admin),
                "dangerous" => Has(CommandFlags.Admin | CommandFlags.Dangerous),
                "blocking" => Has(CommandFlags.Blocking),
                "fast" => Has(CommandFlags.Fast),
                "slow" => !Has(CommandFlags.Fast),
                _ => name == group,
            };
            if (has) yield return name;
        }

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
