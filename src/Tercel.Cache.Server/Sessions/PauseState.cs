using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Sessions;

/// <summary>CLIENT PAUSE: until when which commands wait.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class PauseState
{
    private long _untilMs;
    private volatile bool _all;

    /// <summary>Whether a pause was asked for and not found to be over; one branch while there is none.</summary>
    public bool IsActive => Volatile.Read(ref _untilMs) != 0;

    /// <summary>Starts a pause, or makes one longer and stricter.</summary>
    public void Begin(long untilMs, bool all)
    {
        _all |= all;
        if (untilMs > Volatile.Read(ref _untilMs)) Volatile.Write(ref _untilMs, untilMs);
    }

    public void End()
    {
        Volatile.Write(ref _untilMs, 0);
        _all = false;
    }

    /// <summary>Whether the pause is still on; ends one whose time is up.</summary>
    public bool IsOn(long nowMs)
    {
        var until = Volatile.Read(ref _untilMs);
        if (until == 0) return false;
        if (nowMs < until) return true;
        End();
        return false;
    }

    /// <summary>Whether the command has to wait. CLIENT itself never does, or nobody could end the pause.</summary>
    public bool Delays(Session session, CommandInfo? info, long nowMs)
    {
        if (!IsOn(nowMs) || info is null || info.Parent is { Name: "CLIENT" }) return false;
        if (_all) return true;
        if (info.Name == "EXEC" && session.Transaction is { } queued) return (queued.Flags & CommandFlags.Write) != 0;
        return session.Transaction is null
            && ((info.Flags & CommandFlags.Write) != 0 || info.Name is "PUBLISH" or "SPUBLISH");
    }
}
