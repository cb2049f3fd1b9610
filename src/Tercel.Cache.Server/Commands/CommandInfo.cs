using Tercel.Cache.Server.Access;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>One command (or subcommand) as the server knows it: how to check, lock, run and describe it.</summary>
internal sealed unsafe class CommandInfo
{
    private bool _isPlain;
    private bool _isQuick;
    private bool _endsBatch;

    /// <summary>Upper case: <c>GET</c>; a subcommand has only its own word, <c>SETNAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>As COMMAND tells it: number of arguments with the name; negative = at least.</summary>
    public required int Arity { get; init; }

    public required CommandFlags Flags { get; init; }

    /// <summary>Where its keys are: the dispatcher enters their shards before it runs the command.</summary>
    public required KeySpec Keys { get; init; }

    /// <summary>Null for a container of subcommands such as CONFIG.</summary>
    public required delegate*<ref CommandContext, void> Run { get; init; }

    /// <summary>Tells how much it may store beyond the bytes of its arguments (keyspace, database, arguments, now);
    /// null = nothing. Called with no shard entered.</summary>
    public delegate*<Keyspace, int, in CommandArgs, long, long> Growth { get; set; }

    /// <summary>Group as in the command reference: string, hash, list, set, sorted-set, generic, connection, server,
    /// pubsub, transactions, bitmap ...; also its ACL category.</summary>
    public required string Group { get; init; }

    /// <summary>First Redis version that has it, for COMMAND DOCS; our own commands say the Tercel version.</summary>
    public required string Since { get; init; }

    public required string Summary { get; init; }

    /// <summary>The argument that names the field or member the command looks for first, so that it can be prefetched;
    /// 0 = none.</summary>
    public int ElementIndex { get; set; }

    /// <summary>Its number: index of its statistics. Subcommands have their own.</summary>
    public int Id { get; set; }

    /// <summary>How its keys are used, once somebody has asked: see <see cref="KeyAccesses"/>.</summary>
    public KeyUse[]? KeyUses { get; set; }

    /// <summary>The command this is a subcommand of.</summary>
    public CommandInfo? Parent { get; set; }

    public Dictionary<string, CommandInfo>? Subcommands { get; set; }

    /// <summary>Whether it only holds subcommands.</summary>
    public bool IsContainer => Run is null;

    /// <summary>One key, and nothing a client's state could change about it: the dispatcher's short way.</summary>
    public bool IsPlain => _isPlain;

    /// <summary>Timed together with its batch, since its own time is about that of reading a clock. More than the
    /// commands that COMMAND calls fast, as Redis does: SET is not among those.</summary>
    public bool IsQuick => _isQuick;

    /// <summary>May end, park or change the session, so that what the client sent behind it is looked at only after it
    /// has run.</summary>
    public bool EndsBatch => _endsBatch;

    /// <summary>Whether so many arguments, name included, are right.</summary>
    public bool TakesArguments(int count) => Arity >= 0 ? count == Arity : count >= -Arity;

    /// <summary>Settles what follows from the other members; the table calls it once.</summary>
    public void Settle()
    {
        const CommandFlags NeverPlain = CommandFlags.Blocking | CommandFlags.Admin | CommandFlags.PubSub
            | CommandFlags.NoMulti | CommandFlags.NoAuth | CommandFlags.NotQueued;
        _isPlain = Keys is { Kind: KeySpecKind.Range, First: > 0 } && Keys.First == Keys.Last
            && (Flags & NeverPlain) == 0;
        _isQuick = (Flags & CommandFlags.Fast) != 0 || (_isPlain && Name is "SET" or "SETEX" or "PSETEX" or "GETRANGE");
        _endsBatch = Name is not ("PING" or "ECHO")
            && ((Flags & NeverPlain) != 0 || Group is "connection" or "transactions" or "server");
    }

    /// <summary>Lower case, with the parent's name: <c>config|get</c>.</summary>
    public string FullName => Parent is null ? Name.ToLowerInvariant()
        : $"{Parent.Name.ToLowerInvariant()}|{Name.ToLowerInvariant()}";
}

[Flags]
internal enum CommandFlags
{
    None = 0,

    /// <summary>May change the dataset: journaled when it did, refused while read-only.</summary>
    Write = 1,
    ReadOnly = 2,

    /// <summary>May need memory: room is made before it runs, else it is refused with OOM.</summary>
    DenyOom = 4,

    /// <summary>Constant or logarithmic time; timed with its batch instead of alone.</summary>
    Fast = 8,

    /// <summary>May park the client until another one acts.</summary>
    Blocking = 16,
    Admin = 32,

    /// <summary>Its own ACL category beside Admin.</summary>
    Dangerous = 64,
    PubSub = 128,

    /// <summary>Not inside MULTI.</summary>
    NoMulti = 256,

    /// <summary>Allowed before AUTH.</summary>
    NoAuth = 512,

    /// <summary>Allowed while the dataset is loading.</summary>
    Loading = 1024,

    /// <summary>Allowed to a RESP2 client that is subscribed.</summary>
    WhileSubscribed = 2048,

    /// <summary>Runs at once inside MULTI instead of being queued (EXEC, DISCARD, WATCH ...).</summary>
    NotQueued = 4096,

    /// <summary>Not shown to MONITOR and SLOWLOG, since it carries secrets.</summary>
    SkipMonitor = 8192,
}

/// <summary>Where the keys of a command are among its arguments.</summary>
internal readonly record struct KeySpec(KeySpecKind Kind, int First, int Last, int Step)
{
    public static KeySpec None => new(KeySpecKind.None, 0, 0, 0);

    /// <summary>Argument 1.</summary>
    public static KeySpec One => new(KeySpecKind.Range, 1, 1, 1);

    /// <summary>Arguments 1 and 2.</summary>
    public static KeySpec Two => new(KeySpecKind.Range, 1, 2, 1);

    /// <summary>From 1 to the end, minus <paramref name="trailing"/> arguments.</summary>
    public static KeySpec All(int step = 1, int trailing = 0) => new(KeySpecKind.Range, 1, -1 - trailing, step);

    public static KeySpec At(int index) => new(KeySpecKind.Range, index, index, 1);

    public static KeySpec Range(int first, int last, int step) => new(KeySpecKind.Range, first, last, step);

    /// <summary>A count at <paramref name="countIndex"/>, its keys behind it; with <paramref name="destination"/> also
    /// argument 1.</summary>
    public static KeySpec Counted(int countIndex, bool destination = false) =>
        new(KeySpecKind.Counted, countIndex, destination ? 1 : 0, 1);

    /// <summary>No key is named, but all are concerned: all shards are entered (FLUSHALL).</summary>
    public static KeySpec WholeKeyspace => new(KeySpecKind.Everything, 1, 0, 1);

    /// <summary>Any key may be touched: all shards are entered (SORT with BY, GET or STORE).</summary>
    public static KeySpec Everything(int first) => new(KeySpecKind.Everything, first, first, 1);
}

internal enum KeySpecKind : byte
{
    /// <summary>No keys; the command enters shards itself if it has to (SCAN, DBSIZE, FLUSHALL).</summary>
    None,
    Range,
    Counted,
    Everything,
}
