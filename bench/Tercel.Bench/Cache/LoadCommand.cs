using System.Globalization;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary><c>load</c>: the generator alone, against any server that runs already.</summary>
internal static class LoadCommand
{
    private const string Usage =
        "load PORT OPERATION [pipeline=1] [connections=50] [seconds=5] [rate=0] [keys=1000000] [zipf=0.99] [value=100] "
        + "[protocol=resp|memcached] [pid=N] [fill]";

    public static int Run(string[] arguments)
    {
        if (arguments.Length < 2 || !Enum.TryParse<Operation>(arguments[1], ignoreCase: true, out var operation))
            throw new BenchException($"usage: {Usage}; operations: {string.Join(' ', Enum.GetNames<Operation>())}");
        var words = arguments[2..].Select(word => word.Split('=', 2)).ToDictionary(p => p[0],
            p => p.Length > 1 ? p[1] : "");
        double Number(string name, double otherwise) =>
            words.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        IWireProtocol wire = words.GetValueOrDefault("protocol") == "memcached" ? new MemcachedWire() : new RespWire();
        var keyCount = (int)Number("keys", 1_000_000);
        var valueBytes = (int)Number("value", 100);
        if (words.ContainsKey("fill")) Prefill.Run(port, wire, Operation.Set, keyCount, _ => valueBytes);
        using var load = new LoadGenerator(new LoadPlan
        {
            Port = port, Wire = wire, Operation = operation, ValueBytes = valueBytes,
            Keys = new KeyStream(keyCount, Number("zipf", 0.99), seed: 1), Pipeline = (int)Number("pipeline", 1),
            Connections = (int)Number("connections", 50), Rate = Number("rate", 0),
            Duration = TimeSpan.FromSeconds(Number("seconds", 5)),
        });
        var pid = (int)Number("pid", 0);
        var before = pid > 0 ? ProcessNumbers.CpuSeconds(pid) : 0;
        var result = load.Run();
        var cpu = pid > 0 ? (ProcessNumbers.CpuSeconds(pid) - before) / result.Requests * 1e6 : double.NaN;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.PerSecond:#,0}/s, {result.Misses:#,0} misses, server CPU {cpu:0.000} s per million"));
        foreach (var part in new[] { 0.5, 0.9, 0.99, 0.999, 0.9999 })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"p{part * 100} {result.Latency.QuantileUs(part):#,0} us"));
        return 0;
    }
}
