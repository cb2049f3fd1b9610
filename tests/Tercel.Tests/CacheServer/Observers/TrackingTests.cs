using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

public sealed class TrackingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_key_that_was_read_is_invalidated_once(int loops) => TalkComparison.Play(
        loops,
        "a: HELLO 3", "a: CLIENT TRACKING ON", "p: SET k 1", "a: GET k", "p: SET k 2", "p: SET k 3", "a: GET k",
        "a: MGET k other", "p: DEL k", "p: SET other 1", "p: SET never 1", "a: GET k", "a: SET k mine",
        "a: CLIENT TRACKING OFF", "a: GET k", "p: SET k 5");

    [Fact]
    public void Noloop_spares_a_client_its_own_changes() => TalkComparison.Play(
        2,
        "a: HELLO 3", "a: CLIENT TRACKING ON NOLOOP", "a: GET k", "a: SET k 1", "a: GET k", "p: SET k 2", "a: GET k");

    [Fact]
    public void Broadcast_tells_of_every_key_with_a_prefix() => TalkComparison.Play(
        2,
        "a: HELLO 3", "a: CLIENT TRACKING ON BCAST PREFIX user: PREFIX page:", "b: HELLO 3",
        "b: CLIENT TRACKING ON BCAST NOLOOP", "p: SET user:1 x", "p: SET page:1 x", "p: SET thing x", "b: SET user:2 y",
        "a: CLIENT TRACKINGINFO", "b: CLIENT TRACKINGINFO", "a: CLIENT TRACKING OFF", "p: SET user:1 z");

    [Fact]
    public void Opt_in_and_opt_out_choose_commands() => TalkComparison.Play(
        2,
        "a: HELLO 3", "a: CLIENT TRACKING ON OPTIN", "a: GET k", "a: CLIENT CACHING YES", "a: GET j", "a: GET i",
        "p: SET k 1", "p: SET j 1", "p: SET i 1", "b: HELLO 3", "b: CLIENT TRACKING ON OPTOUT", "b: GET k",
        "b: CLIENT CACHING NO", "b: GET j", "b: GET i", "p: SET k 2", "p: SET j 2", "p: SET i 2",
        "a: CLIENT CACHING YES", "a: CLIENT TRACKINGINFO", "b: CLIENT CACHING NO", "b: CLIENT TRACKINGINFO");

    [Fact]
    public void A_transaction_is_chosen_as_a_whole() => TalkComparison.Play(
        1,
        "a: HELLO 3", "a: CLIENT TRACKING ON OPTIN", "a: CLIENT CACHING YES", "a: MULTI", "a: GET k", "a: GET j",
        "a: EXEC", "p: SET k 1", "p: SET j 1");

    [Fact]
    public void Flushing_invalidates_everything() => TalkComparison.Play(
        2, "a: HELLO 3", "a: CLIENT TRACKING ON", "a: GET k", "p: FLUSHALL", "a: GET k", "p: FLUSHDB", "p: SET k 1");

    [Fact]
    public void Mistakes_are_answered_as_Redis_answers() => TalkComparison.Play(
        1,
        "a: CLIENT TRACKING", "a: CLIENT TRACKING MAYBE", "a: CLIENT TRACKING ON PREFIX x",
        "a: CLIENT TRACKING ON BCAST OPTIN", "a: CLIENT TRACKING ON OPTIN OPTOUT", "a: CLIENT TRACKING ON REDIRECT x",
        "a: CLIENT TRACKING ON REDIRECT 999999", "a: CLIENT TRACKING ON NONSENSE", "a: CLIENT CACHING YES",
        "a: CLIENT TRACKING ON BCAST PREFIX ab PREFIX a", "a: CLIENT TRACKING ON BCAST PREFIX ab",
        "a: CLIENT TRACKING ON BCAST PREFIX abc", "a: CLIENT TRACKING ON", "a: CLIENT TRACKING OFF",
        "a: CLIENT TRACKING ON OPTIN", "a: CLIENT TRACKING ON OPTOUT", "a: CLIENT CACHING NO", "a: CLIENT CACHING X",
        "a: CLIENT TRACKINGINFO", "a: CLIENT GETREDIR", "a: CLIENT TRACKING OFF", "a: CLIENT GETREDIR",
        "a: CLIENT TRACKINGINFO");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Invalidations_can_go_to_another_client_in_RESP2(int loops)
    {
        using var server = new LiveServer(loops);
        using var talk = new Talk(server.EndPoint);
        var receiver = talk["r"].Ask("CLIENT", "ID").Trim(':', '\r', '\n');
        talk["r"].Messages.Clear();
        talk.Play("r: SUBSCRIBE __redis__:invalidate", $"a: CLIENT TRACKING ON REDIRECT {receiver}", "a: GET k");
        Assert.Equal($":{receiver}\r\n", talk["a"].Ask("CLIENT", "GETREDIR"));
        talk.Play("p: SET k 1", "p: FLUSHALL");
        const string Channel = "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n";
        Assert.Equal(Channel + "*1\r\n$1\r\nk\r\n", talk["r"].Reply());
        Assert.Equal(Channel + "*-1\r\n", talk["r"].Reply());
    }

    [Fact]
    public void A_receiver_that_has_left_is_told_as_broken()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk["r"].Ask("HELLO", "3");
        var receiver = talk["r"].Ask("CLIENT", "ID").Trim(':', '\r', '\n');
        talk.Play("a: HELLO 3", $"a: CLIENT TRACKING ON REDIRECT {receiver}", "a: GET k");
        talk.Leave("r");
        Assert.True(SpinWait.SpinUntil(
            () => server.Server.Sessions.Find(long.Parse(receiver)) is null, TimeSpan.FromSeconds(10)));
        talk.Play("p: SET k 1");
        Assert.Equal($">2\r\n$21\r\ntracking-redir-broken\r\n:{receiver}\r\n", talk["a"].Reply());
        Assert.Contains("broken_redirect", talk["a"].Ask("CLIENT", "TRACKINGINFO"));
    }

    [Fact]
    public void Expiry_and_the_bound_of_the_table_invalidate()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk.Play("a: HELLO 3", "a: CLIENT TRACKING ON", "p: SET k v PX 40", "a: GET k");
        Assert.Equal(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n", talk["a"].Reply());
        talk.Play("p: CONFIG SET tracking-table-max-keys 10");
        var told = 0;
        for (var i = 0; i < 30; i++)
        {
            talk["a"].Send("GET", $"key{i}");
            while (talk["a"].Reply().StartsWith('>')) told++;
        }

        talk.Settle();
        told = talk["a"].Messages.Count(message => message.Contains("invalidate") && message.Contains("key"));
        Assert.Equal(20, told);
        Assert.Equal(10, server.Server.Observers.Tracking.KeyCount);
        talk.Leave("a");
        Assert.True(SpinWait.SpinUntil(() => server.Server.Observers.Tracking.KeyCount == 0, 10_000));
        Assert.False(server.Server.Observers.SeesCommands);
        Assert.False(server.Server.Observers.SeesKeys);
    }

    [Fact]
    public void A_near_cache_never_keeps_an_old_value()
    {
        using var server = new LiveServer(loops: 3);
        using var talk = new Talk(server.EndPoint);
        talk.Play("a: HELLO 3", "a: CLIENT TRACKING ON");
        var writer = new Thread(() =>
        {
            using var client = new TalkClient(server.EndPoint);
            for (var i = 1; i <= 2_000; i++)
            {
                client.Ask("SET", "k", $"{i}");
                client.Messages.Clear();
            }
        });
        writer.Start();
        string? cached = null;
        while (cached != "2000")
        {
            // Ask, then wait for the invalidation; it must come as long as the value is not the last.
            talk["a"].Send("GET", "k");
            string reply;
            var invalidated = false;
            while ((reply = talk["a"].Reply()).StartsWith('>')) invalidated = true;
            cached = reply.StartsWith('_') ? null : reply.Split("\r\n")[1];
            talk["a"].Messages.Clear();
            _ = invalidated; // of an earlier read
            if (cached == "2000") break;
            Assert.Contains("invalidate", talk["a"].Reply());
        }

        Assert.True(writer.Join(30_000));
    }
}
