using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>The commands queued since MULTI, as RESP in one piece.</summary>
/// <remarks>Thread: its session's loop.</remarks>
internal sealed class Transaction : IDisposable
{
    /// <summary>Units: bytes. Queued commands are input that is kept, and bounded like it.</summary>
    private const int QueuedBytesMax = 1 << 29;

    private const int CommandsMax = 1 << 20;
    private const int CapacityAtStart = 512;

    private readonly ReplyWriter _queued = new(CapacityAtStart);
    private readonly List<CommandInfo> _commands = [];

    /// <summary>A command could not be queued: EXEC will refuse them all.</summary>
    public bool HasErrors { get; set; }

    public IReadOnlyList<CommandInfo> Commands => _commands;

    /// <summary>The commands, one behind the other. Lifetime: until the next is queued.</summary>
    public ReadOnlySpan<byte> Queued => _queued.Written;

    /// <summary>The flags of all queued commands together.</summary>
    public CommandFlags Flags { get; private set; }

    /// <summary>False when too much is queued already.</summary>
    public bool TryQueue(CommandInfo info, in CommandArgs args)
    {
        if (_commands.Count == CommandsMax || _queued.Length + KeyShards.BytesOf(args) > QueuedBytesMax) return false;
        _queued.Array(args.Count);
        for (var i = 0; i < args.Count; i++) _queued.Bulk(args[i]);
        _commands.Add(info);
        Flags |= info.Flags;
        return true;
    }

    public void Dispose() => _queued.Dispose();
}
