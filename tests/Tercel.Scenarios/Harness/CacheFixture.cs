using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>One <c>tercel cache</c> with defaults for all tests of a class.</summary>
public sealed class CacheFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CacheProcess? _server;

    internal CacheProcess Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await CacheProcess.Start(_folder, "--maxmemory", "256mb");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }
}
