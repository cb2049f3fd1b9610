using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tercel.Scenarios.Harness;

/// <summary>Bytes on a socket, for requests that no HTTP client would send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);

    /// <summary>Sends the text as it is, reads until the server closes (ask with <c>Connection: close</c>).</summary>
    public static async Task<string> Exchange(int port, string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(ReadLimit);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }
}
