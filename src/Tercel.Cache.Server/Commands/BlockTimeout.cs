using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>Reads the timeout of blocking commands: seconds with a fraction, 0 = for ever.</summary>
internal static class BlockTimeout
{
    /// <summary>Longest time to wait: 292 million years, so that a point in time fits 64 bits. Units:
    /// milliseconds.</summary>
    private const double MsMax = 9.2e18;

    /// <summary>Replies the error and returns false when the argument is no time.</summary>
    public static bool TryTimeout(this ref CommandContext c, int index, out long timeoutMs)
    {
        timeoutMs = 0;
        if (!RespNumber.TryDouble(c.Args[index], out var seconds))
        {
            c.Reply.Error("ERR timeout is not a float or out of range"u8);
            return false;
        }

        var ms = Math.Ceiling(seconds * 1000);
        if (ms < 0) c.Reply.Error("ERR timeout is negative"u8);
        else if (ms > MsMax - c.NowMs) c.Reply.Error("ERR timeout is out of range"u8);
        else timeoutMs = (long)ms;
        return ms >= 0 && ms <= MsMax - c.NowMs;
    }
}
