using System.Globalization;

namespace Tercel.Cache.Server.Settings;

/// <summary>How much memory this process may use: the machine's, or its control group's when that is less.</summary>
/// <remarks>Source: proc(5), cgroups(7); version 2 groups are looked up from the process' own to the root.</remarks>
internal static class MachineMemory
{
    private const string GroupRoot = "/sys/fs/cgroup";
    private const long FallbackBytes = 1L << 30;

    public static long Bytes()
    {
        var machine = MemTotal() ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var bytes = Math.Min(machine, GroupLimit() ?? long.MaxValue);
        return bytes > 0 ? bytes : FallbackBytes;
    }

    private static long? MemTotal()
    {
        if (Read("/proc/meminfo") is not { } text) return null;
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith("MemTotal:", StringComparison.Ordinal)) continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 1 && Number(words[1]) is { } kib ? kib << 10 : null;
        }

        return null;
    }

    private static long? GroupLimit()
    {
        var least = Number(Read($"{GroupRoot}/memory/memory.limit_in_bytes"));
        var own = Read("/proc/self/cgroup")?.Split('\n')
            .FirstOrDefault(static line => line.StartsWith("0::", StringComparison.Ordinal));
        for (var path = own?[3..].TrimEnd('/') ?? ""; ; path = path[..path.LastIndexOf('/')])
        {
            if (Number(Read($"{GroupRoot}{path}/memory.max")) is { } limit && limit < (least ?? long.MaxValue))
                least = limit;
            if (!path.Contains('/', StringComparison.Ordinal)) return least;
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not every container shows its limits: then the machine's count.
            return null;
        }
    }
}
