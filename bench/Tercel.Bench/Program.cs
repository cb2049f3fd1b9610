using Tercel.Bench;
using Tercel.Bench.Api;
using Tercel.Bench.Cache;

// Side-by-side measurements: `api` against hand-written servers, `cache` against Redis, memcached and Garnet; `load` is
// the cache's load generator alone. See bench/README.md.
try
{
    return args switch
    {
        ["api", .. var rest] => await ApiBench.Run(BenchOptions.Parse(rest)),
        ["cache", .. var rest] => await CacheBench.Run(CacheBenchOptions.Parse(rest)),
        ["load", .. var rest] => LoadCommand.Run(rest),
        _ => throw new BenchException("say api, cache or load first"),
    };
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}");
    return 1;
}
