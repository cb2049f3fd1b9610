using System.Diagnostics;
using Xunit;

namespace Tercel.Tests.CacheServer.SingleFlight;

/// <summary>Many clients over sockets, on two loops.</summary>
public sealed class SingleFlightLiveTests : IDisposable
{
    private const int Clients = 100;
    private const string Nil = "$-1\r\n";
    private const string Value = "$5\r\nfresh\r\n";

    private readonly LiveServer _server = new(loops: 2);
    private readonly List<RawClient> _clients = [];

    public SingleFlightLiveTests()
    {
        for (var i = 0; i < Clients; i++) _clients.Add(_server.Connect());
    }

    [Fact]
    public void Of_a_hundred_clients_that_miss_a_key_one_refills_and_the_others_are_served()
    {
        Ask(_clients[0], "POLICY SET page:* swr=10s lease=10s wait=10s\n", "+OK\r\n");
        foreach (var client in _clients) client.Send("GET page:1\n");
        var leader = FirstWithReply();
        Assert.Equal(Nil, leader.Read(Nil.Length));
        WaitUntil(() => _server.Server.Blocking.Count == Clients - 1);
        Ask(leader, "SET page:1 fresh EX 60\n", "+OK\r\n");
        foreach (var client in _clients.Where(c => c != leader)) Assert.Equal(Value, client.Read(Value.Length));
        Assert.Equal(0, _server.Server.Blocking.Count);
        Assert.Empty(_server.Failures);
    }

    [Fact]
    public void Those_who_wait_get_nil_when_nobody_refills_in_time()
    {
        Ask(_clients[0], "POLICY SET page:* lease=10s wait=200ms\n", "+OK\r\n");
        foreach (var client in _clients) client.Send("GET page:1\n");
        foreach (var client in _clients) Assert.Equal(Nil, client.Read(Nil.Length));
        Ask(_clients[1], "PING\n", "+PONG\r\n");
        Assert.Empty(_server.Failures);
    }

    [Fact]
    public void Of_a_hundred_clients_that_find_a_stale_value_one_gets_nil_and_the_others_the_old_one()
    {
        Ask(_clients[0], "SET k fresh PX 20 PSWR 60000\n", "+OK\r\n");
        WaitUntil(Stale);
        foreach (var client in _clients) client.Send("GET k\n");
        var nils = 0;
        foreach (var client in _clients)
        {
            if (client.Read(Nil.Length) == Nil) nils++;
            else Assert.Equal(Value[Nil.Length..], client.Read(Value.Length - Nil.Length));
        }

        Assert.Equal(1, nils);
    }

    [Fact]
    public void When_the_one_who_refills_disconnects_the_next_who_asks_does_it()
    {
        Ask(_clients[0], "POLICY SET page:* lease=60s\n", "+OK\r\n");
        Ask(_clients[1], "GET page:1\n", Nil);
        Assert.Equal(1, _server.Server.Leases.Count);
        _clients[1].Dispose();
        WaitUntil(() => _server.Server.Leases.Count == 0);
        Assert.Contains("lease\r\n$1", _clients[2].Ask("GETL page:1\n", new string('x', 50)));
    }

    [Fact]
    public void A_connection_never_waits_for_itself()
    {
        Ask(_clients[0], "POLICY SET page:* lease=60s wait=60s\n", "+OK\r\n");
        Ask(_clients[0], "GET page:1\nGET page:1\nSET page:1 fresh\nGET page:1\n", Nil + Nil + "+OK\r\n" + Value);
    }

    [Fact]
    public void Clients_that_track_keys_are_told_of_an_invalidated_tag_once()
    {
        var client = _clients[0];
        client.Send("HELLO 3\n");
        WaitUntil(() => client.Socket.Available > 0);
        client.Read(client.Socket.Available);
        Ask(client, "CLIENT TRACKING ON\n", "+OK\r\n");
        Ask(client, "SET k v TAGS 1 red\nSET l w TAGS 1 red\n", "+OK\r\n+OK\r\n");
        Ask(client, "GET k\nGET l\n", "$1\r\nv\r\n$1\r\nw\r\n");
        Ask(_clients[1], "TAG.INVALIDATE red\n", ":1\r\n");
        const string Push = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
        Assert.Equal(Push, client.Read(Push.Length));
        Ask(client, "GET k\n", "_\r\n");
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        _server.Dispose();
    }

    private static void Ask(RawClient client, string command, string reply) =>
        Assert.Equal(reply, client.Ask(command, reply));

    private RawClient FirstWithReply()
    {
        RawClient? first = null;
        WaitUntil(() => (first = _clients.Find(c => c.Socket.Available > 0)) is not null);
        return first ?? throw new InvalidOperationException("nobody was answered");
    }

    private bool Stale()
    {
        _clients[0].Send("PTTL k\n");
        WaitUntil(() => _clients[0].Socket.Available > 3);
        return _clients[0].Read(_clients[0].Socket.Available) == ":0\r\n";
    }

    private static void WaitUntil(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        var spinner = new SpinWait();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < 10, "waited for too long");
            spinner.SpinOnce();
        }
    }
}
