namespace Tercel.Serving;

/// <summary>What <c>tercel api</c> was asked to do.</summary>
internal sealed record ApiArguments
{
    public string? Model { get; init; }

    public string? Database { get; init; }

    public bool Writable { get; init; }

    public string? Listen { get; init; }

    public bool Production { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    public bool ConfigCheck { get; init; }

    public bool ConfigExplain { get; init; }
}
