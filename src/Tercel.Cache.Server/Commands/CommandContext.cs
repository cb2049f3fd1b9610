using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>All that a running command sees: arguments, keyspace, session, reply.</summary>
/// <remarks>
/// Thread: the session's loop (a blocked command may run on the loop of the client that woke it).
/// The shards of the command's keys (<see cref="CommandInfo.Keys"/>) are entered while it runs; room was made when it
/// has <see cref="CommandFlags.DenyOom"/>. It writes exactly one reply (a transaction or a blocked command: see the
/// dispatcher), validates all arguments before it changes anything, and calls <see cref="Changed"/> once per key that
/// it
/// changed, after the change. A command that changed nothing is not journaled.
/// </remarks>
internal ref struct CommandContext
{
    public required CommandArgs Args { get; init; }

    public required CommandInfo Info { get; init; }

    public required Keyspace Keyspace { get; init; }

    public required Session Session { get; init; }

    public required ReplyWriter Reply { get; init; }

    public required CacheServer Server { get; init; }

    /// <summary>What runs it: for EXEC and the like, which run others.</summary>
    public required Dispatcher Dispatcher { get; init; }

    /// <summary>Units: Unix milliseconds; the same for all commands of one batch.</summary>
    public required long NowMs { get; init; }

    /// <summary>The argument whose hash as a key of the session's database is known already; 0 = none.</summary>
    public int HashedIndex { get; init; }

    /// <summary>That hash.</summary>
    public ulong Hash { get; init; }

    /// <summary>Number of key changes so far (INFO's rdb_changes_since_last_save; 0 = nothing to journal).</summary>
    public int Changes { get; private set; }

    /// <summary>The argument at <paramref name="index"/> as a key of the session's database.</summary>
    public readonly KeyRef Key(int index) =>
        index == HashedIndex
            ? KeyRef.Hashed(Args[index], Session.Database, Hash)
            : Keyspace.Key(Args[index], Session.Database);

    /// <summary>Says that a key was changed: wakes blocked clients, watchers, tracking and keyspace
    /// notifications.</summary>
    /// <param name="key">The key.</param>
    /// <param name="kind">The class of the event, as in <c>notify-keyspace-events</c>.</param>
    /// <param name="name">The name of the event: <c>set</c>, <c>lpush</c>, <c>del</c> ...</param>
    public void Changed(in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name)
    {
        Changes++;
        if (Server.Watches.IsUsed) Server.Watches.Touch(key);
        if (Server.Leases.Any) Server.Leases.End(key);
        if (Server.Observers.SeesKeys) Server.Observers.KeyChanged(this, key, kind, name);
    }

    /// <summary>Says that all keys of a database (-1: of all databases) may have changed.</summary>
    public void ChangedAll(int database)
    {
        Changes++;
        Server.Watches.TouchDatabase(database, NowMs);
        if (Server.Leases.Any) Server.Leases.EndAll();
        Server.Observers.DatabaseChanged(this, database);
    }

    /// <summary>Says that keys of any database may have gone, since tags of theirs were invalidated.</summary>
    public void ChangedTags()
    {
        Changes++;
        Server.Watches.TouchDatabase(-1, NowMs);
        Server.Observers.TagsInvalidated(this);
    }

    /// <summary>Says that something was changed that is no key, and is to be journaled: a policy.</summary>
    public void ChangedServer() => Changes++;

    /// <summary>Tells a second event of a change that <see cref="Changed"/> has told: <c>expire</c> after
    /// <c>set</c>.</summary>
    public readonly void Notify(in KeyRef key, KeyEvents kind, ReadOnlySpan<byte> name) =>
        Server.Observers.Notify(this, key, kind, name);

    /// <summary>Journals these words instead of the command itself, so that a replay gives the same result: relative
    /// times as PEXPIREAT, SPOP as SREM, INCRBYFLOAT as SET. May be called several times: each is one
    /// command.</summary>
    public readonly RewriteBuilder Rewrite() => Dispatcher.Rewrite.Begin(Server.Journal is not null);

    /// <summary>Parks the client: the command is run again when one of its keys is changed, until it no longer asks for
    /// that, and <paramref name="onTimeout"/> is the reply after the time. Only for <see cref="CommandFlags.Blocking"/>
    /// commands, and only when <see cref="CanBlock"/>; nothing else may have been written.</summary>
    /// <param name="timeoutMs">0 = for ever.</param>
    /// <param name="onTimeout">What the client gets after the time.</param>
    public readonly void Block(long timeoutMs, BlockTimeoutReply onTimeout) =>
        Server.Blocking.Park(this, timeoutMs, onTimeout);

    /// <summary>False inside MULTI and for the journal's replay: the command then answers at once as if its time was
    /// up.</summary>
    public readonly bool CanBlock => Session.CanBlock;
}

/// <summary>The reply of a blocking command whose time is up.</summary>
internal enum BlockTimeoutReply : byte
{
    NullArray,
    Null,
}

/// <summary>Classes of keyspace events, with the letters of <c>notify-keyspace-events</c>.</summary>
[Flags]
internal enum KeyEvents
{
    None = 0,

    /// <summary>K: publish to <c>__keyspace@db__:key</c>.</summary>
    Keyspace = 1,

    /// <summary>E: publish to <c>__keyevent@db__:event</c>.</summary>
    Keyevent = 2,

    /// <summary>g: DEL, EXPIRE, RENAME ...</summary>
    Generic = 4,

    /// <summary>$</summary>
    String = 8,

    /// <summary>l</summary>
    List = 16,

    /// <summary>s</summary>
    Set = 32,

    /// <summary>h</summary>
    Hash = 64,

    /// <summary>z</summary>
    SortedSet = 128,

    /// <summary>x</summary>
    Expired = 256,

    /// <summary>e</summary>
    Evicted = 512,

    /// <summary>n: a key that did not exist was created. Not part of A.</summary>
    New = 1024,

    /// <summary>m: a key that does not exist was asked for. Not part of A.</summary>
    Missed = 2048,
}
