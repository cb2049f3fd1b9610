// Why this is correct: the arrays are pinned for the life of the object, and the slices were cut from them.
using System.Runtime.InteropServices;
using System.Text;
using Tercel.Resp;

namespace Tercel.Tests.CacheServer;

/// <summary>Commands parsed once and run many times, so that a test measures nothing but the commands.</summary>
internal sealed unsafe class PreparedCommands : IDisposable
{
    private const int Parts = 5;

    private readonly CommandRunner _runner;
    private readonly ReplyWriter _reply = new();
    private readonly List<(GCHandle Bytes, GCHandle Slices, int Count)> _commands = [];

    public PreparedCommands(CommandRunner runner, params string[] commands)
    {
        _runner = runner;
        foreach (var command in commands) Add(command.Split(' '));
    }

    /// <summary>Runs all commands so many times, in parts, and returns the managed bytes the best part took: a
    /// collection
    /// that another test causes counts the rest of this thread's buffer.</summary>
    public long AllocatedBytes(int rounds)
    {
        var least = long.MaxValue;
        for (var part = 0; part < Parts; part++) least = Math.Min(least, AllocatedBytesOfPart(rounds / Parts));
        return least;
    }

    private long AllocatedBytesOfPart(int rounds)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (bytes, slices, count) in _commands)
            {
                _reply.Clear();
                var args = new CommandArgs(
                    (byte*)bytes.AddrOfPinnedObject(), (ArgSlice*)slices.AddrOfPinnedObject(), count);
                _runner.Dispatcher.Run(_runner.Main, args, _reply, _runner.NowMs);
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public void Dispose()
    {
        _reply.Dispose();
        foreach (var (bytes, slices, _) in _commands)
        {
            bytes.Free();
            slices.Free();
        }
    }

    private void Add(string[] words)
    {
        var bytes = Encoding.Latin1.GetBytes(string.Concat(words));
        var slices = new ArgSlice[words.Length];
        for (int i = 0, at = 0; i < words.Length; at += words[i++].Length)
            slices[i] = new ArgSlice(at, words[i].Length);
        _commands.Add((
            GCHandle.Alloc(bytes, GCHandleType.Pinned), GCHandle.Alloc(slices, GCHandleType.Pinned), words.Length));
    }
}
