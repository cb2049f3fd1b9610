// Why this is correct: the entries are allocated once for BatchMax commands, and an index is checked before it is used.
// The command bytes are the loop's receive buffer, which stays in place until the batch has run.
using System.Runtime.InteropServices;
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Commands of one or many sessions that were read but not run yet.</summary>
/// <remarks>Thread: one loop. A batch is read, its keys' buckets and entries are fetched into the processor's cache,
/// and only then it is run: the waits for memory overlap.</remarks>
internal sealed unsafe class CommandBatch : IDisposable
{
    public const int CommandsMax = 64;

    private readonly Session[] _sessions = new Session[CommandsMax];
    private readonly CommandInfo?[] _infos = new CommandInfo?[CommandsMax];
    private BatchedCommand* _commands;

    public CommandBatch() =>
        _commands = (BatchedCommand*)NativeMemory.AlignedAlloc((nuint)(sizeof(BatchedCommand) * CommandsMax), 64);

    ~CommandBatch() => NativeMemory.AlignedFree(_commands);

    /// <summary>The argument slices of all commands.</summary>
    public ArgBuffer Args { get; } = new();

    public int Count { get; private set; }

    public bool IsFull => Count == CommandsMax;

    /// <summary>Whether any of the commands looks for a field or member.</summary>
    public bool NamesElements { get; private set; }

    public Session SessionAt(int index) => _sessions[index];

    public CommandInfo? InfoAt(int index) => _infos[index];

    public BatchedCommand* At(int index) => _commands + index;

    public CommandArgs ArgsAt(int index)
    {
        var command = _commands + index;
        return new CommandArgs(command->Start, Args.At(command->FirstSlice), command->ArgCount);
    }

    /// <summary>The next entry; the caller fills all of it.</summary>
    public BatchedCommand* Add(Session session, CommandInfo? info)
    {
        Invariant.Holds((uint)Count < CommandsMax);
        _sessions[Count] = session;
        _infos[Count] = info;
        NamesElements |= info is { ElementIndex: > 0 };
        return _commands + Count++;
    }

    public void Clear()
    {
        Count = 0;
        NamesElements = false;
        Args.Clear();
    }

    public void Dispose()
    {
        Args.Dispose();
        NativeMemory.AlignedFree(_commands);
        _commands = null;
        GC.SuppressFinalize(this);
    }
}

/// <summary>One command that was read.</summary>
internal unsafe struct BatchedCommand
{
    public byte* Start;

    /// <summary>Of the key, when <see cref="IsPlain"/>.</summary>
    public ulong Hash;

    public int FirstSlice;
    public int ArgCount;
    public LookupResult Found;

    /// <summary>The command and its session allowed the short way when it was read.</summary>
    public bool IsPlain;

    /// <summary>It was run, not refused or put off.</summary>
    public bool HasRun;
}
