using System.Diagnostics.CodeAnalysis;
using System.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Settings;

/// <summary>All settings by Redis' names: what CONFIG reads and writes.</summary>
/// <remarks>Thread: any; changes are made one CONFIG SET at a time.</remarks>
internal sealed class ConfigTable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ConfigParameter> _byName = new(StringComparer.OrdinalIgnoreCase);

    public ConfigTable(CacheServer server)
    {
        foreach (var parameter in ConfigParameters.Live(server)) _byName[parameter.Name] = parameter;
        var given = server.Options.FixedSettings;
        foreach (var setting in CacheSettings.All.Concat(CacheFileSettings.All))
        {
            var name = CacheSettings.NameOf(setting.Key);
            _byName.TryAdd(name, ConfigParameter.Fixed(name, given.GetValueOrDefault(name, setting.DefaultText)));
        }

        foreach (var (name, value) in RedisDefaults.Values)
            _byName.TryAdd(name, ConfigParameter.Kept(name, value));
        foreach (var (name, (harmless, _)) in RedisDefaults.Refused)
            if (name is "replicaof" or "slaveof" or "cluster-enabled")
                _byName.TryAdd(name, ConfigParameter.Fixed(name, harmless == "no one" ? "" : harmless));
    }

    /// <summary>All parameters by name.</summary>
    public IReadOnlyCollection<ConfigParameter> All => _byName.Values;

    public bool TryFind(string name, [NotNullWhen(true)] out ConfigParameter? parameter) =>
        _byName.TryGetValue(name, out parameter);

    /// <summary>Those whose names fit one of the patterns, each once.</summary>
    public IReadOnlyList<ConfigParameter> Find(IReadOnlyList<byte[]> patterns)
    {
        var found = new List<ConfigParameter>();
        foreach (var parameter in _byName.Values)
        {
            var name = Encoding.ASCII.GetBytes(parameter.Name);
            if (patterns.Any(pattern => Glob.Matches(pattern, name, ignoreCase: true))) found.Add(parameter);
        }

        return found;
    }

    /// <summary>Sets all or none.</summary>
    /// <returns>Null, or the error reply.</returns>
    public string? Set(IReadOnlyList<(string Name, string Value)> changes)
    {
        lock (_lock)
        {
            var parameters = new List<ConfigParameter>();
            foreach (var (name, _) in changes)
            {
                if (!TryFind(name, out var parameter))
                    return $"ERR Unknown option or number of arguments for CONFIG SET - '{Shown(name)}'";
                if (parameters.Contains(parameter)) return Failed(name, "duplicate parameter");
                if (!parameter.IsMutable) return Failed(name, "can't set immutable config");
                parameters.Add(parameter);
            }

            var before = parameters.ConvertAll(static parameter => parameter.Value);
            for (var i = 0; i < changes.Count; i++)
            {
                if (parameters[i].Set(changes[i].Value) is not { } why) continue;
                for (var undone = 0; undone < i; undone++) parameters[undone].Set(before[undone]);
                return Failed(changes[i].Name, why);
            }

            return null;
        }
    }

    private static string Failed(string name, string why) =>
        $"ERR CONFIG SET failed (possibly related to argument '{Shown(name)}') - {why}";

    private static string Shown(string name) => name.Length > 128 ? name[..128] : name;
}
