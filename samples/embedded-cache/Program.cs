// The cache engine inside a program: no server, no sockets. Run it with: dotnet run --project samples/embedded-cache
using System.Text;
using Tercel.Cache;

using var cache = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 64L << 20 });
var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

// A write: make room first, then enter the key.
var page = "<h1>Hello</h1>"u8;
cache.TryMakeRoom(page.Length, nowMs);
using (var entry = cache.EnterKey("page:1"u8, database: 0))
    cache.SetString(entry.Key, page, new ValueOptions { ExpireAtMs = nowMs + 60_000 }, nowMs);

// A read: the value is looked at where it lies, and copied only if it is to be kept.
using (var entry = cache.EnterKey("page:1"u8, database: 0))
{
    if (cache.TryFind(entry.Key, nowMs, out var value))
        Console.WriteLine($"{Encoding.UTF8.GetString(value.Bytes)}, gone in {(value.ExpireAtMs - nowMs) / 1000} s");
}

// Background work, once in a while: expiry, compaction.
for (var shard = 0; shard < cache.ShardCount; shard++) cache.Tick(shard, nowMs, stepsMax: 16);
Console.WriteLine($"{cache.Count(database: 0)} key in {cache.ReadStatistics().UsedBytes >> 10} KiB");
