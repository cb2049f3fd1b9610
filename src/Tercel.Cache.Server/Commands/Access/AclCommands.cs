// Why this is correct: the only pointers are those of the command functions below.
using System.Security.Cryptography;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Access;

/// <summary>ACL: SETUSER, GETUSER, DELUSER, LIST, USERS, CAT, WHOAMI, GENPASS, DRYRUN.</summary>
internal static unsafe class AclCommands
{
    private const int PasswordBitsMax = 4096;
    private const int PasswordBitsUsual = 256;

    private const string Lines =
        """
        CAT [<category>]
            List all commands that belong to <category>, or all command categories
            when no category is specified.
        DELUSER <username> [<username> ...]
            Delete a list of users.
        DRYRUN <username> <command> [<arg> ...]
            Returns whether the user can execute the given command without executing the command.
        GETUSER <username>
            Get the user's details.
        GENPASS [<bits>]
            Generate a secure 256-bit user password. The optional `bits` argument can
            be used to specify a different size.
        LIST
            Show users details in config file format.
        LOAD
            Reload users from the ACL file.
        LOG [<count> | RESET]
            Show the ACL log entries.
        SAVE
            Save the current config to the ACL file.
        SETUSER <username> <attribute> [<attribute> ...]
            Create or modify a user with the specified attributes.
        USERS
            List all the registered usernames.
        WHOAMI
            Return the current connection username.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Admin = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        const CommandFlags Plain = CommandFlags.Loading;
        var acl = table.Add("ACL", -2, CommandFlags.None, KeySpec.None, null, "server", "6.0.0",
            "A container for Access List Control commands.");
        table.AddSub(acl, "SETUSER", -3, Admin | CommandFlags.SkipMonitor, KeySpec.None, &SetUser, "6.0.0",
            "Creates and modifies an ACL user and its rules.");
        table.AddSub(acl, "GETUSER", 3, Admin, KeySpec.None, &GetUser, "6.0.0", "Lists the ACL rules of a user.");
        table.AddSub(acl, "DELUSER", -3, Admin, KeySpec.None, &DelUser, "6.0.0",
            "Deletes ACL users, and terminates their connections.");
        table.AddSub(acl, "LIST", 2, Admin, KeySpec.None, &List, "6.0.0",
            "Dumps the effective rules in ACL file format.");
        table.AddSub(acl, "USERS", 2, Admin, KeySpec.None, &Users, "6.0.0", "Lists all ACL users.");
        table.AddSub(acl, "CAT", -2, Plain, KeySpec.None, &Cat, "6.0.0",
            "Lists the ACL categories, or the commands inside a category.");
        table.AddSub(acl, "WHOAMI", 2, Plain, KeySpec.None, &WhoAmI, "6.0.0",
            "Returns the authenticated username of the current connection.");
        table.AddSub(acl, "GENPASS", -2, Plain, KeySpec.None, &GenPass, "6.0.0",
            "Generates a pseudorandom, secure password that can be used to identify ACL users.");
        table.AddSub(acl, "DRYRUN", -4, Admin, KeySpec.None, &DryRun, "7.0.0",
            "Simulates the execution of a command by a user, without executing the command.");
        AclFileCommands.Register(table, acl, Admin);
        table.AddSub(acl, "HELP", 2, Plain, KeySpec.None, &Help, "6.0.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void SetUser(ref CommandContext c)
    {
        var name = c.Args.Text(2);
        if (name.Any(static letter => char.IsWhiteSpace(letter) || letter == '\0'))
        {
            c.Reply.Error("ERR Usernames can't contain spaces or null characters"u8);
            return;
        }

        var words = new List<string>();
        for (var i = 3; i < c.Args.Count; i++) words.Add(c.Args.Text(i));
        if (AccessRuleReader.Join(words, out var unmatched) is not { } joined)
        {
            c.Reply.ErrorText($"ERR Unmatched parenthesis in acl selector starting at '{unmatched}'.");
            return;
        }

        var rules = c.Server.Access.Find(name)?.Rules ?? AccessRules.New;
        if (AccessRuleReader.Apply(c.Server.Commands, joined, ref rules) is { } wrong)
        {
            // A password must not come back in an error.
            var shown = wrong.Word is ['>' or '<', ..] ? wrong.Word[..1] + "..." : wrong.Word;
            c.Reply.ErrorText($"ERR Error in ACL SETUSER modifier '{shown}': {wrong.Why}");
            return;
        }

        c.Server.Access.Set(name, rules);
        c.Reply.Ok();
    }

    private static void GetUser(ref CommandContext c)
    {
        if (c.Server.Access.Find(c.Args.Text(2)) is not { Rules: var rules })
        {
            c.Reply.NullArray();
            return;
        }

        c.Reply.Map(6);
        var flags = AccessText.Flags(rules).ToList();
        c.Reply.BulkText("flags");
        c.Reply.Set(flags.Count);
        foreach (var flag in flags) c.Reply.BulkText(flag);
        c.Reply.BulkText("passwords");
        c.Reply.Array(rules.Passwords.Count);
        foreach (var hash in rules.Passwords) c.Reply.BulkText(Convert.ToHexStringLower(hash));
        WriteSelector(c.Reply, rules.Root);
        c.Reply.BulkText("selectors");
        c.Reply.Array(rules.Selectors.Count);
        foreach (var selector in rules.Selectors)
        {
            c.Reply.Map(3);
            WriteSelector(c.Reply, selector);
        }
    }

    private static void WriteSelector(ReplyWriter reply, AccessSelector selector)
    {
        reply.BulkText("commands");
        reply.BulkText(AccessText.Commands(selector));
        reply.BulkText("keys");
        reply.BulkText(AccessText.Keys(selector));
        reply.BulkText("channels");
        reply.BulkText(AccessText.Channels(selector));
    }

    private static void DelUser(ref CommandContext c)
    {
        for (var i = 2; i < c.Args.Count; i++)
        {
            if (!c.Args[i].SequenceEqual("default"u8)) continue;
            c.Reply.Error("ERR The 'default' user cannot be removed"u8);
            return;
        }

        var removed = 0;
        for (var i = 2; i < c.Args.Count; i++)
            if (c.Server.Access.Remove(c.Args.Text(i))) removed++;
        if (removed > 0) DeletedUsers.Disconnect(c.Server, c.Session);
        c.Reply.Integer(removed);
    }

    private static void List(ref CommandContext c)
    {
        var users = c.Server.Access.Users();
        c.Reply.Array(users.Count);
        foreach (var user in users) c.Reply.BulkText(AccessText.Line(user));
    }

    private static void Users(ref CommandContext c)
    {
        var users = c.Server.Access.Users();
        c.Reply.Array(users.Count);
        foreach (var user in users) c.Reply.BulkText(user.Name);
    }

    private static void Cat(ref CommandContext c)
    {
        if (c.Args.Count > 3)
        {
            c.Reply.UnknownSubcommandArity("ACL", c.Args.Text(1));
            return;
        }

        var names = CommandCategories.Names;
        if (c.Args.Count == 3)
        {
            var category = c.Args.Text(2).ToLowerInvariant();
            if (!names.Contains(category))
            {
                c.Reply.ErrorText($"ERR Unknown category '{c.Args.Text(2)}'");
                return;
            }

            names = [.. c.Server.Commands.ById.Where(info => CommandCategories.Of(info).Contains(category))
                .Select(static info => info.FullName)];
        }

        c.Reply.Array(names.Count);
        foreach (var name in names) c.Reply.BulkText(name);
    }

    private static void WhoAmI(ref CommandContext c)
    {
        if (c.Session.User is { } user) c.Reply.BulkText(user.Name);
        else c.Reply.Null();
    }

    private static void GenPass(ref CommandContext c)
    {
        long bits = PasswordBitsUsual;
        if (c.Args.Count > 3
            || (c.Args.Count == 3
                && (!RespNumber.TryInteger(c.Args[2], out bits) || bits is < 1 or > PasswordBitsMax)))
        {
            c.Reply.Error(
                "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up "u8
                + "to 4096"u8);
            return;
        }

        var digits = (int)(bits + 3) / 4;
        c.Reply.BulkText(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes((digits + 1) / 2))[..digits]);
    }

    private static void DryRun(ref CommandContext c)
    {
        if (c.Server.Access.Find(c.Args.Text(2)) is not { Rules: var rules })
        {
            c.Reply.ErrorText($"ERR User '{c.Args.Text(2)}' not found");
            return;
        }

        var args = c.Args.From(3);
        if (!c.Server.Commands.TryFind(args[0], out var info))
        {
            c.Reply.ErrorText($"ERR Command '{args.Text(0)}' not found");
            return;
        }

        if (args.Count > 1 && info.Subcommands is not null
            && info.Subcommands.TryGetValue(args.Text(1), out var subcommand)) info = subcommand;
        if (info.Arity >= 0 ? args.Count != info.Arity : args.Count < -info.Arity)
        {
            c.Reply.WrongArity(info.FullName);
            return;
        }

        switch (AccessControl.Check(rules, info, args, out var culprit))
        {
            case AccessDenial.None: c.Reply.Ok(); break;
            case AccessDenial.Command:
                c.Reply.BulkText($"This user has no permissions to run the '{info.FullName}' command");
                break;
            case AccessDenial.Key:
                c.Reply.BulkText($"This user has no permissions to access the '{args.Text(culprit)}' key");
                break;
            default:
                c.Reply.BulkText($"This user has no permissions to access the '{args.Text(culprit)}' channel");
                break;
        }
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("ACL", Lines);
}
