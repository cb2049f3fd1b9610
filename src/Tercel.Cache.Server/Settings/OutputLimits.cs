using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tercel.Cache.Server.Settings;

/// <summary><c>client-output-buffer-limit</c>: the limits of every class of clients.</summary>
internal sealed record OutputLimits
{
    public OutputLimit Normal { get; init; } = OutputLimit.None;

    public OutputLimit Replica { get; init; } = new(256L << 20, 64L << 20, 60);

    public OutputLimit PubSub { get; init; } = new(32L << 20, 8L << 20, 60);

    /// <summary>Reads groups of four words: class, hard limit, soft limit, seconds. Classes not named stay as in
    /// <paramref name="before"/>.</summary>
    public static bool TryParse(string text, OutputLimits before, [MaybeNullWhen(false)] out OutputLimits limits)
    {
        limits = before;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length % 4 != 0) return false;
        for (var i = 0; i < words.Length; i += 4)
        {
            if (!MemoryText.TryParse(words[i + 1], out var hard)) return false;
            if (!MemoryText.TryParse(words[i + 2], out var soft)) return false;
            if (!int.TryParse(words[i + 3], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return false;
            var limit = new OutputLimit(hard, soft, seconds);
            switch (words[i].ToLowerInvariant())
            {
                case "normal": limits = limits with { Normal = limit }; break;
                case "replica" or "slave": limits = limits with { Replica = limit }; break;
                case "pubsub": limits = limits with { PubSub = limit }; break;
                default: return false;
            }
        }

        return true;
    }

    /// <summary>As CONFIG GET prints them: bytes, and "slave" for the replicas.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"normal {Text(Normal)} slave {Text(Replica)} pubsub {Text(PubSub)}");

    private static string Text(OutputLimit limit) => string.Create(
        CultureInfo.InvariantCulture, $"{limit.HardBytes} {limit.SoftBytes} {limit.SoftSeconds}");
}
