using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

/// <summary>The same talk with a real redis-server and with ours: every client is sent the same.</summary>
internal static class TalkComparison
{
    private const string Program = "/usr/bin/redis-server";

    public static string Play(int loops, params string[] steps)
    {
        var expected = Plain(WithRedis(steps));
        var actual = Plain(WithTercel(loops, steps));
        Assert.Equal(expected, actual, ignoreLineEndingDifferences: false);
        return actual;
    }

    // Version and connection number of HELLO's reply.
    private static string Plain(string transcript) => Regex.Replace(
        transcript, @"\$7 version \$\d+ [\d.]+|\$2 id :\d+", "");

    public static string WithTercel(int loops, params string[] steps)
    {
        using var server = new LiveServer(loops);
        using var talk = new Talk(server.EndPoint);
        talk.Play(steps);
        var transcript = talk.Transcript();
        Assert.Empty(server.Failures);
        return transcript;
    }

    public static string WithRedis(params string[] steps)
    {
        Assert.SkipUnless(File.Exists(Program), "redis-server is not installed");
        var folder = Directory.CreateTempSubdirectory("tercel-talk-").FullName;
        var path = Path.Combine(folder, "s");
        string[] options = ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", ""];
        using var process = Process.Start(new ProcessStartInfo(Program, options) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            using var talk = Connect(new UnixDomainSocketEndPoint(path));
            talk.Play(steps);
            return talk.Transcript();
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Talk Connect(EndPoint endPoint)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                new TalkClient(endPoint).Dispose();
                return new Talk(endPoint);
            }
            catch (SocketException) when (clock.Elapsed.TotalSeconds < 20)
            {
                Thread.Sleep(20);
            }
        }
    }
}
