using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>Reads <c>FIELDS count field ...</c> as HEXPIRE and its kin take it.</summary>
internal static class FieldArguments
{
    /// <summary>Replies the error and returns false when the words do not fit.</summary>
    /// <param name="c">The command.</param>
    /// <param name="at">Where FIELDS has to be.</param>
    /// <param name="first">The argument that is the first field.</param>
    /// <param name="count">Number of fields, which are the rest of the arguments.</param>
    public static bool TryRead(ref CommandContext c, int at, out int first, out int count)
    {
        (first, count) = (at + 2, 0);
        if (at >= c.Args.Count || !c.Args[at].Is("FIELDS"u8))
            c.Reply.Error("ERR Mandatory argument FIELDS is missing or not at the right position"u8);
        else if (at + 1 >= c.Args.Count || !RespNumber.TryInteger(c.Args[at + 1], out var number) || number < 1)
            c.Reply.Error("ERR Number of fields must be a positive integer"u8);
        else if (number != c.Args.Count - first)
            c.Reply.Error("ERR The `numfields` parameter must match the number of arguments"u8);
        else
        {
            count = (int)number;
            return true;
        }

        return false;
    }
}
