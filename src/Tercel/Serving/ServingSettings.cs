using System.Net;
using Tercel.Api;
using Tercel.Api.Model;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Web;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>All settings of the API server, from defaults to flags.</summary>
internal static class ServingSettings
{
    public static readonly SettingsSchema Schema = new(ChassisSettings.All, HttpSettings.All, ApiSettings.All);

    // What a developer wants and a production server must not have unless asked: plans, and no open port.
    private static readonly SettingsSource Development = new(
    [
        new SettingText(ApiSettings.Explain.Key, "true", "development"),
        new SettingText(HttpSettings.Bind.Key, "localhost", "development"),
    ]);

    /// <summary>Reads development defaults, the model file, the environment and the command line, in rising
    /// priority.</summary>
    public static Result<Settings> Load(ApiArguments arguments, IReadOnlyList<ModelSetting> model)
    {
        var set = FlagSource.Read(Schema, arguments.Flags, out _);
        var sources = new List<SettingsSource>();
        if (!arguments.Production) sources.AddRange([ChassisSettings.DevelopmentDefaults, Development]);
        sources.Add(new SettingsSource([.. model.Select(s => new SettingText(s.Key, s.Text, s.Place))]));
        sources.Add(EnvironmentSource.Read(Schema));
        sources.Add(set);
        if (arguments.Listen is { } listen) sources.Add(Listen(listen));
        return Settings.Load(Schema, sources);
    }

    // 8080, :8080, localhost:8080, 0.0.0.0:8080, [::1]:8080
    private static SettingsSource Listen(string text)
    {
        const string Place = "--listen";
        var colon = text.LastIndexOf(':');
        var port = text[(colon + 1)..];
        var host = colon <= 0 ? null : text[..colon].Trim('[', ']');
        var values = new List<SettingText> { new(HttpSettings.Port.Key, port, Place) };
        if (host is not null)
            values.Add(new(HttpSettings.Bind.Key, host == IPAddress.Any.ToString() ? "*" : host, Place));
        return new SettingsSource(values);
    }
}
