using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Lifecycle;
using Tercel.Chassis.Observability;

namespace Tercel.Chassis.Web.Hosting;

/// <summary>An HTTP server: Kestrel with the limits of the settings, the chassis pipeline, and an
/// application.</summary>
/// <remarks>Kestrel runs without the framework's generic host, whose activities, log lines and diagnostics per
/// request the pipeline replaces. Lifetime: started, drained and stopped by the lifecycle of its
/// <see cref="ServiceCore"/>.</remarks>
public sealed class WebServer : IDisposable
{
    // Kestrel answers a longer request line itself, without a body. The room above our own limit lets us answer most
    // of them.
    private const int LineFactor = 4;
    private const int LineExtraBytes = 1024;
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    private readonly KestrelServer _server;
    private readonly PipelineApplication _application;
    private PaddedLong _connections;

    private WebServer(ServiceCore core, Settings settings, RequestDelegate application)
    {
        var badRequests = core.Metrics.Counter(
            "tercel_http_bad_requests_total", "Requests refused before the pipeline: not HTTP, or over a limit.");
        var log = new KestrelLog(core.Log, badRequests);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), log);
        _server = new KestrelServer(Options.Create(KestrelOptions(settings)), transport, log);
        _application = new PipelineApplication(
            new RequestPipeline(core, PipelineOptions.From(settings), application), core.Time);
        core.Metrics.Gauge(
            "kestrel_active_connections", "Open connections.", () => Volatile.Read(ref _connections.Value));
    }

    /// <summary>The URLs it listens on, such as <c>http://127.0.0.1:8080</c>; empty before the start.</summary>
    public IReadOnlyList<string> Addresses =>
        _server.Features.Get<IServerAddressesFeature>()?.Addresses is { } addresses ? [.. addresses] : [];

    /// <summary>Adds a server to a program: it starts after the components added before, and drains before
    /// them.</summary>
    /// <param name="core">The program; its settings include <see cref="HttpSettings.All"/>.</param>
    /// <param name="application">Answers every request that is not for a built-in page.</param>
    public static WebServer Add(ServiceCore core, RequestDelegate application) =>
        Add(core, core.Settings, application);

    /// <summary>The same with HTTP settings of its own, for a program whose port is not an HTTP one.</summary>
    public static WebServer Add(ServiceCore core, Settings settings, RequestDelegate application)
    {
        var server = new WebServer(core, settings, application);
        core.Lifecycle.Add(new Component("http")
        {
            Start = cancel => server._server.StartAsync(server._application, cancel),
            // Closes the listener and idle connections, and waits for the others until the token fires, then aborts
            // them.
            Drain = server._server.StopAsync,
            Stop = server.Stop,
        });
        return server;
    }

    /// <summary>Lets go of the listener; the lifecycle does it.</summary>
    public void Dispose() => _server.Dispose();

    private Task Stop(CancellationToken cancel)
    {
        Dispose();
        return Task.CompletedTask;
    }

    private KestrelServerOptions KestrelOptions(Settings settings)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        var limits = options.Limits;
        limits.MaxRequestBodySize = settings.Get(HttpSettings.BodyBytesMax);
        limits.MaxRequestLineSize = (int)(settings.Get(HttpSettings.UrlBytesMax) * LineFactor) + LineExtraBytes;
        limits.MaxRequestHeaderCount = settings.Get(HttpSettings.HeadersMax);
        limits.MaxRequestHeadersTotalSize = (int)settings.Get(HttpSettings.HeaderBytesMax);
        limits.MaxConcurrentConnections = settings.Get(HttpSettings.ConnectionsMax);
        limits.KeepAliveTimeout = settings.Get(HttpSettings.KeepAlive);
        limits.RequestHeadersTimeout = settings.Get(HttpSettings.HeaderTimeout);
        limits.MinRequestBodyDataRate = Rate(settings.Get(HttpSettings.BodyRateMin));
        limits.MinResponseDataRate = Rate(settings.Get(HttpSettings.ResponseRateMin));
        var port = settings.Get(HttpSettings.Port);
        switch (settings.Get(HttpSettings.Bind))
        {
            case "*": options.ListenAnyIP(port, Configure); break;
            // Kestrel cannot take any free port on both loopback addresses at once.
            case "localhost" when port == 0: options.Listen(IPAddress.Loopback, port, Configure); break;
            case "localhost": options.ListenLocalhost(port, Configure); break;
            case var address: options.Listen(IPAddress.Parse(address), port, Configure); break;
        }

        return options;
    }

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => Count(next, connection));
    }

    private async Task Count(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref _connections.Value);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections.Value);
        }
    }

    private static MinDataRate? Rate(int bytesPerSecond) =>
        bytesPerSecond == 0 ? null : new MinDataRate(bytesPerSecond, RateGrace);
}
