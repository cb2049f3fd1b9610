using System.Globalization;

namespace Tercel.Api.Model.Loading;

/// <summary>Takes the known keys out of a map; what is left at the end is an error, so nothing is silently
/// ignored.</summary>
/// <param name="map">The map.</param>
/// <param name="what">What it describes, for messages: <c>the resource products</c>.</param>
/// <param name="report">Where mistakes go.</param>
internal sealed class MapReader(ModelNode.Map map, string what, ModelReport report)
{
    private readonly List<string> _known = [];
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);

    public Place Place => map.Place;

    public string What => what;

    public ModelNode? Take(string key)
    {
        _known.Add(key);
        foreach (var entry in map.Entries)
            if (entry.Key.Text == key) return entry.Value;
        return null;
    }

    /// <summary>The place of a key that was found, for messages about the key itself.</summary>
    public Place KeyPlace(string key) => map.Entries.FirstOrDefault(e => e.Key.Text == key)?.Key.Place ?? map.Place;

    /// <summary>Keys of the format that this release refuses.</summary>
    public void NotYet(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys) _later.Add(key);
    }

    public string? Text(string key) => Take(key) is { } node ? Scalars.Text(node, $"'{key}'", report) : null;

    public string? Required(string key)
    {
        if (Take(key) is { } node) return Scalars.Text(node, $"'{key}'", report);
        report.Add(map.Place, ModelErrors.Missing, $"{what} needs '{key}'");
        return null;
    }

    public bool? Bool(string key) => Take(key) is { } node ? Scalars.Bool(node, $"'{key}'", report) : null;

    public int? Int(string key, int min, int max) =>
        Take(key) is { } node ? Scalars.Int(node, $"'{key}'", min, max, report) : null;

    public MapReader? Map(string key, string inner) =>
        Take(key) is { } node ? Of(node, inner, report) : null;

    public IReadOnlyList<ModelNode> List(string key) =>
        Take(key) is { } node ? Scalars.List(node, $"'{key}'", report) : [];

    /// <summary>The entries of a map whose keys are names.</summary>
    public IReadOnlyList<MapEntry> Entries(string key)
    {
        switch (Take(key))
        {
            case null or ModelNode.Scalar { IsNull: true }:
                return [];
            case ModelNode.Map named:
                return named.Entries;
            case var other:
                report.Add(other.Place, ModelErrors.Kind, $"'{key}' must be a map of names, not {other.Kind}");
                return [];
        }
    }

    /// <summary>Reports the keys that nobody took.</summary>
    public void Finish()
    {
        foreach (var (key, _) in map.Entries)
        {
            if (_known.Contains(key.Text)) continue;
            if (_later.Contains(key.Text)) report.NotYet(key.Place, $"'{key.Text}' in {what} is");
            else report.Unknown(key.Place, ModelErrors.UnknownKey, $"{what} has no key", key.Text, _known.Distinct());
        }
    }

    public static MapReader? Of(ModelNode node, string what, ModelReport report)
    {
        if (node is ModelNode.Map map) return new MapReader(map, what, report);
        report.Add(node.Place, ModelErrors.Kind, $"{what} must be a map, not {node.Kind}");
        return null;
    }
}

/// <summary>Types single values by YAML 1.2 core schema, where they are used.</summary>
internal static class Scalars
{
    /// <summary>A text: quoted, or plain and not null, true or false.</summary>
    public static string? Text(ModelNode node, string what, ModelReport report)
    {
        if (node is not ModelNode.Scalar scalar || scalar.IsNull)
        {
            report.Add(node.Place, ModelErrors.Kind, $"{what} must be a text, not {node.Kind}");
            return null;
        }

        if (!scalar.Plain || !IsBool(scalar.Text)) return scalar.Text;
        report.Add(scalar.Place, ModelErrors.Kind,
            $"{what} must be a text; {scalar.Text} is a boolean in YAML, so quote it", $"'{scalar.Text}'");
        return null;
    }

    public static bool? Bool(ModelNode node, string what, ModelReport report)
    {
        if (node is ModelNode.Scalar { Plain: true } scalar && IsBool(scalar.Text))
            return scalar.Text[0] is 't' or 'T';
        var hint = node is ModelNode.Scalar text ? MeantBool(text.Text) : null;
        report.Add(node.Place, ModelErrors.Kind, $"{what} must be true or false, not {Shown(node)}", hint);
        return null;
    }

    public static int? Int(ModelNode node, string what, int min, int max, ModelReport report)
    {
        if (node is not ModelNode.Scalar { Plain: true } scalar
            || !long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            report.Add(node.Place, ModelErrors.Kind, $"{what} must be a whole number, not {Shown(node)}");
            return null;
        }

        if (value >= min && value <= max) return (int)value;
        report.Add(node.Place, ModelErrors.Value, $"{what} must be between {min} and {max}");
        return null;
    }

    public static IReadOnlyList<ModelNode> List(ModelNode node, string what, ModelReport report)
    {
        if (node is ModelNode.List list) return list.Items;
        if (node is not ModelNode.Scalar { IsNull: true })
            report.Add(node.Place, ModelErrors.Kind, $"{what} must be a list, not {node.Kind}");
        return [];
    }

    /// <summary>A list of texts; the ones that are none are reported and left out.</summary>
    public static IReadOnlyList<ModelNode.Scalar> Texts(ModelNode node, string what, ModelReport report)
    {
        var texts = new List<ModelNode.Scalar>();
        foreach (var item in List(node, what, report))
            if (Text(item, $"an item of {what}", report) is not null
                && item is ModelNode.Scalar scalar) texts.Add(scalar);
        return texts;
    }

    public static string Shown(ModelNode node) => node switch
    {
        ModelNode.Scalar { IsNull: true } => "nothing",
        ModelNode.Scalar { Text.Length: <= 40 } scalar => $"'{scalar.Text}'",
        _ => node.Kind,
    };

    private static bool IsBool(string text) => text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    private static string? MeantBool(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "on" or "y" or "1" or "true" => "true",
        "no" or "off" or "n" or "0" or "false" => "false",
        _ => null,
    };
}
