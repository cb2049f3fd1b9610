using System.Text;
using Tercel.Cache.Server.Observers;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Tracking;

/// <summary>The options of CLIENT TRACKING, read and checked against what the client has now.</summary>
/// <remarks>Errors: Redis' own words; nothing is changed by reading.</remarks>
internal sealed class TrackingOptions
{
    private readonly List<byte[]> _prefixes = [];
    private bool _broadcast;
    private bool _optIn;
    private bool _optOut;
    private bool _noLoop;
    private bool _hasRedirection;
    private long _redirectId;

    /// <summary>Replies the error and returns false when something is wrong.</summary>
    public bool TryRead(ref CommandContext c)
    {
        for (var i = 3; i < c.Args.Count; i++)
        {
            var hasNext = i + 1 < c.Args.Count;
            if (c.Args[i].Is("REDIRECT"u8) && hasNext)
            {
                if (!TryRedirect(ref c, ++i)) return false;
            }
            else if (c.Args[i].Is("BCAST"u8)) _broadcast = true;
            else if (c.Args[i].Is("OPTIN"u8)) _optIn = true;
            else if (c.Args[i].Is("OPTOUT"u8)) _optOut = true;
            else if (c.Args[i].Is("NOLOOP"u8)) _noLoop = true;
            else if (c.Args[i].Is("PREFIX"u8) && hasNext) _prefixes.Add(c.Args[++i].ToArray());
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    /// <summary>The state these options ask for, on top of what the client has; null, and the error is replied, when
    /// they do not go together.</summary>
    public TrackingState? ToState(ref CommandContext c)
    {
        var now = c.Session.Tracking;
        var error = Contradiction(now);
        if (error is null && _broadcast) error = Overlap(now);
        if (error is not null)
        {
            c.Reply.Error(Encoding.Latin1.GetBytes("ERR " + error));
            return null;
        }

        return new TrackingState
        {
            IsBroadcast = _broadcast, IsOptIn = _optIn, IsOptOut = _optOut, IsNoLoop = _noLoop,
            RedirectId = _redirectId, Prefixes = _broadcast ? AllPrefixes(now) : [],
        };
    }

    private bool TryRedirect(ref CommandContext c, int index)
    {
        if (_hasRedirection)
        {
            c.Reply.Error("ERR A client can only redirect to a single other client"u8);
            return false;
        }

        if (!RespNumber.TryInteger(c.Args[index], out _redirectId))
        {
            c.Reply.NotAnInteger();
            return false;
        }

        if (c.Server.Sessions.Find(_redirectId) is null)
        {
            c.Reply.Error("ERR The client ID you want redirect to does not exist"u8);
            return false;
        }

        _hasRedirection = true;
        return true;
    }

    private string? Contradiction(TrackingState? now)
    {
        if (_prefixes.Count > 0 && !_broadcast) return "PREFIX option requires BCAST mode to be enabled";
        if (now is not null && now.IsBroadcast != _broadcast)
            return "You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling "
                + "it with a different mode.";
        if (_broadcast && (_optIn || _optOut)) return "OPTIN and OPTOUT are not compatible with BCAST";
        if (_optIn && _optOut) return "You can't specify both OPTIN mode and OPTOUT mode";
        if (now is not null && ((_optIn && now.IsOptOut) || (_optOut && now.IsOptIn)))
            return "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling "
                + "it with a different mode.";
        return null;
    }

    private string? Overlap(TrackingState? now)
    {
        for (var i = 0; i < _prefixes.Count; i++)
        {
            foreach (var known in now?.Prefixes ?? [])
                if (Overlaps(_prefixes[i], known) && !_prefixes[i].AsSpan().SequenceEqual(known))
                    return Words(_prefixes[i], "an existing", known);
            for (var j = i + 1; j < _prefixes.Count; j++)
                if (Overlaps(_prefixes[i], _prefixes[j])) return Words(_prefixes[i], "another provided", _prefixes[j]);
        }

        return null;

        static bool Overlaps(byte[] a, byte[] b) => a.AsSpan().StartsWith(b) || b.AsSpan().StartsWith(a);

        static string Words(byte[] prefix, string what, byte[] other) =>
            $"Prefix '{Encoding.Latin1.GetString(prefix)}' overlaps with {what} prefix "
            + $"'{Encoding.Latin1.GetString(other)}'. Prefixes for a single client must not overlap.";
    }

    private List<byte[]> AllPrefixes(TrackingState? now)
    {
        var all = new List<byte[]>(now?.Prefixes ?? []);
        foreach (var prefix in _prefixes)
            if (!all.Exists(known => known.AsSpan().SequenceEqual(prefix))) all.Add(prefix);
        if (all.Count == 0) all.Add([]);
        all.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b)); // as CLIENT TRACKINGINFO lists them
        return all;
    }
}
