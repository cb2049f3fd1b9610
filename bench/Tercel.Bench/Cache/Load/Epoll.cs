using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tercel.Bench.Cache.Load;

/// <summary>Waits for many sockets on one thread (Linux).</summary>
/// <remarks>Unsafe because the kernel writes events into a buffer of ours, which lives as long as this
/// object.</remarks>
internal sealed unsafe class Epoll : IDisposable
{
    private const int EventsMax = 512;
    private const int Add = 1;
    private const uint In = 1;

    private readonly int _handle = Create(0);
    private readonly Event* _events = (Event*)NativeMemory.Alloc(EventsMax, (nuint)sizeof(Event));

    public void Watch(Socket socket, int number)
    {
        var wanted = new Event { Events = In, Number = (ulong)number };
        if (Control(_handle, Add, (int)socket.Handle, &wanted) != 0) throw new BenchException("epoll_ctl failed");
    }

    /// <summary>Numbers of the readable sockets.</summary>
    public int Wait(Span<int> numbers, int timeoutMs)
    {
        var count = Wait(_handle, _events, Math.Min(numbers.Length, EventsMax), timeoutMs);
        for (var i = 0; i < count; i++) numbers[i] = (int)_events[i].Number;
        return Math.Max(count, 0);
    }

    public void Dispose()
    {
        NativeMemory.Free(_events);
        _ = Close(_handle);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Event
    {
        public uint Events;
        public ulong Number;
    }

#pragma warning disable SYSLIB1054 // A generator that needs no generated marshalling.
    [DllImport("libc", EntryPoint = "epoll_create1")]
    private static extern int Create(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl")]
    private static extern int Control(int handle, int operation, int socket, Event* wanted);

    [DllImport("libc", EntryPoint = "epoll_wait")]
    private static extern int Wait(int handle, Event* events, int count, int timeoutMs);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
#pragma warning restore SYSLIB1054
}
