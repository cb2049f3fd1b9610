// unsafe: takes the addresses of static command functions, which live as long as the process.
using System.Text;
using Tercel.Cache.Server.Commands.Tags;

namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>POLICY SET, GET, LIST, DEL, HELP.</summary>
/// <remarks>Rare, so they may allocate. SET and DEL are journaled and kept in snapshots. Reference:
/// docs/reference/cache-single-flight.md.</remarks>
internal static unsafe class PolicyCommands
{
    private const CommandFlags Change = CommandFlags.Write | CommandFlags.Admin | CommandFlags.Dangerous;

    public static void Register(CommandTable table)
    {
        var parent = table.Add("POLICY", -2, CommandFlags.None, KeySpec.None, null, "server", TagCommands.Since,
            "How keys of a prefix are refilled and counted.");
        table.AddSub(parent, "SET", -3, Change, KeySpec.None, &Set, TagCommands.Since,
            "Sets the policy of a prefix.");
        table.AddSub(parent, "GET", 3, CommandFlags.ReadOnly, KeySpec.None, &Get, TagCommands.Since,
            "The policy of a prefix.");
        table.AddSub(parent, "LIST", 2, CommandFlags.ReadOnly, KeySpec.None, &List, TagCommands.Since,
            "All policies.");
        table.AddSub(parent, "DEL", 3, Change, KeySpec.None, &Del, TagCommands.Since,
            "Removes the policy of a prefix.");
        table.AddSub(parent, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, TagCommands.Since,
            "The subcommands.");
        table.Add("GETL", -2, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.One, &LeaseReads.GetL, "string",
            TagCommands.Since, "A value, whether it is stale, and the lease to refill it.");
    }

    private static void Set(ref CommandContext c)
    {
        if (!TryReadPrefix(ref c, out var prefix)) return;
        var options = new List<string>();
        for (var i = 3; i < c.Args.Count; i++) options.Add(Encoding.Latin1.GetString(c.Args[i]));
        var policy = FlightPolicy.TryRead(prefix, options, out var wrong);
        if (policy is null)
        {
            c.ReplyQuoting("ERR policy option '"u8, Encoding.Latin1.GetBytes(wrong ?? ""),
                "' is none of swr=TIME lease=TIME wait=TIME jitter=PERCENT (TIME such as 300s, 50ms)"u8);
            return;
        }

        if (!c.Server.Policies.TrySet(policy))
        {
            c.Reply.Error("ERR too many policies"u8);
            return;
        }

        c.ChangedServer();
        c.Reply.Ok();
    }

    private static void Get(ref CommandContext c)
    {
        if (!TryReadPrefix(ref c, out var prefix)) return;
        if (c.Server.Policies.Find(prefix) is not { } policy)
        {
            c.Reply.Null();
            return;
        }

        c.Reply.Map(4);
        c.Reply.Bulk("swr"u8);
        c.Reply.Integer(policy.StaleMs);
        c.Reply.Bulk("lease"u8);
        c.Reply.Integer(policy.LeaseMs);
        c.Reply.Bulk("wait"u8);
        c.Reply.Integer(policy.WaitMs);
        c.Reply.Bulk("jitter"u8);
        c.Reply.Integer(policy.JitterPercent);
    }

    private static void List(ref CommandContext c)
    {
        var policies = c.Server.Policies.All;
        c.Reply.Array(policies.Count);
        foreach (var policy in policies) c.Reply.Bulk(Encoding.Latin1.GetBytes(string.Join(' ', policy.Words())));
    }

    private static void Del(ref CommandContext c)
    {
        if (!TryReadPrefix(ref c, out var prefix)) return;
        var removed = c.Server.Policies.Remove(prefix);
        if (removed) c.ChangedServer();
        c.Reply.Integer(removed ? 1 : 0);
    }

    private static void Help(ref CommandContext c)
    {
        c.Reply.Array(6);
        c.Reply.Simple("POLICY <subcommand> [<arg> ...]. Subcommands are:"u8);
        c.Reply.Simple("SET <prefix>* [swr=TIME] [lease=TIME] [wait=TIME] [jitter=PERCENT]"u8);
        c.Reply.Simple("GET <prefix>*"u8);
        c.Reply.Simple("LIST"u8);
        c.Reply.Simple("DEL <prefix>*"u8);
        c.Reply.Simple("HELP"u8);
    }

    private static bool TryReadPrefix(ref CommandContext c, out byte[] prefix)
    {
        prefix = FlightPolicy.PrefixOf(c.Args[2]) ?? [];
        if (prefix.Length > 0 || c.Args[2] is [(byte)'*']) return true;
        c.Reply.Error("ERR a policy is for a prefix: text without wildcards, then one star, such as page:*"u8);
        return false;
    }
}
