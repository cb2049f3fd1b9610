using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tercel.Network.Linux;

// epoll with edge-triggered connections: each is registered once, for everything, and never changed. The event array
// belongs to the poller; an event carries the place of its target and the place's generation, so an event of a
// connection closed in the same turn finds nobody.
internal sealed unsafe class EpollPoller : Poller
{
    private const uint ConnectionInterest =
        LinuxCalls.EpollIn | LinuxCalls.EpollOut | LinuxCalls.EpollPeerEnded | LinuxCalls.EpollEdge;

    private const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event is packed on x86-64 and naturally aligned elsewhere.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventBytes - 8;

    private readonly byte* _events =
        (byte*)NativeMemory.AlignedAlloc((nuint)(EventBytes * LoopLimits.EventsPerTurn), 64);

    private readonly int _epoll;
    private readonly int _wake;
    private readonly List<Place> _places = [];
    private readonly Stack<int> _free = new();

    public EpollPoller()
    {
        _epoll = Check(LinuxCalls.epoll_create1(LinuxCalls.SocketCloseOnExec), "epoll_create1");
        _wake = Check(
            LinuxCalls.eventfd(0, LinuxCalls.SocketCloseOnExec | LinuxCalls.SocketNonBlocking), "eventfd");
        Check(Control(LinuxCalls.EpollAdd, _wake, LinuxCalls.EpollIn, WakeToken), "epoll_ctl");
    }

    public override int Wait(int timeoutMs)
    {
        var count = LinuxCalls.epoll_wait(_epoll, _events, LoopLimits.EventsPerTurn, timeoutMs);
        var found = 0;
        for (var i = 0; i < count; i++)
        {
            var at = _events + i * EventBytes;
            var token = *(ulong*)(at + DataOffset);
            if (token == WakeToken) ReadWake();
            else if (TryFind(token, *(uint*)at, ref Events[found])) found++;
        }

        return found;
    }

    public override void Wake()
    {
        ulong one = 1;
        _ = LinuxCalls.write(_wake, &one, sizeof(ulong));
    }

    public override void Add(Acceptor acceptor)
    {
        acceptor.Token = Take(acceptor);
        Check(Control(LinuxCalls.EpollAdd, File(acceptor), LinuxCalls.EpollIn, acceptor.Token), "epoll_ctl");
    }

    public override void Remove(Acceptor acceptor)
    {
        _ = Control(LinuxCalls.EpollRemove, File(acceptor), 0, 0);
        Release(acceptor.Token);
    }

    public override AcceptStatus Accept(Acceptor acceptor, out AcceptedSocket accepted)
    {
        var address = stackalloc byte[SocketAddresses.BytesMax];
        var bytes = SocketAddresses.BytesMax;
        const int Flags = LinuxCalls.SocketNonBlocking | LinuxCalls.SocketCloseOnExec;
        var file = LinuxCalls.accept4(File(acceptor), address, &bytes, Flags);
        accepted = default;
        if (file < 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                LinuxCalls.ErrorAgain => AcceptStatus.NoneWaiting,
                LinuxCalls.ErrorFilesOfProcess or LinuxCalls.ErrorFilesOfSystem or LinuxCalls.ErrorNoMemory
                    or LinuxCalls.ErrorNoBuffers => AcceptStatus.Exhausted,
                _ => AcceptStatus.Failed,
            };
        }

        var remote = SocketAddresses.Read(address, bytes);
        accepted = new AcceptedSocket(file, null, remote, remote is null ? null : Local(file, acceptor.Listener));
        return AcceptStatus.Accepted;
    }

    public override LoopConnection Adopt(in AcceptedSocket accepted, EventLoop loop, Listener listener, long id)
    {
        var connection = new EpollConnection(loop, accepted.File)
        {
            Id = id, Loop = loop, Listener = listener,
            RemoteEndPoint = accepted.Remote, LocalEndPoint = accepted.Local, Ready = Readiness.Writable,
        };
        connection.Token = Take(connection);
        var result = Control(LinuxCalls.EpollAdd, accepted.File, ConnectionInterest, connection.Token);
        if (result < 0) connection.Fail(); // the system has no memory for one watch more
        return connection;
    }

    /// <summary>The system forgets it when the descriptor is closed.</summary>
    public override void Remove(LoopConnection connection) => Release(connection.Token);

    public override void Discard(in AcceptedSocket accepted) => _ = LinuxCalls.close(accepted.File);

    public override void Dispose()
    {
        _ = LinuxCalls.close(_wake);
        _ = LinuxCalls.close(_epoll);
        NativeMemory.AlignedFree(_events);
    }

    private bool TryFind(ulong token, uint events, ref PollEvent found)
    {
        var place = CollectionsMarshal.AsSpan(_places)[(int)(uint)token];
        if (place.Generation != (uint)(token >> 32) || place.Target is null) return false;
        var readiness = Readiness.None;
        const uint Input = LinuxCalls.EpollIn | LinuxCalls.EpollPeerEnded | LinuxCalls.EpollHangUp
            | LinuxCalls.EpollError;
        if ((events & Input) != 0) readiness |= Readiness.Readable;
        if ((events & LinuxCalls.EpollOut) != 0) readiness |= Readiness.Writable;
        if ((events & LinuxCalls.EpollPeerEnded) != 0) readiness |= Readiness.PeerEnded;
        if ((events & (LinuxCalls.EpollHangUp | LinuxCalls.EpollError)) != 0) readiness |= Readiness.HungUp;
        found = new PollEvent
        {
            Connection = place.Target as EpollConnection, Acceptor = place.Target as Acceptor, Readiness = readiness,
        };
        return true;
    }

    private void ReadWake()
    {
        ulong count;
        _ = LinuxCalls.read(_wake, &count, sizeof(ulong));
    }

    private ulong Take(object target)
    {
        if (!_free.TryPop(out var index))
        {
            index = _places.Count;
            _places.Add(default);
        }

        ref var place = ref CollectionsMarshal.AsSpan(_places)[index];
        place.Target = target;
        return ((ulong)place.Generation << 32) | (uint)index;
    }

    private void Release(ulong token)
    {
        var index = (int)(uint)token;
        ref var place = ref CollectionsMarshal.AsSpan(_places)[index];
        place.Target = null;
        place.Generation++;
        _free.Push(index);
    }

    private int Control(int operation, int file, uint events, ulong token)
    {
        var bytes = stackalloc byte[16];
        *(uint*)bytes = events;
        *(ulong*)(bytes + DataOffset) = token;
        return LinuxCalls.epoll_ctl(_epoll, operation, file, bytes);
    }

    /// <summary>What it was bound to, unless that is every address of the machine.</summary>
    private static IPEndPoint? Local(int file, Listener listener)
    {
        if (listener.EndPoint is { } bound && !bound.Address.Equals(IPAddress.Any)
            && !bound.Address.Equals(IPAddress.IPv6Any)) return bound;
        var address = stackalloc byte[SocketAddresses.BytesMax];
        var bytes = SocketAddresses.BytesMax;
        return LinuxCalls.getsockname(file, address, &bytes) == 0 ? SocketAddresses.Read(address, bytes) : null;
    }

    private static int File(Acceptor acceptor) => (int)acceptor.Socket.Handle;

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new SocketException(Marshal.GetLastPInvokeError(), $"{call} failed");

    private struct Place
    {
        public object? Target;
        public uint Generation;
    }
}
