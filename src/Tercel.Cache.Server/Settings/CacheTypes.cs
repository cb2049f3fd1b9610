using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Tercel.Cache.Server.Commands;
using Tercel.Chassis.Configuration;

namespace Tercel.Cache.Server.Settings;

/// <summary>The types of the cache's settings, written as Redis writes them.</summary>
internal static class CacheTypes
{
    public const string AllKeysLru = "allkeys-lru";

    public static readonly string[] Policies =
    [
        "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", AllKeysLru, "allkeys-lfu",
        "allkeys-random", "noeviction",
    ];

    /// <summary>A size such as <c>64mb</c>.</summary>
    public static SettingType<long> Memory(long min, long max) => SettingType.Custom(
        $"a size from {MemoryText.Format(min)} to {MemoryText.Format(max)}, such as `64mb`",
        (string text, out long bytes) => MemoryText.TryParse(text, out bytes) && bytes >= min && bytes <= max,
        MemoryText.Format);

    /// <summary>Bytes, or a part of the machine's memory; the text is kept, see <see cref="MaxMemory"/>.</summary>
    public static readonly SettingType<string> MemoryOrPercent = SettingType.Custom<string>(
        "a size from 1mb such as `2gb`, or a part of the memory from `1%` to `95%`",
        static (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return MaxMemory(text) is not null;
        },
        static text => text);

    public static readonly SettingType<string> Policy = Words(Policies);

    public static readonly SettingType<KeyEvents> Events = SettingType.Custom<KeyEvents>(
        "letters of `KEg$lshzxetdnmA`", KeyEventText.TryParse, KeyEventText.Format);

    public static readonly SettingType<string> Addresses = SettingType.Custom<string>(
        "IP addresses between spaces or commas, `*` for all, a `-` before one that may be missing",
        static (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return SplitAddresses(text).All(static one => TryAddress(one, out _, out _));
        },
        static text => text);

    public static SettingType<string> Words(params string[] words) => SettingType.Custom<string>(
        $"one of {string.Join(", ", words)}",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return words.Contains(text);
        },
        static text => text);

    /// <summary>Snapshot times, <c>3600 1 300 100</c>: pairs of seconds and changes; empty for none.</summary>
    public static readonly SettingType<IReadOnlyList<SavePoint>> SavePoints =
        SettingType.Custom<IReadOnlyList<SavePoint>>(
            "pairs of seconds and changes, such as `3600 1 300 100`", SavePointText.TryParse, SavePointText.Format);

    /// <summary>Limits by class, <c>normal 0 0 0 pubsub 32mb 8mb 60</c>.</summary>
    public static readonly SettingType<OutputLimits> OutputLimits = SettingType.Custom<OutputLimits>(
        "classes (`normal`, `replica`, `pubsub`) with hard limit, soft limit and seconds each",
        static (string text, [MaybeNullWhen(false)] out OutputLimits value) =>
            Settings.OutputLimits.TryParse(text, new OutputLimits(), out value),
        static limits => limits.ToString());

    /// <summary>The bytes that a text of <see cref="MemoryOrPercent"/> stands for; null when it is none.</summary>
    public static long? MaxMemory(string text)
    {
        if (text.EndsWith('%'))
        {
            return int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
                && percent is >= 1 and <= 95
                    ? MachineMemory.Bytes() / 100 * percent
                    : null;
        }

        return MemoryText.TryParse(text, out var bytes) && bytes is 0 or >= 1 << 20 ? bytes : null;
    }

    public static EvictionPolicy PolicyOf(string name) =>
        name == "noeviction" ? EvictionPolicy.NoEviction
        : name.StartsWith("volatile", StringComparison.Ordinal) ? EvictionPolicy.Volatile
        : EvictionPolicy.AllKeys;

    public static string[] SplitAddresses(string text) =>
        text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    public static bool TryAddress(string text, [NotNullWhen(true)] out IPAddress? address, out bool mayBeMissing)
    {
        mayBeMissing = text.StartsWith('-');
        var name = mayBeMissing ? text[1..] : text;
        address = name switch
        {
            "*" => IPAddress.Any,
            "::*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(name, out var parsed) ? parsed : null,
        };
        return address is not null;
    }
}
