namespace Tercel.Serving;

/// <summary>What <c>tercel api</c> was asked to do.</summary>
internal sealed record ApiArguments
{
    public string? Model { get; init; }

    public string? Database { get; init; }

    public bool Writable { get; init; }

    public string? Listen { get; init; }

    public bool Production { get; init; }

    /// <summary>Settings as flags: <c>--set=page.max=500</c>, <c>--port=8081</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    public bool ConfigCheck { get; init; }

    public bool ConfigExplain { get; init; }
}
