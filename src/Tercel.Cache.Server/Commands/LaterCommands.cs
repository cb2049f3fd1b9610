using System.Collections.Frozen;

namespace Tercel.Cache.Server.Commands;

/// <summary>Commands of Redis that this server knows by name only, with what they belong to.</summary>
internal static class LaterCommands
{
    private static readonly FrozenDictionary<string, string> Groups = Build().ToFrozenDictionary(
        static pair => pair.Name, static pair => pair.Group, StringComparer.OrdinalIgnoreCase);

    /// <summary>What the command belongs to; null when Redis has no such command either.</summary>
    public static string? GroupOf(string name) => Groups.GetValueOrDefault(name);

    private static IEnumerable<(string Name, string Group)> Build()
    {
        foreach (var (group, names) in Lists)
            foreach (var name in names.Split(' ')) yield return (name, group);
    }

    private static (string Group, string Names)[] Lists =>
    [
        ("streams", "XADD XACK XAUTOCLAIM XCLAIM XDEL XGROUP XINFO XLEN XPENDING XRANGE XREAD XREADGROUP XREVRANGE "
            + "XSETID XTRIM"),
        ("HyperLogLog", "PFADD PFCOUNT PFMERGE PFDEBUG PFSELFTEST"),
        ("geo", "GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEORADIUS_RO GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEOSEARCH "
            + "GEOSEARCHSTORE"),
        ("scripting", "EVAL EVALSHA EVAL_RO EVALSHA_RO SCRIPT FUNCTION FCALL FCALL_RO"),
        ("replication", "PSYNC SYNC REPLCONF FAILOVER MIGRATE RESTORE-ASKING"),
        ("modules", "MODULE"),
    ];
}
