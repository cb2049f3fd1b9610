using Tercel.Primitives;

namespace Tercel.Api.Model.Loading;

/// <summary>Gathers the mistakes of a model, so that all are told at once.</summary>
internal sealed class ModelReport
{
    /// <summary>More than this many mistakes help nobody; the rest is dropped.</summary>
    private const int ErrorsMax = 200;

    private readonly List<Error> _errors = [];
    private readonly List<string> _warnings = [];

    public bool HasErrors => _errors.Count > 0;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The mistakes in the order of the files.</summary>
    public List<Error> Errors =>
        [.. _errors.OrderBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Column).Distinct()];

    public void Add(Place place, ErrorCode code, string detail, string? suggestion = null) =>
        Add(new Error(code, detail)
        {
            File = place.File,
            Line = place.Line,
            Column = place.Column,
            Suggestion = suggestion,
        });

    public void Add(Error error)
    {
        if (_errors.Count < ErrorsMax) _errors.Add(error);
    }

    /// <summary>An unknown name, with the nearest known one.</summary>
    public void Unknown(Place place, ErrorCode code, string what, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        var suggestion = Suggestion.For(name, names);
        var detail = $"{what} '{name}'";
        if (suggestion is null && names.Count is > 0 and <= 24)
            detail += $"; known: {string.Join(", ", names)}";
        Add(place, code, detail, suggestion);
    }

    public void Duplicate(Place place, string what, Place first)
    {
        var where = first.File == place.File ? $"line {first.Line}" : first.ToString();
        Add(place, ModelErrors.Duplicate, $"{what} stands at {where} already");
    }

    public void NotYet(Place place, string what) =>
        Add(place, ModelErrors.NotSupported, $"{what} not supported yet");

    public void Warn(Place place, string text) => _warnings.Add($"{place}: {text}");
}
