namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>GETL key [TIME milliseconds]: the value, whether it is stale, and the lease when this client shall
/// refill.</summary>
/// <remarks>Reference: docs/reference/cache-single-flight.md.</remarks>
internal static class LeaseReads
{
    public static void GetL(ref CommandContext c)
    {
        if (!TryReadTime(ref c, out var leaseMs)) return;
        var key = c.Key(1);
        var found = c.Keyspace.TryFind(key, c.NowMs, out var value);
        if (found && value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        var isStale = found && Flight.IsStale(c, value.ExpireAtMs, value.TagSet);
        c.Server.Policies.TryMatch(key.Bytes, out var policy);
        var token = found && !isStale ? 0 : Flight.TryLead(ref c, key, leaseMs, policy);
        c.Reply.Map(3);
        c.Reply.Bulk("value"u8);
        if (found) c.Reply.Bulk(value.Bytes);
        else c.Reply.Null();
        c.Reply.Bulk("stale"u8);
        c.Reply.Integer(isStale ? 1 : 0);
        c.Reply.Bulk("lease"u8);
        if (token != 0) c.Reply.BulkInteger(token);
        else c.Reply.Null();
    }

    private static bool TryReadTime(ref CommandContext c, out long leaseMs)
    {
        leaseMs = Flight.LeaseMsDefault;
        if (c.Args.Count == 2) return true;
        if (c.Args.Count != 4 || !c.Args[2].Is("TIME"u8))
        {
            c.Reply.Syntax();
            return false;
        }

        if (!c.TryInteger(3, out leaseMs)) return false;
        if (leaseMs is > 0 and <= FlightPolicy.WindowMsMax) return true;
        c.Reply.Error("ERR the lease's time is out of range"u8);
        return false;
    }
}
