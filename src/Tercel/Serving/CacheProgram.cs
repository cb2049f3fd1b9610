using Tercel.Cache.Server;
using Tercel.Cache.Server.Settings;
using Tercel.Chassis;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Lifecycle;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>The cache server from arguments to exit code: settings, users, files, loops, until a stop
/// signal.</summary>
internal static class CacheProgram
{
    /// <summary>Runs the server.</summary>
    /// <returns>0 after a clean stop; 78 for a wrong setting, 65 for files that cannot be loaded, 1 for any other
    /// failure.</returns>
    public static async Task<int> Run(CacheArguments arguments)
    {
        if (!CacheServing.Load(arguments).TryGet(out var serving, out var errors)) return Refuse(errors);
        var settings = serving.Settings;
        if (arguments.ConfigExplain) Console.Write(SettingsText.Explain(settings));
        if (!CacheOptionsReader.Listeners(settings).TryGet(out var listeners, out errors)) return Refuse(errors);
        var configFile = arguments.ConfigFile is { } path ? Path.GetFullPath(path) : null;
        var options = CacheOptionsReader.Server(settings, configFile);
        if (arguments.ConfigExplain) return ExitCodes.Ok;
        using var core = new ServiceCore(settings);
        using var service = new CacheService(core, options, listeners);
        if (service.LoadUsers(settings.Get(CacheSettings.AclFile), serving.Users) is { Count: > 0 } mistakes)
            return Refuse(mistakes);
        if (arguments.ConfigCheck)
        {
            Console.WriteLine("settings are right");
            return ExitCodes.Ok;
        }

        if (serving.Ignored.Count > 0)
            core.Log.Warn("settings without effect here", ("settings", string.Join(", ", serving.Ignored)));
        var admin = CacheAdmin.Add(core);
        service.Add();
        var code = await core.Lifecycle.Run(() => Console.WriteLine(
            CacheBanner.Render(service.Server, service.Listeners, CacheAdmin.Url(admin), service.Notes)));
        return service.HasBadFiles ? ExitCodes.Data : code;
    }

    private static int Refuse(IReadOnlyList<Error> errors)
    {
        foreach (var error in errors) Console.Error.WriteLine($"tercel: {error.Detail}");
        return ExitCodes.Config;
    }
}
