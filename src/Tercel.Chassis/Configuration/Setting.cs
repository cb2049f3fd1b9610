using System.Diagnostics.CodeAnalysis;

namespace Tercel.Chassis.Configuration;

/// <summary>The declaration of one setting: everything that reading, explaining and documenting it need.</summary>
/// <remarks>Lifetime: immutable, declared once as a static of the part that uses it.</remarks>
public abstract class Setting
{
    private protected Setting(string key, string description)
    {
        Key = key;
        Description = description;
    }

    /// <summary>Its name, such as <c>http.max_body</c>: lower case words, dots between sections.</summary>
    public string Key { get; }

    /// <summary>One sentence for the reader of the reference.</summary>
    public string Description { get; }

    /// <summary>A short environment variable beside <see cref="EnvironmentName"/>, such as <c>PORT</c>; null for
    /// none.</summary>
    public string? Alias { get; init; }

    /// <summary>A short command line flag beside <c>--set key=value</c>, such as <c>--port</c>; null for
    /// none.</summary>
    public string? Flag { get; init; }

    /// <summary>True when the value must never be printed, and may not stand on a command line unless the setting has a
    /// <see cref="Flag"/> of its own.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Its environment variable, such as <c>TERCEL__HTTP__MAX_BODY</c>.</summary>
    public string EnvironmentName =>
        "TERCEL__" + Key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>What a value must be, in words.</summary>
    public abstract string TypeName { get; }

    /// <summary>The default as it would be written.</summary>
    public abstract string DefaultText { get; }

    internal abstract IReadOnlyList<string> Choices { get; }

    internal abstract object DefaultValue { get; }

    internal abstract bool TryParse(string text, [NotNullWhen(true)] out object? value);
}

/// <summary>The declaration of a setting whose value is a <typeparamref name="T"/>.</summary>
public sealed class Setting<T> : Setting
    where T : notnull
{
    private readonly SettingType<T> _type;

    /// <summary>Declares a setting.</summary>
    public Setting(string key, SettingType<T> type, T @default, string description) : base(key, description)
    {
        _type = type;
        Default = @default;
    }

    /// <summary>The value when no source gives one.</summary>
    public T Default { get; }

    /// <inheritdoc/>
    public override string TypeName => _type.Name;

    /// <inheritdoc/>
    public override string DefaultText => _type.Format(Default);

    internal override IReadOnlyList<string> Choices => _type.Choices;

    internal override object DefaultValue => Default;

    internal override bool TryParse(string text, [NotNullWhen(true)] out object? value)
    {
        var ok = _type.TryParse(text, out var typed);
        value = ok ? typed : null;
        return value is not null;
    }
}
