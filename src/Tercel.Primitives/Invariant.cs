using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tercel.Primitives;

/// <summary>Assertions that stay on in Release: a broken one is our bug, never the caller's mistake.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="BrokenInvariantException"/> when <paramref name="condition"/> is false.</summary>
    /// <remarks>Cost: one predicted branch.</remarks>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        if (!condition) Throw(text);
    }

    /// <summary>The same for checks that walk whole structures; only in test builds (<c>TERCEL_CHECKED</c>).</summary>
    [Conditional("TERCEL_CHECKED")]
    public static void Slow(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        if (!condition) Throw(text);
    }

    [DoesNotReturn]
    private static void Throw(string? text) => throw new BrokenInvariantException($"invariant broken: {text}");
}

/// <summary>Thrown by <see cref="Invariant"/>; ends the request or the process that met it.</summary>
public sealed class BrokenInvariantException(string message) : Exception(message);
