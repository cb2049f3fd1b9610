using System.Globalization;
using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer;

/// <summary>Our commands beside those of a real redis-server: every command runs on both, and the replies must be the
/// same. Skips the test where redis-server is not installed.</summary>
internal sealed class RedisTwin : IDisposable
{
    private readonly RedisOracle _theirs = RedisOracle.Start();

    public CommandRunner Ours { get; } = new();

    /// <summary>Runs a command of words parted by spaces on both, and gives the reply.</summary>
    public string Same(string command) => Same(command.Split(' '));

    public string Same(string[] words, bool ordered = true)
    {
        var theirs = Normal(_theirs.Run(words), ordered);
        var ours = OnlyOurs(words, ordered);
        Assert.True(theirs == ours, $"{string.Join(' ', words)}\nredis:  {theirs}\ntercel: {ours}");
        return ours;
    }

    /// <summary>Runs a command whose reply is a choice of the server's own on ours only.</summary>
    public string OnlyOurs(string[] words, bool ordered = true) => Normal(Ours.Words(words), ordered);

    public string OnlyTheirs(params string[] words) => Normal(_theirs.Run(words), ordered: true);

    public void Dispose()
    {
        Ours.Dispose();
        _theirs.Dispose();
    }

    private static string Normal(string reply, bool ordered)
    {
        var at = 0;
        var text = Normal(Parse(reply, ref at), ordered);
        Assert.Equal(reply.Length, at);
        return text;
    }

    private static string Normal(object? reply, bool ordered) => reply switch
    {
        null => "(nil)",
        List<object?> list => '[' + string.Join(", ", Order(list.Select(r => Normal(r, ordered)), ordered)) + ']',
        _ => Convert.ToString(reply, CultureInfo.InvariantCulture) ?? "",
    };

    private static IEnumerable<string> Order(IEnumerable<string> items, bool ordered) =>
        ordered ? items : items.Order(StringComparer.Ordinal);

    private static object? Parse(string reply, ref int at)
    {
        var end = reply.IndexOf("\r\n", at, StringComparison.Ordinal);
        var line = reply[at..end];
        at = end + 2;
        if (line[0] is '+' or '-') return line;
        var number = long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
        if (line[0] == ':') return number;
        if (number < 0) return null;
        if (line[0] == '$')
        {
            var text = $"\"{reply.AsSpan(at, (int)number)}\"";
            at += (int)number + 2;
            return text;
        }

        var list = new List<object?>();
        for (; number > 0; number--) list.Add(Parse(reply, ref at));
        return list;
    }
}
