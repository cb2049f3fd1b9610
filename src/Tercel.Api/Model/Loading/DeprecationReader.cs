using System.Globalization;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads <c>{ since: 2026-10-01, sunset: 2027-04-01, use: products.specs }</c>.</summary>
internal static class DeprecationReader
{
    public static Deprecation? Read(ModelNode node, ModelReport report)
    {
        if (MapReader.Of(node, "'deprecated'", report) is not { } map) return null;
        var deprecation = Read(map, report);
        map.Finish();
        return deprecation;
    }

    /// <summary>Takes since, sunset and use; the caller finishes the map.</summary>
    public static Deprecation? Read(MapReader map, ModelReport report)
    {
        var sincePlace = map.KeyPlace("since");
        var since = Date(map.Required("since"), sincePlace, "since", report);
        var sunset = Date(map.Text("sunset"), map.KeyPlace("sunset"), "sunset", report);
        var use = map.Text("use");
        if (since is null) return null;
        if (sunset < since)
            report.Add(map.KeyPlace("sunset"), ModelErrors.Value, "the sunset cannot come before 'since'");
        return new Deprecation(since.Value, sunset, use);
    }

    private static DateOnly? Date(string? text, Place place, string key, ModelReport report)
    {
        if (text is null) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        report.Add(place, ModelErrors.Value, $"'{key}' is a date such as 2026-10-01, not '{text}'");
        return null;
    }
}
