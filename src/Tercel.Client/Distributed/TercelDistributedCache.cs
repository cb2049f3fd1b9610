using System.Buffers;
using System.Buffers.Text;
using Microsoft.Extensions.Caching.Distributed;
using Tercel.Client.Commands;
using Tercel.Client.Connections;

namespace Tercel.Client.Distributed;

/// <summary><see cref="IDistributedCache"/> and <see cref="IBufferDistributedCache"/> on the cache server.</summary>
/// <remarks>
/// Shape: an entry is a hash with the fields <c>absexp</c>, <c>sldexp</c> (ticks, -1 = none) and <c>data</c>, as
/// Microsoft.Extensions.Caching.StackExchangeRedis stores it, so both can work on the same server. Cost: a read is one
/// command, and one more to renew an entry with a sliding expiry; a write is one round trip. Thread: any. Errors: those
/// of <see cref="TercelClient"/>.
/// </remarks>
public sealed class TercelDistributedCache : IBufferDistributedCache
{
    private const long None = -1;
    private readonly TercelClient _client;
    private readonly string _prefix;

    /// <summary>Works on the client's database; every key gets the prefix.</summary>
    public TercelDistributedCache(TercelClient client, string prefix = "")
    {
        _client = client;
        _prefix = prefix;
    }

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        (await Read(key, withData: true, token).ConfigureAwait(false))?.ToArray();

    /// <inheritdoc/>
    public async ValueTask<bool> TryGetAsync(
        string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        var value = await Read(key, withData: true, token).ConfigureAwait(false);
        if (value is not { } bytes) return false;
        destination.Write(bytes.Span);
        return true;
    }

    /// <inheritdoc/>
    public Task SetAsync(
        string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        Write(key, value, options, token);

    /// <inheritdoc/>
    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options,
        CancellationToken token = default) =>
        await Write(key, value.IsSingleSegment ? value.First : value.ToArray(), options, token).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task RefreshAsync(string key, CancellationToken token = default) => Read(key, withData: false, token);

    /// <inheritdoc/>
    public Task RemoveAsync(string key, CancellationToken token = default) =>
        _client.DeleteAsync(_prefix + key, token);

    /// <inheritdoc/>
    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination) =>
        TryGetAsync(key, destination).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    private async Task<ReadOnlyMemory<byte>?> Read(string key, bool withData, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(key);
        var request = Request.Start("HMGET"u8, withData ? 4 : 3).Add((CacheValue)(_prefix + key))
            .Add("absexp"u8).Add("sldexp"u8);
        if (withData) request.Add("data"u8);
        var fields = await _client.Send(request, ReplyParsers.BytesList, token).ConfigureAwait(false);
        var sliding = Ticks(fields[1]);
        if (sliding != None) await Renew(key, Ticks(fields[0]), sliding, token).ConfigureAwait(false);
        return withData ? fields[2] : null;
    }

    private async Task Renew(string key, long absoluteTicks, long slidingTicks, CancellationToken token)
    {
        var left = TimeSpan.FromTicks(slidingTicks);
        if (absoluteTicks != None)
        {
            var untilEnd = new DateTimeOffset(absoluteTicks, TimeSpan.Zero) - _client.Options.Time.GetUtcNow();
            if (untilEnd < left) left = untilEnd;
        }

        if (left < TimeSpan.FromMilliseconds(1)) await RemoveAsync(key, token).ConfigureAwait(false);
        else await _client.ExpireAsync(_prefix + key, left, token).ConfigureAwait(false);
    }

    private async Task Write(
        string key, ReadOnlyMemory<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        var now = _client.Options.Time.GetUtcNow();
        var end = options.AbsoluteExpirationRelativeToNow is { } relative ? now + relative : options.AbsoluteExpiration;
        if (end <= now)
            throw new ArgumentOutOfRangeException(nameof(options), end,
                "the absolute expiration must be in the future");
        var life = options.SlidingExpiration;
        if (end is { } at && (life is null || at - now < life)) life = at - now;
        // One transaction: no reader sees the new value with the old expiry, and no value is left without one.
        var name = (CacheValue)(_prefix + key);
        var hash = Request.Start("HSET"u8, 7).Add(name)
            .Add("absexp"u8).Add(end?.UtcTicks ?? None)
            .Add("sldexp"u8).Add(options.SlidingExpiration?.Ticks ?? None)
            .Add("data"u8).Add((CacheValue)value);
        var expire = life is { } time
            ? Request.Start("PEXPIRE"u8, 2).Add(name).Add(Math.Max(1, (long)time.TotalMilliseconds))
            : Request.Start("PERSIST"u8, 1).Add(name);
        await _client.SendTransaction([hash, expire], token).ConfigureAwait(false);
    }

    private static long Ticks(ReadOnlyMemory<byte>? field) =>
        field is { } bytes && Utf8Parser.TryParse(bytes.Span, out long ticks, out _) ? ticks : None;
}
