using Xunit;

namespace Tercel.Tests.CacheServer.Memcached;

public sealed class MemcachedMetaTests : IDisposable
{
    private readonly MemcachedRunner _client = new();

    [Theory]
    [InlineData("mn\r\n", "MN\r\n")]
    [InlineData("mg a\r\nmg a q\r\nmg a k O1\r\n", "EN\r\nEN ka O1\r\n")]
    [InlineData("ms a 2\r\nab\r\nmg a\r\nmg a v k O7 s t f\r\n", "HD\r\nHD\r\nVA 2 ka O7 s2 t-1 f0\r\nab\r\n")]
    [InlineData("ms a 2 T30 F5 q\r\nab\r\nmg a t f\r\n", "HD t30 f5\r\n")]
    [InlineData("ms a 1 ME k\r\n1\r\nms a 1 ME k\r\n2\r\n", "HD ka\r\nNS ka\r\n")]
    [InlineData("ms a 1 MR\r\n1\r\n", "NS\r\n")]
    [InlineData("ms a 1\r\nb\r\nms a 1 MA\r\nc\r\nms a 1 MP\r\na\r\nmg a v\r\n", "HD\r\nHD\r\nHD\r\nVA 3\r\nabc\r\n")]
    [InlineData("ms a 1 C5\r\n1\r\n", "NF\r\n")]
    [InlineData("ms a 1\r\n1\r\nms a 1 C0 O3\r\n1\r\n", "HD\r\nEX O3\r\n")]
    [InlineData("ms a 2 MX\r\nab\r\n", "CLIENT_ERROR invalid mode for ms M token\r\n")]
    [InlineData("ms a 2 M\r\nab\r\n", "CLIENT_ERROR incorrect length for M token\r\n")]
    [InlineData("ms a x\r\n", "CLIENT_ERROR bad command line format\r\n")]
    [InlineData("mg a zz\r\n", "CLIENT_ERROR invalid flag\r\n")]
    [InlineData("mg a v v\r\n", "CLIENT_ERROR duplicate flag\r\n")]
    [InlineData("mg a Nx\r\n", "CLIENT_ERROR bad token in command line format\r\n")]
    [InlineData("md a k\r\nms a 1\r\n1\r\nmd a q\r\nmd a q O1\r\n", "NF ka\r\nHD\r\nNF O1\r\n")]
    [InlineData("md a C1 C1\r\n", "CLIENT_ERROR invalid or duplicate flag\r\n")]
    [InlineData("ma n\r\nma n N0 J5 v t\r\nma n D3 v\r\nma n MD D100 v\r\n",
        "NF\r\nVA 1 t-1\r\n5\r\nVA 1\r\n8\r\nVA 1\r\n0\r\n")]
    [InlineData("ma n MX\r\n", "CLIENT_ERROR invalid mode for ma M token\r\n")]
    [InlineData("me\r\nme a\r\n", "CLIENT_ERROR bad command line format\r\nEN\r\n")]
    public void A_script_gets_these_replies(string script, string replies) =>
        Assert.Equal(replies, _client.Run(script));

    [Fact]
    public void An_opaque_token_has_at_most_31_bytes()
    {
        Assert.Equal($"EN O{new string('o', 31)}\r\n", _client.Run($"mg a O{new string('o', 31)}\r\n"));
        Assert.Equal("CLIENT_ERROR opaque token too long\r\n", _client.Run($"mg a O{new string('o', 32)}\r\n"));
    }

    [Fact]
    public void A_binary_key_travels_as_base64()
    {
        Assert.Equal("HD kAAEgDQo= b\r\n", _client.Run("ms AAEgDQo= 2 b k\r\nab\r\n"));
        Assert.Equal("$2\r\nab\r\n", _client.Redis.Words("GET", "\0\x1 \r\n"));
        Assert.Equal("VA 2 kAAEgDQo= b\r\nab\r\n", _client.Run("mg AAEgDQo= b k v\r\n"));
        Assert.Equal("CLIENT_ERROR error decoding key\r\n", _client.Run("mg Z b\r\n"));
        Assert.Equal("HD\r\n", _client.Run("md AAEgDQo= b\r\n"));
    }

