using System.Buffers;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>A parked client: its command, where it waits, and how far it has come.</summary>
/// <remarks>Thread: made on its session's loop; whoever wins <see cref="TryTake"/> owns it until
/// <see cref="PutBack"/>. Everything else is settled by the lock of <see cref="BlockedClients"/>.</remarks>
internal sealed class BlockedClient
{
    private const byte One = (byte)'1';
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Done = 2;

    private readonly byte[] _command;
    private int _state;

    public BlockedClient(in CommandContext context, long deadlineMs, BlockTimeoutReply onTimeout)
    {
        Session = context.Session;
        Info = context.Info;
        ArgCount = context.Args.Count;
        DeadlineMs = deadlineMs;
        OnTimeout = onTimeout;
        using var words = new ReplyWriter(256);
        words.Array(ArgCount);
        for (var i = 0; i < ArgCount; i++) words.Bulk(context.Args[i]);
        _command = [.. words.Written, One];
    }

    public Session Session { get; }

    public CommandInfo Info { get; }

    public int ArgCount { get; }

    /// <summary>Units: Unix milliseconds; <see cref="long.MaxValue"/> = never.</summary>
    public long DeadlineMs { get; }

    public BlockTimeoutReply OnTimeout { get; }

    /// <summary>Its command as RESP, and behind it the digit 1: the count of a command that is run for one of its
    /// keys.</summary>
    public ReadOnlyMemory<byte> Command => _command;

    /// <summary>The keys it waits for.</summary>
    public List<BlockedKey> Keys { get; } = [];

    /// <summary>The client has left.</summary>
    public volatile bool IsGone;

    /// <summary>Its command, run again, asked to wait.</summary>
    public bool AsksAgain { get; set; }

    public bool IsWaiting => Volatile.Read(ref _state) == Waiting;

    public bool IsTaken => Volatile.Read(ref _state) == Taken;

    public bool IsDone => Volatile.Read(ref _state) == Done;

    /// <summary>Takes it to run its command, or to end its waiting; only one can.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>It goes on waiting. A full fence: whoever changed a key before this saw it taken, and the versions of
    /// its keys, read after this, tell so.</summary>
    public void PutBack() => Interlocked.Exchange(ref _state, Waiting);

    /// <summary>Differs when one of its keys was changed.</summary>
    public long ReadVersions()
    {
        long sum = 0;
        foreach (var key in Keys) sum += key.Version;
        return sum;
    }

    public void End() => Volatile.Write(ref _state, Done);
}

/// <summary>A key that clients wait for, oldest first.</summary>
/// <remarks>Thread: under the lock of <see cref="BlockedClients"/>, except the version.</remarks>
internal sealed class BlockedKey(byte[] key, int database)
{
    private readonly List<(CommandInfo Info, int Count)> _kinds = [];
    private long _version;

    public byte[] Key { get; } = key;

    public int Database { get; } = database;

    public LinkedList<BlockedClient> Clients { get; } = [];

    /// <summary>How often it was changed since somebody waits for it. Any thread.</summary>
    public long Version => Interlocked.Read(ref _version);

    public void CountChange() => Interlocked.Increment(ref _version);

    public void Add(BlockedClient client)
    {
        Clients.AddLast(client);
        Count(client.Info, 1);
    }

    public void Remove(BlockedClient client)
    {
        if (Clients.Remove(client)) Count(client.Info, -1);
    }

    /// <summary>Whether clients wait with another command than those.</summary>
    public bool HasKindsBeside(List<CommandInfo> infos)
    {
        foreach (var (info, count) in _kinds)
            if (count > 0 && !infos.Contains(info)) return true;
        return false;
    }

    private void Count(CommandInfo info, int change)
    {
        var index = _kinds.FindIndex(kind => kind.Info == info);
        if (index < 0) _kinds.Add((info, change));
        else _kinds[index] = (info, _kinds[index].Count + change);
    }
}

/// <summary>What a parked client gets, on its way to its loop. Lifetime: freed after it was delivered.</summary>
internal sealed class BlockedReply
{
    private byte[] _bytes = [];
    private int _length;

    public BlockedReply(BlockedClient client, ReadOnlySpan<byte> reply)
    {
        Client = client;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(reply.Length, 1));
        _length = reply.Length;
        reply.CopyTo(_bytes);
    }

    public BlockedClient Client { get; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Free()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }
}
