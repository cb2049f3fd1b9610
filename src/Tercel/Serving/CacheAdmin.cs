using Tercel.Cache.Server.Settings;
using Tercel.Chassis;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Web;
using Tercel.Chassis.Web.Hosting;
using Tercel.Chassis.Web.Problems;

namespace Tercel.Serving;

/// <summary>The cache's admin port: <c>/metrics</c>, <c>/livez</c>, <c>/readyz</c>, and nothing else.</summary>
internal static class CacheAdmin
{
    private static readonly SettingsSchema Schema = new(ChassisSettings.All, HttpSettings.All);

    /// <summary>Adds the port to the program when there is to be one; it answers before the dataset is
    /// loaded.</summary>
    public static WebServer? Add(ServiceCore core)
    {
        if (core.Settings.Get(CacheSettings.AdminPort) is not (> 0 and var port)) return null;
        var settings = Settings.Of(
            Schema,
            (HttpSettings.Port.Key, SettingText(port)),
            (HttpSettings.Bind.Key, core.Settings.Get(CacheSettings.AdminBind)));
        return WebServer.Add(core, settings, static http => Problem.Write(http, ProblemTypes.NotFound));
    }

    public static string? Url(WebServer? server) => server?.Addresses is [var address, ..] ? address : null;

    private static string SettingText(int number) =>
        number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
