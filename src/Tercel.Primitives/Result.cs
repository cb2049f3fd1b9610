using System.Diagnostics.CodeAnalysis;

namespace Tercel.Primitives;

/// <summary>Either a value or the caller's mistakes, all of them.</summary>
/// <remarks>Shape: <c>default</c> is a failure without errors and must not be used. Errors: at least one when
/// failed.</remarks>
[SuppressMessage("Usage", "CA2225", Justification = "The conversions let a function return a value or an error.")]
public readonly struct Result<T>
{
    private readonly T? _value;
    private readonly IReadOnlyList<Error>? _errors;

    private Result(T value)
    {
        _value = value;
        IsOk = true;
    }

    private Result(IReadOnlyList<Error> errors)
    {
        Invariant.Holds(errors.Count > 0);
        _errors = errors;
    }

    /// <summary>True when there is a value.</summary>
    public bool IsOk { get; }

    /// <summary>The mistakes; empty when there is a value.</summary>
    public IReadOnlyList<Error> Errors => _errors ?? [];

    /// <summary>A result that holds a value.</summary>
    public static implicit operator Result<T>(T value) => new(value);

    /// <summary>A result that holds one mistake.</summary>
    public static implicit operator Result<T>(Error error) => new([error]);

    /// <summary>A result that holds several mistakes.</summary>
    public static implicit operator Result<T>(List<Error> errors) => new(errors);

    /// <summary>Takes the value, or the mistakes.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out IReadOnlyList<Error> errors)
    {
        value = _value;
        errors = Errors;
        return IsOk;
    }
}
