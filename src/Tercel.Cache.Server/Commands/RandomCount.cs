using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>The count of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER: positive = distinct elements, negative = picks with
/// repeats.</summary>
internal static class RandomCount
{
    /// <summary>Most picks with repeats. Redis has no limit here, and a reply without end.</summary>
    public const int PicksMax = 1_000_000;

    /// <summary>Reads argument 2; replies the error and returns false when it is no count.</summary>
    public static bool TryRead(ref CommandContext c, out long count)
    {
        if (!RespNumber.TryInteger(c.Args[2], out count))
        {
            c.Reply.NotAnInteger();
            return false;
        }

        if (count != long.MinValue) return true;
        c.Reply.Error(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"u8);
        return false;
    }

    /// <summary>Brings a count into what an <see cref="int"/> holds; replies the error and returns false when it asks
    /// for too much.</summary>
    /// <param name="c">The command.</param>
    /// <param name="count">The count from <see cref="TryRead"/>; a large positive one means all.</param>
    /// <param name="inPairs">Every element comes with its value or score.</param>
    public static bool IsAllowed(ref CommandContext c, ref long count, bool inPairs)
    {
        var isRepresentable = !inPairs || count is >= -(long.MaxValue / 2) and <= long.MaxValue / 2;
        if (isRepresentable && count >= -PicksMax)
        {
            count = Math.Min(count, int.MaxValue);
            return true;
        }

        c.Reply.Error("ERR value is out of range"u8);
        return false;
    }
}
