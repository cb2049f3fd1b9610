using System.Globalization;
using System.Text;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>Resident bytes per item beyond key and value.</summary>
internal sealed class MemorySuite(CacheBenchOptions options)
{
    private const int KeyBytes = 16;
    private const int ValueBytes = 32;

    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Memory per item\n\n");
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Items:#,0} items of a {KeyBytes}-byte key and a {ValueBytes}-byte value:"));
        text.AppendLine("growth of resident memory, less key and value, per item.\n");
        text.AppendLine("| server | bytes without TTL | bytes with TTL | empty server, MiB |\n|---|---|---|---|");
        foreach (var kind in kinds.Where(k => k.Name != "tercel-mc"))
        {
            var (plain, empty) = await Measure(kind, Operation.Set);
            var (expiring, _) = await Measure(kind, Operation.SetWithExpiry);
            var line = string.Create(CultureInfo.InvariantCulture,
                $"| {kind.Name} | {plain:0.0} | {expiring:0.0} | {empty / 1048576.0:0} |");
            text.AppendLine(line);
            Console.WriteLine($"memory {line}");
        }

        return text.AppendLine().ToString();
    }

    private async Task<(double Bytes, long Empty)> Measure(CacheServerKind kind, Operation operation)
    {
        await using var server = await CacheServer.Start(kind, new StartOptions());
        Prefill.Run(server.Port, kind.Wire, operation, 1000, _ => ValueBytes, first: options.Items);
        var empty = server.ResidentBytes;
        Prefill.Run(server.Port, kind.Wire, operation, options.Items, _ => ValueBytes);
        await Task.Delay(1000);
        var grown = server.ResidentBytes - empty;
        return ((double)grown / options.Items - KeyBytes - ValueBytes, empty);
    }
}