    [Fact]
    public void A_miss_with_N_makes_a_place_and_one_winner()
    {
        Assert.Equal("VA 0 t30 W\r\n\r\n", _client.Run("mg a N30 v t\r\n"));
        Assert.Equal("VA 0 Z\r\n\r\n", _client.Run("mg a N30 v\r\n"));
        Assert.Equal("HD\r\nVA 2\r\nhi\r\n", _client.Run("ms a 2\r\nhi\r\nmg a N30 v\r\n"));
    }

    [Fact]
    public void R_asks_one_client_to_renew_what_ends_soon()
    {
        _client.Run("ms a 2 T30\r\nhi\r\n");
        Assert.Equal("VA 2\r\nhi\r\n", _client.Run("mg a R30 v\r\n"));
        Assert.Equal("VA 2 W\r\nhi\r\n", _client.Run("mg a R31 v\r\n"));
        Assert.Equal("VA 2 Z\r\nhi\r\n", _client.Run("mg a R31 v\r\n"));
    }

    [Fact]
    public void An_invalidated_item_is_served_as_stale_and_asks_one_client_to_renew_it()
    {
        _client.Run("ms a 2\r\nhi\r\n");
        Assert.Equal("HD\r\n", _client.Run("md a I T30\r\n"));
        Assert.Equal("VA 2 t30 X W\r\nhi\r\n", _client.Run("mg a v t\r\n"));
        Assert.Equal("VA 2 Z X\r\nhi\r\n", _client.Run("mg a v\r\n"));
        Assert.Equal("HD\r\nVA 3\r\nnew\r\n", _client.Run("ms a 3\r\nnew\r\nmg a v\r\n"));
    }

    [Fact]
    public void With_I_an_answer_that_comes_too_late_is_stored_as_stale()
    {
        _client.Run("ms a 1\r\n1\r\n");
        var old = Unique("a");
        _client.Run("md a I\r\n");
        Assert.Equal("EX\r\n", _client.Run($"ms a 1 C{old}\r\n2\r\n"));
        Assert.Equal("HD\r\n", _client.Run($"ms a 1 C{old} I\r\n2\r\n"));
        Assert.Equal("VA 1 X W\r\n2\r\n", _client.Run("mg a v\r\n"));
        Assert.Equal("HD\r\n", _client.Run($"ms a 1 C{Unique("a")}\r\n3\r\n"));
        Assert.Equal("VA 1\r\n3\r\n", _client.Run("mg a v\r\n"));
    }

    [Fact]
    public void A_new_number_comes_with_every_change()
    {
        _client.Run("ms a 1\r\n1\r\n");
        var numbers = new List<ulong>();
        foreach (var change in new[] { "", "ma a\r\n", "ms a 1\r\n7\r\n", "ms a 1 MA\r\n8\r\n", "md a I\r\n" })
        {
            _client.Run(change);
            numbers.Add(Unique("a"));
        }

        Assert.Equal(numbers.Distinct().Order(), numbers);
    }

    [Fact]
    public void H_tells_whether_somebody_has_read_it()
    {
        _client.Run("ms a 1\r\n1\r\n");
        Assert.Equal("HD h0\r\n", _client.Run("mg a u h\r\n"));
        Assert.Equal("HD h0\r\nHD h1\r\n", _client.Run("mg a h\r\nmg a h\r\n"));
    }

    public void Dispose() => _client.Dispose();

    private ulong Unique(string key) => ulong.Parse(
        _client.Run($"mg {key} c\r\n").Split(' ', '\r')[1][1..], System.Globalization.CultureInfo.InvariantCulture);
}
