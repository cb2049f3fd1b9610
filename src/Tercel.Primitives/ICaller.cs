namespace Tercel.Primitives;

/// <summary>Somebody who waits for an answer and may give up.</summary>
/// <remarks>The token is made at its first use, which costs a timer, so that work which is over at once never asks
/// for it. Thread: one at a time.</remarks>
public interface ICaller
{
    /// <summary>Fires when the caller has gone or its time is over.</summary>
    CancellationToken Token { get; }
}
