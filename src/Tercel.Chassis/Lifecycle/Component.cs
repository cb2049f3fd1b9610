namespace Tercel.Chassis.Lifecycle;

/// <summary>A part of a running program that has to be started, drained or stopped: a listener, a pool, a
/// writer.</summary>
/// <remarks>Components start in the order they were added and drain and stop in the reverse order.</remarks>
public sealed record Component(string Name)
{
    /// <summary>Makes the part work; an exception here ends the program with its message.</summary>
    public Func<CancellationToken, Task>? Start { get; init; }

    /// <summary>Takes no new work and finishes what is under way; the token fires when the drain time is
    /// over.</summary>
    public Func<CancellationToken, Task>? Drain { get; init; }

    /// <summary>Lets go of everything; no work is under way any more.</summary>
    public Func<CancellationToken, Task>? Stop { get; init; }
}
