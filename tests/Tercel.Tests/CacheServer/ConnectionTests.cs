using System.Text;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Sessions;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class ConnectionTests : IDisposable
{
    private const string NoAuth = "-NOAUTH Authentication required.\r\n";
    private const string WrongPassword = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    private readonly CommandRunner _runner = new();

    // What a real redis-server 7.0 answers (CLIENT SETINFO and NO-TOUCH: 7.2).
    [Theory]
    [InlineData("AUTH a", "-ERR AUTH <password> called without any password configured for the default user. "
        + "Are you sure your configuration is correct?\r\n")]
    [InlineData("AUTH a b", WrongPassword)]
    [InlineData("AUTH a b c", "-ERR syntax error\r\n")]
    [InlineData("HELLO 3 AUTH a", "-ERR Syntax error in HELLO option 'AUTH'\r\n")]
    [InlineData("HELLO 3 SETNAME", "-ERR Syntax error in HELLO option 'SETNAME'\r\n")]
    [InlineData("HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'\r\n")]
    [InlineData("HELLO 2 SETNAME \"a b\"",
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n")]
    [InlineData("CLIENT", "-ERR wrong number of arguments for 'client' command\r\n")]
    [InlineData("CLIENT NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n")]
    [InlineData("CLIENT REPLY", "-ERR wrong number of arguments for 'client|reply' command\r\n")]
    [InlineData("CLIENT REPLY foo", "-ERR syntax error\r\n")]
    [InlineData("CLIENT SETNAME \"a b\"",
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n")]
    [InlineData("CLIENT GETNAME", "$-1\r\n")]
    [InlineData("CLIENT ID", ":1\r\n")]
    [InlineData("CLIENT LIST TYPE foo", "-ERR Unknown client type 'foo'\r\n")]
    [InlineData("CLIENT LIST ID 1 2", "$0\r\n\r\n")]
    [InlineData("CLIENT LIST ID x", "-ERR Invalid client ID\r\n")]
    [InlineData("CLIENT LIST FOO", "-ERR syntax error\r\n")]
    [InlineData("CLIENT KILL", "-ERR wrong number of arguments for 'client|kill' command\r\n")]
    [InlineData("CLIENT KILL 1.2.3.4:5", "-ERR No such client\r\n")]
    [InlineData("CLIENT KILL ID 999", ":0\r\n")]
    [InlineData("CLIENT KILL ID x", "-ERR client-id should be greater than 0\r\n")]
    [InlineData("CLIENT KILL FOO 1", "-ERR syntax error\r\n")]
    [InlineData("CLIENT KILL TYPE x", "-ERR Unknown client type 'x'\r\n")]
    [InlineData("CLIENT KILL ADDR 1:1 SKIPME foo", "-ERR syntax error\r\n")]
    [InlineData("CLIENT KILL USER nosuch", "-ERR No such user 'nosuch'\r\n")]
    [InlineData("CLIENT PAUSE x", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("CLIENT PAUSE 1 FOO", "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n")]
    [InlineData("CLIENT PAUSE -1", "-ERR timeout is negative\r\n")]
    [InlineData("CLIENT UNPAUSE", "+OK\r\n")]
    [InlineData("CLIENT NO-EVICT x", "-ERR syntax error\r\n")]
    [InlineData("CLIENT NO-EVICT on", "+OK\r\n")]
    [InlineData("CLIENT NO-TOUCH on", "+OK\r\n")]
    [InlineData("CLIENT SETINFO lib-name a", "+OK\r\n")]
    [InlineData("CLIENT SETINFO foo a", "-ERR Unrecognized option 'foo'\r\n")]
    [InlineData("CLIENT SETINFO lib-ver \"a b\"",
        "-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n")]
    [InlineData("RESET", "+RESET\r\n")]
    [InlineData("WAIT 0 0", ":0\r\n")]
    [InlineData("WAIT a b", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("WAIT 0 -1", "-ERR timeout is negative\r\n")]
    [InlineData("READONLY", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("CLUSTER SLOTS", "-ERR This instance has cluster support disabled\r\n")]
    [InlineData("XADD s * a 1", "-ERR XADD is not supported by Tercel Cache yet (streams)\r\n")]
    [InlineData("eval \"return 1\" 0", "-ERR EVAL is not supported by Tercel Cache yet (scripting)\r\n")]
    public void A_connection_command_is_answered_as_Redis_answers(string command, string reply) =>
        Assert.Equal(reply, _runner.Run(command));

    [Fact]
    public void A_name_is_kept_shown_and_taken_back()
    {
        Assert.Equal("+OK\r\n", _runner.Run("CLIENT SETNAME me"));
        Assert.Equal("$2\r\nme\r\n", _runner.Run("CLIENT GETNAME"));
        Assert.Contains(" name=me ", _runner.Run("CLIENT INFO"));
        Assert.Equal("+OK\r\n", _runner.Run("CLIENT SETNAME \"\""));
        Assert.Equal("$-1\r\n", _runner.Run("CLIENT GETNAME"));
        Assert.Null(_runner.Main.Profile);
    }

    [Fact]
    public void Replies_off_on_and_skipped_once()
    {
        Assert.Equal("", _runner.Run("CLIENT REPLY SKIP"));
        Assert.Equal("", _runner.Run("PING"));
        Assert.Equal("+PONG\r\n", _runner.Run("PING"));
        Assert.Equal("", _runner.Run("CLIENT REPLY OFF"));
        Assert.Equal("", _runner.Run("SET a 1"));
        Assert.Equal("", _runner.Run("NOSUCH"));
        Assert.Equal("+OK\r\n", _runner.Run("CLIENT REPLY ON"));
        Assert.Equal("$1\r\n1\r\n", _runner.Run("GET a"));
    }

    [Fact]
    public void With_a_password_nothing_but_AUTH_HELLO_QUIT_and_RESET_runs_first()
    {
        var session = Stranger();
        Assert.Equal(NoAuth, _runner.Run(session, "PING"));
        Assert.Equal(NoAuth, _runner.Run(session, "GET a"));
        Assert.StartsWith("-NOAUTH HELLO must be called", _runner.Run(session, "HELLO 3"));
        Assert.Equal(WrongPassword, _runner.Run(session, "AUTH wrong"));
        Assert.Equal(WrongPassword, _runner.Run(session, "HELLO 3 AUTH default wrong"));
        Assert.False(session.IsResp3);
        Assert.StartsWith("%7\r\n", _runner.Run(session, "HELLO 3 AUTH default secret SETNAME me"));
        Assert.Equal("+PONG\r\n", _runner.Run(session, "PING"));
        Assert.Equal("$2\r\nme\r\n", _runner.Run(session, "CLIENT GETNAME"));
        Assert.Equal("+RESET\r\n", _runner.Run(session, "RESET"));
        Assert.Equal(NoAuth, _runner.Run(session, "PING"));
        Assert.Equal("+OK\r\n", _runner.Run(session, "AUTH secret"));
    }

    [Fact]
    public void A_wrong_login_stands_in_the_log_of_refusals()
    {
        _runner.Run(Stranger(), "AUTH wrong");
        Assert.Equal(AccessDenial.Login, Assert.Single(_runner.Server.Access.Log.Newest(10)).Refusal.Denial);
    }

    [Fact]
    public void Reset_brings_a_session_back_to_its_beginning()
    {
        foreach (var command in new[] { "HELLO 3", "SELECT 3", "CLIENT SETNAME me", "WATCH a", "MULTI" })
            _runner.Run(command);
        Assert.Equal("+RESET\r\n", _runner.Run("RESET"));
        Assert.Equal((0, false, null), (_runner.Main.Database, _runner.Main.IsResp3, _runner.Main.Transaction));
        Assert.Equal(SessionStates.None, _runner.Main.States);
        Assert.False(_runner.Server.Watches.IsUsed);
    }

    [Fact]
    public void A_RESP2_subscriber_may_only_subscribe_ping_and_leave()
    {
        _runner.Main.SubscriptionCount = 1;
        Assert.Equal(
            "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
            + "this context\r\n", _runner.Run("GET a"));
        Assert.Equal("*2\r\n$4\r\npong\r\n$1\r\nx\r\n", _runner.Run("PING x"));
        _runner.Main.IsResp3 = true;
        Assert.Equal("_\r\n", _runner.Run("GET a"));
    }

    public void Dispose() => _runner.Dispose();

    private Session Stranger()
    {
        var rules = AccessRules.Open with
        {
            NoPassword = false,
            Passwords = [System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("secret"))],
        };
        _runner.Server.Access.Set("default", rules);
        return _runner.Open();
    }
}
