using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

public sealed class BlockingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Clients_that_wait_are_served_oldest_first(int loops) => TalkComparison.Play(
        loops,
        "a! BLPOP k 0", "b! BLPOP other k 0", "c! BRPOP k 0", "p: RPUSH k 1 2", "p: LLEN k", "p: RPUSH k 3 4",
        "p: LRANGE k 0 -1");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_pusher_s_next_command_sees_the_element_gone(int loops) => TalkComparison.Play(
        loops, "a! BLPOP k 0", "p: MULTI", "p: RPUSH k x", "p: LLEN k", "p: EXEC", "p: LLEN k", "p: EXISTS k");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Moves_wake_those_who_wait_for_their_destination(int loops) => TalkComparison.Play(
        loops,
        "a! BLMOVE one two LEFT RIGHT 0", "b! BLPOP two 0", "c! BRPOPLPUSH three one 0", "p: RPUSH three x",
        "p: EXISTS one two three");

    [Fact]
    public void Other_commands_that_bring_the_key_wake_too() => TalkComparison.Play(
        2,
        "a! BLPOP k 0", "p: RPUSH t 1", "p: RENAME t k", "b! BLPOP k 0", "p: RPUSH t 2", "p: COPY t k",
        "c! BLPOP k 0", "p: SORT t STORE k", "d! BLMPOP 0 2 j k LEFT COUNT 5", "p: RPUSH k a b c", "p: EXISTS k");

    [Fact]
    public void A_key_of_the_wrong_kind_lets_them_wait_on() => TalkComparison.Play(
        2, "a! BLPOP k 0", "p: SET k v", "p: DEL k", "p: SADD k m", "p: DEL k", "p: RPUSH k x");

    [Fact]
    public void A_key_that_has_come_is_served_whatever_the_others_hold() => TalkComparison.Play(
        2, "a! BLPOP j k 0", "b! BLMPOP 0 2 j k RIGHT COUNT 2", "p: SET j text", "p: RPUSH k x", "p: RPUSH k 1 2 3",
        "p: LRANGE k 0 -1");

    [Fact]
    public void A_destination_of_the_wrong_kind_is_an_error_and_the_element_stays() => TalkComparison.Play(
        2, "a! BLMOVE k j LEFT LEFT 0", "p: SET j text", "p: SET k text", "p: DEL k", "p: RPUSH k x",
        "p: LRANGE k 0 -1");

    [Fact]
    public void A_time_that_is_up_is_answered_and_the_client_goes_on() => TalkComparison.Play(
        2, "a: BLPOP k 0.05", "a: BLMPOP 0.05 1 k LEFT", "a: BLMOVE k j LEFT LEFT 0.01", "a: BRPOPLPUSH k j 0.01",
        "a: RPUSH k x", "a: BLPOP k 1", "b: HELLO 3", "b: BLPOP k 0.05", "b: BLMOVE k j LEFT LEFT 0.01");

    [Fact]
    public void What_is_sent_behind_a_blocking_command_is_run_after_it() => TalkComparison.Play(
        2, "a! BLPOP k 0", "a+ SET x 1", "a+ GET x", "p: EXISTS x", "p: RPUSH k v");

    [Fact]
    public void Swapped_databases_wake_their_clients() => TalkComparison.Play(
        2, "a! BLPOP k 0", "p: SELECT 1", "p: RPUSH k v", "p: SWAPDB 0 1", "p: EXISTS k", "p: SELECT 0", "p: EXISTS k");

    [Fact]
    public void Sorted_sets_are_waited_for_like_lists() => TalkComparison.Play(
        3, "a! BZPOPMIN z y 0", "b! BZPOPMAX y z 0", "c! BZMPOP 0 2 y z MIN COUNT 2", "p: ZADD z 1 a 2 b 3 c 4 d",
        "p: ZRANGE z 0 -1", "p: ZADD y 9 i", "d: BZPOPMIN nothing 0.01", "d: BZMPOP 0.01 1 nothing MAX",
        "e! BZPOPMIN mixed 0", "f! BLPOP mixed 0", "p: RPUSH mixed x", "p: ZADD mixed 1 m");

    [Fact]
    public void What_a_parked_client_takes_is_journaled_behind_what_brought_it()
    {
        using var server = new LiveServer(loops: 2);
        var journal = new RecordingJournal();
        server.Server.Journal = journal;
        using var talk = new Talk(server.EndPoint);
        talk.Play("a! BLPOP j k 0", "p: RPUSH k x");
        Assert.EndsWith("x\r\n", talk["a"].Reply());
        server.Server.Journal = null;
        Assert.Equal(2, journal.Commands.Count);
        Assert.Equal("RPUSH k x", journal.Commands[0]);
        Assert.Contains("POP k", journal.Commands[1]);
    }

    [Fact]
    public void A_server_stops_with_clients_parked()
    {
        using var talk = StopWith("a! BLPOP k 0", "b! BZPOPMIN k 0", "s: SUBSCRIBE c");
        Assert.Throws<EndOfStreamException>(() => talk["a"].Reply());

        static Talk StopWith(params string[] steps)
        {
            using var server = new LiveServer(loops: 3);
            var talk = new Talk(server.EndPoint);
            talk.Play(steps);
            return talk;
        }
    }

    [Fact]
    public void Client_unblock_ends_the_waiting_by_time_or_by_error()
    {
        using var server = new LiveServer(loops: 3);
        using var talk = new Talk(server.EndPoint);
        var a = talk["a"].Ask("CLIENT", "ID").Trim(':', '\r', '\n');
        talk.Play("a! BLPOP k 0");
        Assert.Equal(":1\r\n", talk["p"].Ask("CLIENT", "UNBLOCK", a));
        Assert.Equal("*-1\r\n", talk["a"].Reply());
        talk.UntilParked(0);
        talk.Play("a! BLPOP k 0");
        Assert.Equal(":1\r\n", talk["p"].Ask("CLIENT", "UNBLOCK", a, "ERROR"));
        Assert.Equal("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n", talk["a"].Reply());
        Assert.Equal(":0\r\n", talk["p"].Ask("CLIENT", "UNBLOCK", a));
        Assert.Equal(":0\r\n", talk["p"].Ask("CLIENT", "UNBLOCK", "999999"));
        Assert.StartsWith("-ERR CLIENT UNBLOCK reason", talk["p"].Ask("CLIENT", "UNBLOCK", a, "NO"));
        Assert.Equal("+PONG\r\n", talk["a"].Ask("PING"));
    }

    [Fact]
    public void A_client_that_has_left_takes_no_element_with_it()
    {
        using var server = new LiveServer(loops: 3);
        using var talk = new Talk(server.EndPoint);
        talk.Play("a! BLPOP k 0", "b! BLPOP k 0");
        talk.Leave("a");
        talk.UntilParked(1);
        talk.Play("p: RPUSH k first");
        Assert.EndsWith("first\r\n", talk["b"].Reply());
        Assert.Equal(0, server.Server.Blocking.Count);
    }

    [Fact]
    public void Many_poppers_and_pushers_get_every_element_exactly_once()
    {
        const int Poppers = 8, Pushers = 3, PerPusher = 400;
        using var server = new LiveServer(loops: 3);
        var got = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = new List<Thread>();
        for (var i = 0; i < Poppers; i++)
        {
            threads.Add(new Thread(() =>
            {
                using var client = new TalkClient(server.EndPoint);
                while (true)
                {
                    var reply = client.Ask("BLPOP", "q1", "q2", "0");
                    client.Messages.Clear();
                    var word = reply.Split("\r\n")[4];
                    if (word == "stop") return;
                    got.Add(word);
                }
            }));
        }

        for (var i = 0; i < Pushers; i++)
        {
            var pusher = i;
            threads.Add(new Thread(() =>
            {
                using var client = new TalkClient(server.EndPoint);
                for (var n = 0; n < PerPusher; n++)
                {
                    client.Ask("RPUSH", n % 2 == 0 ? "q1" : "q2", $"{pusher}-{n}");
                    client.Messages.Clear();
                }
            }));
        }

        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads.Skip(Poppers)) Assert.True(thread.Join(30_000));
        using var last = new TalkClient(server.EndPoint);
        for (var i = 0; i < Poppers; i++) last.Ask("RPUSH", "q1", "stop");
        foreach (var thread in threads) Assert.True(thread.Join(30_000));
        Assert.Equal(Pushers * PerPusher, got.Count);
        Assert.Equal(Pushers * PerPusher, got.Distinct().Count());
        Assert.Equal(":0\r\n", last.Ask("EXISTS", "q1", "q2"));
        Assert.Equal(0, server.Server.Blocking.Count);
        Assert.Empty(server.Failures);
    }

    [Fact]
    public void Poppers_that_time_out_and_leave_while_others_push_lose_nothing()
    {
        using var server = new LiveServer(loops: 3);
        using var stop = new CancellationTokenSource();
        long popped = 0;
        var poppers = Enumerable.Range(0, 6).Select(number => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var client = new TalkClient(server.EndPoint);
                for (var i = 0; i < 5; i++)
                    if (client.Ask("BLPOP", "q", "0.002").StartsWith("*2", StringComparison.Ordinal))
                        Interlocked.Increment(ref popped);
            }
        })).ToList();
        foreach (var popper in poppers) popper.Start();
        const int Pushed = 1_000;
        using (var client = new TalkClient(server.EndPoint))
        {
            for (var i = 0; i < Pushed; i++) client.Ask("RPUSH", "q", $"{i}");
        }

        EndWhen(() => Interlocked.Read(ref popped) == Pushed);
        stop.Cancel();
        foreach (var popper in poppers) Assert.True(popper.Join(30_000));
        Assert.Equal(Pushed, popped);
        Assert.Empty(server.Failures);
        Assert.True(SpinWait.SpinUntil(() => server.Server.Blocking.Count == 0, 10_000));

        static void EndWhen(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, 30_000));
    }
}
