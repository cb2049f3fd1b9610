// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Commands.Transactions;

/// <summary>MULTI, EXEC, DISCARD, WATCH, UNWATCH.</summary>
internal static unsafe class TransactionCommands
{
    private const CommandFlags Quick = CommandFlags.Fast | CommandFlags.Loading;

    public static void Register(CommandTable table)
    {
        const string Group = "transactions";
        table.Add("MULTI", 1, Quick | CommandFlags.NotQueued, KeySpec.None, &Multi, Group, "1.2.0",
            "Starts a transaction.");
        table.Add("EXEC", 1, CommandFlags.Loading | CommandFlags.NotQueued, KeySpec.None, &Exec, Group, "1.2.0",
            "Executes all commands in a transaction.");
        table.Add("DISCARD", 1, Quick | CommandFlags.NotQueued, KeySpec.None, &Discard, Group, "2.0.0",
            "Discards a transaction.");
        table.Add("WATCH", -2, Quick | CommandFlags.NotQueued, KeySpec.All(), &Watch, Group, "2.2.0",
            "Monitors changes to keys to determine the execution of a transaction.");
        table.Add("UNWATCH", 1, Quick, KeySpec.None, &Unwatch, Group, "2.2.0",
            "Forgets about watched keys of a transaction.");
    }

    private static void Multi(ref CommandContext c)
    {
        if (c.Session.Transaction is not null)
        {
            c.Reply.Error("ERR MULTI calls can not be nested"u8);
            return;
        }

        c.Session.Transaction = new Transaction();
        c.Session.Set(SessionStates.InTransaction, true);
        c.Reply.Ok();
    }

    private static void Exec(ref CommandContext c) => c.Dispatcher.RunTransaction(ref c);

    private static void Discard(ref CommandContext c)
    {
        if (c.Session.Transaction is null)
        {
            c.Reply.Error("ERR DISCARD without MULTI"u8);
            return;
        }

        c.Dispatcher.EndTransaction(c.Session);
        c.Reply.Ok();
    }

    private static void Watch(ref CommandContext c)
    {
        if (c.Session.Transaction is not null)
        {
            c.Reply.Error("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }

        var watched = c.Session.Watched ??= new WatchedKeys();
        for (var i = 1; i < c.Args.Count; i++)
        {
            var key = c.Key(i);
            if (watched.TryAdd(key, c.Keyspace.TryPeek(key, c.NowMs, out _))) c.Server.Watches.Add(key, watched);
        }

        c.Reply.Ok();
    }

    private static void Unwatch(ref CommandContext c)
    {
        TransactionRunner.Unwatch(c.Server, c.Session);
        c.Reply.Ok();
    }
}
