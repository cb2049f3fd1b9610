namespace Tercel.Serving;

/// <summary>What <c>tercel cache</c> was asked to do.</summary>
internal sealed record CacheArguments
{
    /// <summary>A configuration file in Redis' form, or JSON.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Settings as flags: <c>--set=cache.port=7000</c>, <c>--port=7000</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    public bool ConfigCheck { get; init; }

    public bool ConfigExplain { get; init; }
}
