using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Tercel.Bench.Cache;

/// <summary>A recorded sequence of keys, with the size of each value.</summary>
internal sealed record Trace(string Name, IReadOnlyList<int> Keys, Func<int, int> ValueBytes,
    IReadOnlyList<int> MemoryMiB)
{
    private const int UnknownValueBytes = 200;
    private const int RequestsMax = 2_000_000;

    /// <summary>The traces in a folder, as its README describes them; empty when the folder is absent.</summary>
    public static IEnumerable<Trace> Load(string? folder)
    {
        if (folder is null || !Directory.Exists(folder)) yield break;
        yield return Numbers(folder, "web12", [2, 3]);
        yield return Numbers(folder, "orm-busy", [4, 8, 12]);
        yield return Sized(folder, "request", [16, 64, 128]);
    }

    private static Trace Numbers(string folder, string name, int[] memory)
    {
        var bytes = Unpack(Path.Combine(folder, name + ".trace.xz"));
        var keys = new int[Math.Min(bytes.Length / 4, RequestsMax)];
        for (var i = 0; i < keys.Length; i++) keys[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(i * 4))
            & int.MaxValue;
        return new(name, keys, _ => UnknownValueBytes, memory);
    }

    private static Trace Sized(string folder, string name, int[] memory)
    {
        var numbers = new Dictionary<string, int>();
        var sizes = new List<int>();
        var keys = new List<int>();
        using var lines = new StreamReader(new MemoryStream(Unpack(Path.Combine(folder, name + ".trace.xz"))));
        while (lines.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3) continue;
            if (!numbers.TryGetValue(words[1], out var number))
            {
                numbers.Add(words[1], number = numbers.Count);
                sizes.Add(Math.Max(1, int.Parse(words[2], CultureInfo.InvariantCulture)));
            }

            keys.Add(number);
        }

        return new(name, keys, key => sizes[key], memory);
    }

    private static byte[] Unpack(string file)
    {
        var start = new ProcessStartInfo("xz", ["-dc", file]) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new BenchException("cannot start xz");
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        process.WaitForExit();
        return process.ExitCode == 0 ? bytes.ToArray() : throw new BenchException($"xz cannot read {file}");
    }
}
