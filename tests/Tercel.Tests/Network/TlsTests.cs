using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tercel.Network;
using Xunit;
using static Tercel.Tests.Network.LoopTests;

namespace Tercel.Tests.Network;

public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-tls-").FullName;
    private readonly X509Certificate2 _authority = Authority("Tercel Test Authority");

    public static TheoryData<bool> Pollers => LoopTests.Pollers;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Lines_come_back_over_TLS_small_and_huge(bool portable)
    {
        using var server = Serve(portable, authority: false);
        using var client = Connect(server, SslProtocols.None, null);
        Assert.Equal("hello\n", Ask(client, "hello\n"));
        var text = new byte[5_000_001];
        for (var i = 0; i < text.Length; i++) text[i] = (byte)('a' + i % 23);
        text[^1] = (byte)'\n';
        var sending = new Thread(() => client.Write(text));
        sending.Start();
        var back = new byte[text.Length];
        client.ReadExactly(back);
        sending.Join();
        Assert.Equal(text, back);
        Assert.Null(server.Open.Values.Single().TlsClientSubject);
        EchoServer.Until(() => server.Group.BufferBytes == 0, "return of the buffers");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Versions_from_1_2_on_are_spoken(SslProtocols version)
    {
        using var server = Serve(portable: false, authority: false);
        using var client = Connect(server, version, null);
        Assert.Equal("hello\n", Ask(client, "hello\n"));
        Assert.Equal(version, client.SslProtocol);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_client_certificate_of_the_authority_is_let_in_and_its_subject_known(bool portable)
    {
        using var server = Serve(portable, authority: true);
        using var certificate = Leaf("alice", _authority);
        using var client = Connect(server, SslProtocols.None, certificate);
        Assert.Equal("hello\n", Ask(client, "hello\n"));
        Assert.Contains("CN=alice", server.Open.Values.Single().TlsClientSubject);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Clients_without_a_certificate_or_with_a_stranger_s_never_reach_the_handler(bool portable)
    {
        using var server = Serve(portable, authority: true);
        using var stranger = Authority("Somebody Else");
        using var certificate = Leaf("mallory", stranger);
        Assert.ThrowsAny<Exception>(() => Ask(Connect(server, SslProtocols.None, certificate), "hello\n"));
        Assert.ThrowsAny<Exception>(() => Ask(Connect(server, SslProtocols.None, null), "hello\n"));
        EchoServer.Until(() => server.Group.Connections.Open == 0);
        Assert.Equal(0, server.OpenedCount);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Plain_text_on_a_TLS_port_is_closed(bool portable)
    {
        using var server = Serve(portable, authority: false);
        using var client = server.Connect();
        SendAll(client, "PING\r\nPING\r\nPING\r\n"u8);
        ReadToEnd(client);
        EchoServer.Until(() => server.Group.Connections.Open == 0);
        Assert.Equal(0, server.OpenedCount);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_client_that_never_finishes_its_handshake_is_closed_after_the_time(bool portable)
    {
        using var server = Serve(portable, authority: false, TimeSpan.FromMilliseconds(200));
        using var client = server.Connect();
        SendAll(client, [0x16, 0x03, 0x01]);
        Assert.Empty(ReadToEnd(client));
        EchoServer.Until(() => server.Group.Connections.Open == 0);
    }

    [Theory, MemberData(nameof(Pollers))]
    public async Task The_end_of_a_TLS_connection_is_told_to_both_sides(bool portable)
    {
        using var server = Serve(portable, authority: false);
        using var client = Connect(server, SslProtocols.None, null);
        client.Write("big 2000000\nclose\n"u8);
        using var all = new MemoryStream();
        client.CopyTo(all);
        Assert.Equal(2_000_006, all.Length);
        using var second = Connect(server, SslProtocols.None, null);
        Ask(second, "hello\n");
        await second.ShutdownAsync();
        EchoServer.Until(() => server.ClosedCount == 2);
    }

    [Fact]
    public async Task A_storm_of_handshakes_does_not_keep_the_connected_from_being_served()
    {
        using var server = Serve(portable: false, authority: false);
        using var client = Connect(server, SslProtocols.None, null);
        var storm = Task.Run(() => Parallel.For(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 20 }, _ =>
        {
            using var other = Connect(server, SslProtocols.None, null);
            Assert.Equal("storm\n", Ask(other, "storm\n"));
        }));
        while (!storm.IsCompleted) Assert.Equal("calm\n", Ask(client, "calm\n"));
        await storm;
        Assert.Equal(101, server.OpenedCount);
    }

    [Fact]
    public void Missing_and_wrong_files_are_errors_that_name_the_file()
    {
        using var certificate = Leaf("localhost", _authority);
        var tls = Files(certificate);
        var missing = Assert.Throws<NetworkException>(() => Start(tls with { CertificateFile = _folder + "/no.pem" }));
        Assert.Contains("no.pem", missing.Message);
        Assert.Contains("does not exist", missing.Message);
        var wrong = Assert.Throws<NetworkException>(() => Start(tls with { KeyFile = tls.CertificateFile }));
        Assert.Contains("private key", wrong.Message);
        using var other = Leaf("other", _authority);
        File.WriteAllText(_folder + "/other.pem", other.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Throws<NetworkException>(() => Start(tls with { KeyFile = _folder + "/other.pem" }));

        static void Start(TlsOptions options) => new EchoServer(
            portable: false, null, new Listener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = options })
            .Dispose();
    }

    private EchoServer Serve(bool portable, bool authority, TimeSpan? handshakeTimeout = null)
    {
        using var certificate = Leaf("localhost", _authority);
        var tls = Files(certificate);
        if (authority) tls = tls with { ClientAuthorityFile = _folder + "/authority.pem" };
        return new EchoServer(
            portable,
            s => s.Options = s.Options with
            {
                TlsHandshakeTimeout = handshakeTimeout ?? s.Options.TlsHandshakeTimeout,
            },
            new Listener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls });
    }

    private TlsOptions Files(X509Certificate2 certificate)
    {
        File.WriteAllText(_folder + "/server.pem", certificate.ExportCertificatePem());
        File.WriteAllText(_folder + "/server.key", certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_folder + "/authority.pem", _authority.ExportCertificatePem());
        return new TlsOptions
        {
            CertificateFile = _folder + "/server.pem", KeyFile = _folder + "/server.key",
        };
    }

    private SslStream Connect(EchoServer server, SslProtocols version, X509Certificate2? certificate)
    {
        var stream = new SslStream(new NetworkStream(server.Connect(), ownsSocket: true));
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", EnabledSslProtocols = version,
            ClientCertificates = certificate is null ? null : [certificate],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        return stream;
    }

    private static string Ask(SslStream client, string line)
    {
        client.Write(Encoding.ASCII.GetBytes(line));
        var back = new byte[line.Length];
        client.ReadExactly(back);
        return Encoding.ASCII.GetString(back);
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Leaf(string name, X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var request = Request(name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1),
            RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, RSA key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
