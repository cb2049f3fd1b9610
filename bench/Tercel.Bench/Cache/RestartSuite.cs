using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>Time to write the dataset on an orderly stop, and from the start of the process to serving it
/// again.</summary>
internal sealed class RestartSuite(CacheBenchOptions options)
{
    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Warm restart\n\n");
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Items:#,0} items of 16 + 32 bytes. Start counts from the process' start to the first"));
        text.AppendLine("answer with all items there; the program's own start is in it. Redis gets SAVE first.\n");
        text.AppendLine("| server | stop s | start s |\n|---|---|---|");
        foreach (var kind in kinds.Where(k => k.Name is CacheServerKind.TercelName or "redis"))
        {
            var row = await Measure(kind);
            text.AppendLine($"| {kind.Name} | {row} |");
            Console.WriteLine($"restart {kind.Name}: {row}");
        }

        return text.AppendLine().ToString();
    }

    private async Task<string> Measure(CacheServerKind kind)
    {
        string folder;
        double stop;
        await using (var server = await CacheServer.Start(kind, new StartOptions()))
        {
            folder = server.Folder;
            Prefill.Run(server.Port, kind.Wire, Operation.Set, options.Items, _ => 32);
            var watch = Stopwatch.StartNew();
            if (kind.Name == "redis") server.Ask("SAVE");
            await server.Stop();
            stop = watch.Elapsed.TotalSeconds;
        }

        var start = Stopwatch.StartNew();
        await using var again = await CacheServer.Start(kind, new StartOptions(), folder);
        var expected = $":{options.Items.ToString(CultureInfo.InvariantCulture)}\r\n";
        string answer;
        while ((answer = again.Ask("DBSIZE")) != expected)
        {
            if (start.Elapsed.TotalSeconds > 60) throw new BenchException($"{kind.Name} came back with {answer}");
            await Task.Delay(10);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{stop:0.00} | {start.Elapsed.TotalSeconds:0.00}");
    }
}
