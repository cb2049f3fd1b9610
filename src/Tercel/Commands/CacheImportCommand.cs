using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Import;
using Tercel.Chassis.Lifecycle;

namespace Tercel.Commands;

/// <summary><c>tercel cache import</c>: brings the data of a Redis server over.</summary>
internal static class CacheImportCommand
{
    private const string SnapshotName = "dump.rdb";
    private const int SkippedShownMax = 20;
    private const int UsualPort = 6379;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "An RDB file of Redis 2.6 to 8.0, such as dump.rdb." };
        var to = new Option<string?>("--to")
        {
            Description = "The server that gets the keys, HOST:PORT; 127.0.0.1:6379 when nothing is said.",
        };
        var into = new Option<string?>("--into")
        {
            Description = "Write a snapshot into this folder instead; a server started on it loads it.",
        };
        var replace = new Option<bool>("--replace")
        {
            Description = "Replace keys, or a snapshot, that exist already.",
        };
        var user = new Option<string?>("--user") { Description = "The user to log in as." };
        var password = new Option<string?>("--password")
        {
            Description = "The password; better given as the variable TERCEL_IMPORT_PASSWORD.",
        };
        var command = new Command("import", "Import an RDB file of Redis into a running server or a snapshot.")
        {
            file, to, into, replace, user, password,
        };
        command.SetAction(result =>
        {
            var secret = result.GetValue(password) ?? Environment.GetEnvironmentVariable("TERCEL_IMPORT_PASSWORD");
            var path = result.GetValue(file) ?? "";
            if (result.GetValue(into) is not { } folder)
                return Run(path, import => Send(
                    import, result.GetValue(to) ?? "127.0.0.1", (result.GetValue(user), secret),
                    result.GetValue(replace)));
            if (result.GetValue(to) is not null) return Fail("--to and --into do not go together", ExitCodes.Usage);
            if (!result.GetValue(replace) && File.Exists(Path.Combine(folder, SnapshotName)))
                return Fail($"{Path.Combine(folder, SnapshotName)} exists; --replace writes over it", ExitCodes.Failed);
            return Run(path, import => import.Into(folder, SnapshotName));
        });
        return command;
    }

    private static int Run(string path, Func<RdbImport, ImportResult> work)
    {
        var clock = TimeProvider.System;
        var last = clock.GetTimestamp();
        var import = new RdbImport(path, clock.GetUtcNow().ToUnixTimeMilliseconds(), (keys, part) =>
        {
            if (clock.GetElapsedTime(last).TotalSeconds < 1) return;
            last = clock.GetTimestamp();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{keys:N0} keys, {part:P0}"));
        });
        try
        {
            Report(work(import));
            return ExitCodes.Ok;
        }
        catch (PersistenceException e)
        {
            return Fail(e.Message, ExitCodes.Data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            return Fail(e.Message, ExitCodes.Failed);
        }
    }

    private static ImportResult Send(
        RdbImport import, string address, (string? User, string? Password) login, bool replaces)
    {
        var colon = address.LastIndexOf(':');
        var hasPort = int.TryParse(
            address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        var host = colon < 0 || !hasPort ? address : address[..colon];
        using var client = new TcpClient { NoDelay = true };
        client.Connect(host.Trim('[', ']'), colon < 0 || !hasPort ? UsualPort : port);
        using var stream = client.GetStream();
        if (login.Password is { } password) LogIn(stream, login.User, password);
        return import.Into(stream, replaces);
    }

    private static void LogIn(NetworkStream stream, string? user, string password)
    {
        var words = user is null ? new[] { "AUTH", password } : ["AUTH", user, password];
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        stream.Write(Encoding.UTF8.GetBytes(request.ToString()));
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 1024, leaveOpen: true);
        // One reply to one command: nothing of the next can be read with it.
        if (reader.ReadLine() is not "+OK" and var reply) throw new PersistenceException($"login: {reply}");
    }

    private static void Report(ImportResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Keys:N0} keys imported"));
        if (result.Expired > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Expired:N0} had expired"));
        if (result.Existing > 0)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Existing:N0} existed already and were kept (see --replace)"));
        foreach (var skipped in result.Skipped.Take(SkippedShownMax)) Console.WriteLine($"left out: {skipped}");
        if (result.Skipped.Count > SkippedShownMax)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"left out: {result.Skipped.Count - SkippedShownMax:N0} more"));
    }

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"tercel: {message}");
        return code;
    }
}
