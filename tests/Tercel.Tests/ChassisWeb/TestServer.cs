using System.Text;
using Microsoft.AspNetCore.Http;
using Tercel.Chassis;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Web;
using Tercel.Chassis.Web.Hosting;
using Xunit;

namespace Tercel.Tests.ChassisWeb;

// A real server on a free port, with its log in memory.
internal sealed class TestServer : IAsyncDisposable
{
    private readonly MemoryStream _output = new();

    private TestServer(RequestDelegate application, (string, string)[] settings)
    {
        var schema = new SettingsSchema([ChassisSettings.All, HttpSettings.All]);
        (string, string)[] forTests = [("http.port", "0"), ("http.bind", "127.0.0.1"), ("shutdown.ready_delay", "0s")];
        Core = new ServiceCore(Settings.Of(schema, forTests.Concat(settings)), _output);
        Web = WebServer.Add(Core, application);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    public ServiceCore Core { get; }

    public WebServer Web { get; }

    public HttpClient Client { get; }

    public Uri Url => new(Web.Addresses[0]);

    public static async Task<TestServer> Start(RequestDelegate application, params (string, string)[] settings)
    {
        var server = new TestServer(application, settings);
        Assert.True(await server.Core.Lifecycle.Start(), server.LogText());
        server.Client.BaseAddress = server.Url;
        return server;
    }

    public string LogText()
    {
        Core.Log.Flush(TimeSpan.FromSeconds(5));
        return Encoding.UTF8.GetString(_output.ToArray());
    }

    // A request's line is written after its answer has left, so a client may ask for it too early.
    public async Task<string> LogTextWith(string part)
    {
        for (var i = 0; i < 500 && !LogText().Contains(part, StringComparison.Ordinal); i++) await Task.Delay(10);
        return LogText();
    }

    // The answer to bytes that no well-behaved client would send.
    public async Task<string> Raw(string request)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(Url.Host, Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var timeOver = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await reader.ReadToEndAsync(timeOver.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Core.Lifecycle.Stop();
        Client.Dispose();
        Core.Dispose();
    }
}
