using Xunit;

namespace Tercel.Tests.CacheServer.Observers;

public sealed class KeyNoticeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Events_of_keys_are_published_as_Redis_publishes_them(int loops) => TalkComparison.Play(
        loops,
        "p: CONFIG SET notify-keyspace-events KEA", "s: PSUBSCRIBE *", "p: SET k v",
        "p: SET k v EX 100", "p: APPEND k x",
        "p: INCR n", "p: EXPIRE n 100", "p: PERSIST n", "p: DEL k n", "p: RPUSH l a b", "p: LPOP l", "p: LPOP l",
        "p: SADD s a", "p: SREM s a", "p: HSET h f v", "p: HDEL h f", "p: SELECT 3", "p: SET z 1", "p: RENAME z y",
        "p: COPY y x", "p: GETDEL x", "p: EXPIRE y -1", "p: MSET a 1 b 2", "p: SETRANGE a 3 x", "p: LPUSH l 1 2 3",
        "p: LTRIM l 0 0", "p: RPOPLPUSH l m", "p: MOVE m 4", "p: DEL nothing");

    [Theory]
    [InlineData("Kg", "p: SET k v")]
    [InlineData("El", "p: SET k v")]
    [InlineData("E$", "p: SET k v")]
    [InlineData("K", "p: SET k v")]
    [InlineData("A", "p: SET k v")]
    [InlineData("Eg", "p: DEL k")]
    public void Only_what_was_asked_for_is_published(string events, string step) => TalkComparison.Play(
        1, "p: SET k w", $"p: CONFIG SET notify-keyspace-events {events}", "s: PSUBSCRIBE *", step, "p: SET other x");

    [Fact]
    public void Missed_keys_are_told_when_asked_for() => TalkComparison.Play(
        1, "p: CONFIG SET notify-keyspace-events KEm", "s: PSUBSCRIBE *", "p: SET k v", "p: GET k", "p: GET no",
        "p: MGET k no nope", "p: HGET no f", "p: STRLEN no", "p: LRANGE no 0 -1");

    [Fact]
    public void New_keys_are_told_when_asked_for() => TalkComparison.Play(
        1, "p: CONFIG SET notify-keyspace-events En", "s: PSUBSCRIBE *", "p: SET k v", "p: SET k w", "p: RPUSH l a",
        "p: RPUSH l b", "p: MSET a 1 k 2 b 3", "p: INCR n", "p: SADD s x", "p: GET no");

    [Fact]
    public void A_key_that_expires_by_itself_is_told()
    {
        using var server = new LiveServer(loops: 2);
        using var talk = new Talk(server.EndPoint);
        talk.Play(
            "p: CONFIG SET notify-keyspace-events Ex", "s: SUBSCRIBE __keyevent@0__:expired", "p: SET k v PX 30");
        Assert.EndsWith("$1\r\nk\r\n", talk["s"].Reply());
    }

    [Fact]
    public void A_popped_key_of_a_parked_client_is_told_once() => TalkComparison.Play(
        2, "p: CONFIG SET notify-keyspace-events Kl", "s: PSUBSCRIBE *", "a! BLPOP k 0", "p: RPUSH k x");
}
