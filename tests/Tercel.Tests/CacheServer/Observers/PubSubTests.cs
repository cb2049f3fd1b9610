using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

public sealed class PubSubTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Messages_go_to_channels_and_patterns_as_with_Redis(int loops) => TalkComparison.Play(
        loops,
        "a: SUBSCRIBE news", "a: SUBSCRIBE weather", "b: PSUBSCRIBE n*", "c: HELLO 3", "c: SUBSCRIBE news",
        "c: PSUBSCRIBE *s",
        "p: PUBLISH news hello", "p: PUBLISH weather rain", "p: PUBLISH nothing x", "p: PUBLISH none y",
        "p: PUBSUB NUMSUB news weather none", "p: PUBSUB NUMPAT", "p: PUBSUB CHANNELS w*",
        "a: UNSUBSCRIBE news", "p: PUBLISH news again", "c: PUNSUBSCRIBE *s", "p: PUBLISH news third",
        "c: UNSUBSCRIBE", "p: PUBLISH news last", "b: PUNSUBSCRIBE", "p: PUBSUB CHANNELS", "p: PUBSUB NUMPAT");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Shard_channels_are_a_world_of_their_own(int loops) => TalkComparison.Play(
        loops,
        "a: SSUBSCRIBE news", "a: SSUBSCRIBE other", "b: SUBSCRIBE news", "p: SPUBLISH news one", "p: PUBLISH news two",
        "p: PUBSUB SHARDCHANNELS n*", "p: PUBSUB SHARDNUMSUB news other none", "p: PUBSUB SHARDCHANNELS nope",
        "a: SUBSCRIBE x", "a: SUNSUBSCRIBE news", "p: SPUBLISH news three", "a: SUNSUBSCRIBE", "a: SUNSUBSCRIBE",
        "a: SUNSUBSCRIBE never");

    [Fact]
    public void A_subscribed_RESP2_client_may_do_little_and_a_RESP3_client_everything() => TalkComparison.Play(
        2,
        "a: SUBSCRIBE c", "a: GET x", "a: PING", "a: PING hello", "a: PUBLISH c x", "a: UNSUBSCRIBE c", "a: GET x",
        "a: PING", "b: HELLO 3", "b: SUBSCRIBE c", "b: SET x 1", "b: GET x", "b: PING");

    [Fact]
    public void Names_and_numbers_are_counted_as_Redis_counts() => TalkComparison.Play(
        1,
        "a: SUBSCRIBE c", "a: SUBSCRIBE c", "a: PSUBSCRIBE c", "a: SSUBSCRIBE c", "a: UNSUBSCRIBE never",
        "a: PUNSUBSCRIBE never", "a: UNSUBSCRIBE", "a: UNSUBSCRIBE", "a: PUNSUBSCRIBE", "a: PUNSUBSCRIBE");

    [Fact]
    public void Wrong_words_are_answered_as_Redis_answers() => TalkComparison.Play(
        1, "a: SUBSCRIBE", "a: PUBLISH c", "a: PUBSUB NOSUCH", "a: PUBSUB NUMPAT x", "a: PUBSUB CHANNELS a b",
        "a: PUBSUB", "a: PUBSUB NUMSUB", "a: SPUBLISH x", "a: PUBSUB HELP");

    [Fact]
    public void Publishing_inside_a_transaction_and_to_oneself_works() => TalkComparison.Play(
        1, "b: SUBSCRIBE c", "a: MULTI", "a: PUBLISH c one", "a: PUBLISH c two", "a: EXEC");

    [Fact]
    public void Reset_and_leaving_end_all_subscriptions()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk.Play("a: SUBSCRIBE c", "a: PSUBSCRIBE p*", "b: SUBSCRIBE c", "b: SSUBSCRIBE s", "a: RESET");
        Assert.Equal(":1\r\n", talk["p"].Ask("PUBLISH", "c", "x"));
        talk.Leave("b");
        Assert.True(SpinWait.SpinUntil(() => server.Server.Observers.SubscriberCount == 0, 10_000));
        Assert.Equal(0, server.Server.Observers.Channels.Count);
        Assert.Equal(0, server.Server.Observers.Patterns.Count);
        Assert.Equal(0, server.Server.Observers.ShardChannels.Count);
        Assert.Equal(":0\r\n", talk["p"].Ask("PUBLISH", "c", "x"));
    }

    [Fact]
    public void Messages_of_one_publisher_keep_their_order_on_every_loop()
    {
        using var server = new LiveServer(loops: 3);
        using var talk = new Talk(server.EndPoint);
        for (var i = 0; i < 6; i++) talk.Play($"s{i}: SUBSCRIBE c");
        for (var i = 0; i < 500; i++) talk["p"].Send("PUBLISH", "c", $"m{i}");
        for (var i = 0; i < 500; i++) Assert.Equal(":6\r\n", talk["p"].Reply());
        for (var s = 0; s < 6; s++)
        {
            for (var i = 0; i < 500; i++) Assert.EndsWith($"m{i}\r\n", talk[$"s{s}"].Reply());
        }
    }

    [Fact]
    public void A_publisher_that_is_quicker_than_the_loops_waits_and_goes_on()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk.Play("s: SUBSCRIBE c", "p: PING", "q: PING");
        var subscriber = server.Server.Sessions.All()[0].Loop!;
        var publisher = new[] { talk["p"], talk["q"] }[server.Server.Sessions.All()[1].Loop == subscriber ? 1 : 0];
        talk["~control"].Ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0");
        talk.Settle();
        using var gate = new ManualResetEventSlim();
        subscriber.Loop.Post(_ => gate.Wait(), null);
        const int Count = 100;
        var text = new string('x', 1_000_000);
        var sending = new Thread(() =>
        {
            for (var i = 0; i < Count; i++) publisher.Send("PUBLISH", "c", text);
        });
        sending.Start();
        Assert.True(SpinWait.SpinUntil(() => subscriber.Audience.IsSlow, 20_000));
        gate.Set();
        for (var i = 0; i < Count; i++) Assert.Equal(1_000_000 + 36, talk["s"].Reply().Length);
        sending.Join();
        for (var i = 0; i < Count; i++) Assert.Equal(":1\r\n", publisher.Reply());
        Assert.Equal("+PONG\r\n", publisher.Ask("PING"));
    }

    [Fact]
    public void A_client_that_caches_and_never_reads_is_closed_over_the_limit()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk["p"].Ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
        talk.Play("a: HELLO 3", "a: CLIENT TRACKING ON BCAST");
        var key = new string('k', 60_000);
        for (var i = 0; i < 2_000 && server.Server.Observers.Tracking.ClientCount > 0; i++)
            talk["p"].Ask("SET", key, "v");
        Assert.True(SpinWait.SpinUntil(() => server.Server.Observers.Tracking.ClientCount == 0, 10_000));
        talk.Leave("a");
    }

    [Fact]
    public void A_subscriber_that_never_reads_is_closed_over_its_limit()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk["p"].Ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
        talk.Play("s: SUBSCRIBE c");
        var text = new string('x', 100_000);
        for (var i = 0; i < 2_000 && server.Server.Observers.SubscriberCount > 0; i++)
            talk["p"].Ask("PUBLISH", "c", text);
        Assert.True(SpinWait.SpinUntil(() => server.Server.Observers.SubscriberCount == 0, 10_000));
    }
}
