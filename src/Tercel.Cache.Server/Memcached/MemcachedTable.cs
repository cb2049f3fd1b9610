// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Memcached;

/// <summary>The commands of memcached, each as the dispatcher knows commands: it checks rights, enters shards, makes
/// room, journals and counts for both protocols alike.</summary>
internal sealed unsafe class MemcachedTable
{
    private const CommandFlags Quick = CommandFlags.Fast;
    private const CommandFlags Reads = Quick | CommandFlags.ReadOnly;
    private const CommandFlags Changes = Quick | CommandFlags.Write;
    private const CommandFlags Stores = Changes | CommandFlags.DenyOom;

    private readonly CommandInfo[] _byVerb;
    private readonly CommandTable _table;
    private readonly CommandInfo _parent;

    public MemcachedTable(CommandTable table)
    {
        _table = table;
        _parent = new CommandInfo
        {
            Name = "MEMCACHED", Arity = -1, Flags = CommandFlags.None, Keys = KeySpec.None, Run = null,
            Group = "memcached", Since = "", Summary = "A command of a memcached client.",
        };
        _byVerb = new CommandInfo[Enum.GetValues<MemcachedVerb>().Length];
        AddText();
        AddMeta();
        AddOthers();
    }

    /// <summary>The command of a verb; a SET of a client that has yet to say who it is logs it in.</summary>
    public CommandInfo Find(MemcachedVerb verb, Session session) =>
        _byVerb[(int)(verb == MemcachedVerb.Set && session.User is null ? MemcachedVerb.LogIn : verb)];

    /// <summary>The command of a verb, for its statistics.</summary>
    public CommandInfo this[MemcachedVerb verb] => _byVerb[(int)verb];

    private void AddText()
    {
        var key = KeySpec.At(MetaReply.KeyIndex);
        Add(MemcachedVerb.Get, "GET", Reads, key, &TextReads.Get);
        Add(MemcachedVerb.GetMany, "GET-MANY", Reads, KeySpec.Range(2, -1, 1), &TextReads.Get);
        Add(MemcachedVerb.Gets, "GETS", Reads, KeySpec.Range(2, -1, 1), &TextReads.Gets);
        Add(MemcachedVerb.Gat, "GAT", Changes, KeySpec.Range(3, -1, 1), &TextReads.Gat);
        Add(MemcachedVerb.Gats, "GATS", Changes, KeySpec.Range(3, -1, 1), &TextReads.Gats);
        Add(MemcachedVerb.Set, "SET", Stores, key, &TextStores.Set);
        Add(MemcachedVerb.Add, "ADD", Stores, key, &TextStores.Add);
        Add(MemcachedVerb.Replace, "REPLACE", Stores, key, &TextStores.Replace);
        Add(MemcachedVerb.Append, "APPEND", Stores, key, &TextStores.Append);
        Add(MemcachedVerb.Prepend, "PREPEND", Stores, key, &TextStores.Prepend);
        Add(MemcachedVerb.Cas, "CAS", Stores, key, &TextStores.Cas);
        Add(MemcachedVerb.Delete, "DELETE", Changes, key, &TextStores.Delete);
        Add(MemcachedVerb.Incr, "INCR", Stores, key, &TextNumbers.Incr);
        Add(MemcachedVerb.Decr, "DECR", Stores, key, &TextNumbers.Decr);
        Add(MemcachedVerb.Touch, "TOUCH", Changes, key, &TextReads.Touch);
    }

    private void AddMeta()
    {
        var key = KeySpec.At(MetaReply.KeyIndex);
        Add(MemcachedVerb.MetaGet, "MG", Reads, key, &MetaReads.Get);
        Add(MemcachedVerb.MetaTouch, "MG-TOUCH", Stores, key, &MetaReads.Get);
        Add(MemcachedVerb.MetaSet, "MS", Stores, key, &MetaWrites.Set);
        Add(MemcachedVerb.MetaDelete, "MD", Changes, key, &MetaWrites.Delete);
        Add(MemcachedVerb.MetaArithmetic, "MA", Stores, key, &MetaArithmetic.Run);
        Add(MemcachedVerb.MetaDebug, "ME", Reads, key, &MetaReads.Debug);
        Add(MemcachedVerb.MetaNoOp, "MN", Quick, KeySpec.None, &MetaReads.NoOp);
    }

    private void AddOthers()
    {
        const CommandFlags Always = Quick | CommandFlags.NoAuth;
        Add(MemcachedVerb.Unknown, "UNKNOWN", Quick, KeySpec.None, &MemcachedOthers.Unknown);
        Add(MemcachedVerb.BadFormat, "BAD-FORMAT", Quick, KeySpec.None, &MemcachedOthers.BadFormat);
        Add(MemcachedVerb.BadData, "BAD-DATA", Quick, KeySpec.None, &MemcachedOthers.BadData);
        Add(MemcachedVerb.TooLarge, "TOO-LARGE", Changes, KeySpec.At(MetaReply.KeyIndex), &MemcachedOthers.TooLarge);
        Add(MemcachedVerb.FlushAll, "FLUSH_ALL", CommandFlags.Write, KeySpec.WholeKeyspace, &MemcachedOthers.FlushAll);
        Add(MemcachedVerb.Version, "VERSION", Quick, KeySpec.None, &MemcachedOthers.Version);
        Add(MemcachedVerb.Verbosity, "VERBOSITY", Quick, KeySpec.None, &MemcachedOthers.Verbosity);
        Add(MemcachedVerb.Stats, "STATS", CommandFlags.None, KeySpec.None, &MemcachedStats.Run);
        Add(MemcachedVerb.Quit, "QUIT", Always, KeySpec.None, &MemcachedOthers.Quit);
        Add(MemcachedVerb.LogIn, "LOGIN", Always | CommandFlags.SkipMonitor, KeySpec.None, &MemcachedOthers.LogIn);
    }

    private void Add(
        MemcachedVerb verb, string name, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run) =>
        _byVerb[(int)verb] = _table.AddHidden(_parent, name, flags | CommandFlags.Loading, keys, run);
}
