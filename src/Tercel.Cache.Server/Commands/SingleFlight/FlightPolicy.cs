using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>How keys of one prefix are refilled, and what was counted of them.</summary>
/// <remarks>Immutable but for the counters. Thread: any.</remarks>
internal sealed class FlightPolicy
{
    /// <summary>Longest prefix. Units: bytes.</summary>
    public const int PrefixBytesMax = 256;

    /// <summary>Longest stale window and lease. Units: milliseconds.</summary>
    public const long WindowMsMax = 30L * 24 * 3600 * 1000;

    /// <summary>Longest wait: parked clients hold memory. Units: milliseconds.</summary>
    public const long WaitMsMax = 60_000;

    private const long LeaseMsDefault = 2_000;
    private const int OptionCount = 4;

    private FlightPolicy(byte[] prefix) => Prefix = prefix;

    /// <summary>What the keys begin with; empty = all keys.</summary>
    public byte[] Prefix { get; }

    /// <summary>How long a value may be served after its time to live is over. Units: milliseconds; 0 = not at
    /// all.</summary>
    public long StaleMs { get; private init; }

    /// <summary>How long the one who refills a key may take. Units: milliseconds; 0 = no single flight.</summary>
    public long LeaseMs { get; private init; }

    /// <summary>How long the others wait for a missing key. Units: milliseconds; 0 = not at all.</summary>
    public long WaitMs { get; private init; }

    /// <summary>By how much a time to live is shortened at random, at most. Units: percent.</summary>
    public int JitterPercent { get; private init; }

    /// <summary>Counts of this prefix; kept when the policy is replaced.</summary>
    public PrefixCounts Counts { get; private init; } = new();

    /// <summary>Reads <c>prefix*</c>; null when it is no prefix pattern.</summary>
    public static byte[]? PrefixOf(ReadOnlySpan<byte> pattern)
    {
        if (pattern.IsEmpty || pattern[^1] != (byte)'*' || pattern.Length > PrefixBytesMax + 1) return null;
        var prefix = pattern[..^1];
        return prefix.IndexOfAny("*?[\\"u8) < 0 ? prefix.ToArray() : null;
    }

    /// <summary>Reads options of the form <c>name=value</c>; null and the one that is wrong when they do not
    /// fit.</summary>
    public static FlightPolicy? TryRead(byte[] prefix, IReadOnlyList<string> options, out string? wrong)
    {
        long stale = 0, wait = 0, jitter = 0;
        long? lease = null;
        foreach (var option in options)
        {
            wrong = option;
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return null;
            var value = option.AsSpan(equals + 1);
            var known = option[..equals].ToUpperInvariant() switch
            {
                "SWR" => TryTime(value, WindowMsMax, out stale),
                "LEASE" => TryTime(value, WindowMsMax, out var ms) && (lease = ms) >= 0,
                "WAIT" => TryTime(value, WaitMsMax, out wait),
                "JITTER" => TryPercent(value, out jitter),
                _ => false,
            };
            if (!known) return null;
        }

        wrong = null;
        return new FlightPolicy(prefix)
        {
            StaleMs = stale, WaitMs = wait, JitterPercent = (int)jitter,
            LeaseMs = lease ?? (stale > 0 || wait > 0 ? LeaseMsDefault : 0),
        };
    }

    /// <summary>The same rules with the counts of the policy it replaces.</summary>
    public FlightPolicy WithCountsOf(FlightPolicy old) => new(Prefix)
    {
        StaleMs = StaleMs, LeaseMs = LeaseMs, WaitMs = WaitMs, JitterPercent = JitterPercent, Counts = old.Counts,
    };

    /// <summary>The words behind POLICY SET that make this policy.</summary>
    public string[] Words() =>
    [
        Encoding.Latin1.GetString(Prefix) + "*", $"swr={Time(StaleMs)}", $"lease={Time(LeaseMs)}",
        $"wait={Time(WaitMs)}", string.Create(CultureInfo.InvariantCulture, $"jitter={JitterPercent}%"),
    ];

    /// <summary>As snapshots keep it: the options, then the prefix, which may hold blanks.</summary>
    public string Text()
    {
        var words = Words();
        return string.Join(' ', [.. words[1..], words[0]]);
    }

    /// <summary>Reads <see cref="Text"/>; null when it is damaged.</summary>
    public static FlightPolicy? TryParse(string text)
    {
        var words = text.Split(' ', OptionCount + 1);
        if (words.Length != OptionCount + 1) return null;
        var prefix = PrefixOf(Encoding.Latin1.GetBytes(words[OptionCount]));
        return prefix is null ? null : TryRead(prefix, words[..OptionCount], out _);
    }

    private static string Time(long ms) => Duration.Format(TimeSpan.FromMilliseconds(ms));

    private static bool TryTime(ReadOnlySpan<char> text, long max, out long ms)
    {
        ms = 0;
        if (!Duration.TryParse(text, out var time) || time.TotalMilliseconds > max) return false;
        ms = (long)time.TotalMilliseconds;
        return true;
    }

    private static bool TryPercent(ReadOnlySpan<char> text, out long percent) =>
        long.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out percent) && percent <= 90;
}
