namespace Tercel.Network;

// Accepts for the listening sockets that live in one loop, and hands the connections out to all loops. Thread: the
// loop's.
internal sealed class Accepting(EventLoop loop, Poller poller, LoopGroup group)
{
    private readonly List<Acceptor> _resting = [];

    public void Accept(Acceptor acceptor)
    {
        for (var i = 0; i < LoopLimits.AcceptsPerTurn && !acceptor.IsClosed; i++)
        {
            switch (poller.Accept(acceptor, out var accepted))
            {
                case AcceptStatus.Accepted: HandOut(accepted, acceptor); break;
                case AcceptStatus.Failed: break;
                case AcceptStatus.Exhausted: Rest(acceptor); return;
                default: return;
            }
        }
    }

    public void Stop(Acceptor acceptor)
    {
        if (acceptor.IsClosed) return;
        if (!_resting.Remove(acceptor)) poller.Remove(acceptor);
        acceptor.Close();
    }

    public void WakeRested(long nowMs)
    {
        for (var i = _resting.Count - 1; i >= 0; i--)
        {
            if (_resting[i].RestsUntilMs > nowMs) continue;
            poller.Add(_resting[i]);
            _resting.RemoveAt(i);
        }
    }

    private void HandOut(in AcceptedSocket accepted, Acceptor acceptor)
    {
        if (!group.TryOpen())
        {
            if (acceptor.Tls is null && group.TryRefuse()) loop.Adopt(accepted, acceptor, refused: true);
            else poller.Discard(accepted);
            return;
        }

        var target = group.AssignLoop();
        if (target == loop)
        {
            loop.Adopt(accepted, acceptor, refused: false);
            return;
        }

        var handover = new Handover(accepted, acceptor, target);
        if (target.Post(static state => ((Handover)state!).Complete(), handover)) return; // given in this line
        poller.Discard(accepted);
        target.Unassign();
        group.ConnectionClosed();
    }

    /// <summary>Without descriptors a socket that waits to be accepted would wake the loop for ever.</summary>
    private void Rest(Acceptor acceptor)
    {
        poller.Remove(acceptor);
        acceptor.RestsUntilMs = loop.NowMs + LoopLimits.AcceptRestMs;
        _resting.Add(acceptor);
    }

    private sealed record Handover(AcceptedSocket Accepted, Acceptor Acceptor, EventLoop Target)
    {
        public void Complete() => Target.Adopt(Accepted, Acceptor, refused: false);
    }
}
