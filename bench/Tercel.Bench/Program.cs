using Tercel.Bench;

// Side-by-side measurement of `tercel api` against hand-written servers: see bench/README.md.
try
{
    return await ApiBench.Run(BenchOptions.Parse(args));
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}");
    return 1;
}
