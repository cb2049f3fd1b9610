using System.Globalization;

namespace Tercel.Bench;

/// <summary>What the kernel says of a process.</summary>
internal static class ProcessNumbers
{
    private const double TicksPerSecond = 100;   // USER_HZ, fixed on Linux

    /// <summary>User and system time of all its threads so far.</summary>
    public static double CpuSeconds(int pid)
    {
        // Field 2 is the program's name in parentheses and may hold blanks, so fields count from the last one.
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long Ticks(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
        return (Ticks(14) + Ticks(15)) / TicksPerSecond;
    }

    /// <summary>Resident memory. Units: bytes.</summary>
    public static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
    }
}
