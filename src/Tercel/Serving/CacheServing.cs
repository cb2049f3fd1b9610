using System.Collections;
using Tercel.Cache.Server.Settings;
using Tercel.Chassis.Configuration;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>The settings of the cache server with what else its configuration file holds.</summary>
/// <param name="Settings">The values in force.</param>
/// <param name="Ignored">Settings that Redis has and this server does not need.</param>
/// <param name="Users">The file's lines of users.</param>
internal sealed record CacheServing(Settings Settings, IReadOnlyList<string> Ignored, IReadOnlyList<UserLine> Users)
{
    public static readonly SettingsSchema Schema = new(ChassisSettings.All, CacheSettings.All, CacheFileSettings.All);

    // Nobody waits for a cache to leave a load balancer unless told so; and there are no requests to log.
    private static readonly SettingsSource CacheDefaults =
        new(
        [
            new SettingText(ChassisSettings.ShutdownReadyDelay.Key, "0s", "cache"),
            new SettingText(ChassisSettings.LogAccess.Key, "errors", "cache"),
        ]);

    /// <summary>Reads the configuration file, the environment and the command line, in rising priority.</summary>
    public static Result<CacheServing> Load(CacheArguments arguments)
    {
        var file = arguments.ConfigFile is { } path ? CacheConfigFile.Read(path, Schema) : null;
        var sources = new List<SettingsSource> { CacheDefaults };
        if (file is not null) sources.Add(file.Source);
        sources.Add(EnvironmentSource.Read(Schema));
        sources.Add(UnknownVariables());
        sources.Add(FlagSource.Read(Schema, arguments.Flags, out _));
        return Settings.Load(Schema, sources).TryGet(out var settings, out var errors)
            ? new CacheServing(settings, file?.Ignored ?? [], file?.Users ?? [])
            : errors.ToList();
    }

    // A misspelt TERCEL_CACHE_... would be taken for somebody else's variable.
    private static SettingsSource UnknownVariables()
    {
        const string FileSuffix = "_FILE";
        var known = Schema.All.Select(static setting => setting.Alias).OfType<string>().ToList();
        var errors = new List<Error>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(CacheSettings.VariablePrefix, StringComparison.Ordinal)) continue;
            var plain = name.EndsWith(FileSuffix, StringComparison.Ordinal) ? name[..^FileSuffix.Length] : name;
            if (known.Contains(name) || known.Contains(plain)) continue;
            var near = Suggestion.For(name, known);
            var hint = near is null ? "" : $"; did you mean '{near}'?";
            errors.Add(new Error(SettingsErrors.UnknownKey, $"env {name}: no such setting{hint}")
            {
                Suggestion = near,
            });
        }

        return new SettingsSource([], errors);
    }
}
