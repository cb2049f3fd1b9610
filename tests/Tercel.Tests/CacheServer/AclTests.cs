using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class AclTests : IDisposable
{
    private readonly CommandRunner _redis = new();

    [Fact]
    public void A_new_user_may_nothing()
    {
        Assert.Equal("+OK\r\n", _redis.Run("ACL SETUSER bob on >secret"));
        Assert.Equal("*2\r\n$97\r\nuser bob on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b "
            + "resetchannels -@all\r\n$34\r\nuser default on nopass ~* &* +@all\r\n", List());
        var bob = Login("bob", "secret");
        Assert.Equal("-NOPERM this user has no permissions to run the 'get' command\r\n", _redis.Run(bob, "GET a"));
    }

    [Theory]
    [InlineData("+get", "GET a1", true)]
    [InlineData("+get", "SET a1 1", false)]
    [InlineData("+@all -get", "GET a1", false)]
    [InlineData("+@string", "GET a1", true)]
    [InlineData("+@string -@write", "SET a1 1", false)]
    [InlineData("+@all -@dangerous", "CONFIG GET x", false)]
    [InlineData("+config|get", "CONFIG GET x", true)]
    [InlineData("+config|get", "CONFIG SET timeout 1", false)]
    [InlineData("+config -config|set", "CONFIG SET timeout 1", false)]
    [InlineData("+config -config|set", "CONFIG GET x", true)]
    [InlineData("-config|set +config", "CONFIG SET timeout 0", true)]
    [InlineData("+select|0", "SELECT 0", true)]
    [InlineData("+select|0", "SELECT 1", false)]
    [InlineData("+select|0 -select", "SELECT 0", false)]
    [InlineData("allcommands nocommands", "GET a1", false)]
    public void Command_rules_apply_in_their_order(string rules, string command, bool allowed)
    {
        Assert.Equal("+OK\r\n", _redis.Run($"ACL SETUSER bob on nopass ~* {rules}"));
        var reply = _redis.Run(Login("bob", ""), command);
        Assert.Equal(allowed, !reply.StartsWith("-NOPERM", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("~a*", "GET a1", true)]
    [InlineData("~a*", "GET b1", false)]
    [InlineData("~a*", "MGET a1 b1", false)]
    [InlineData("~a* ~b*", "MGET a1 b1", true)]
    [InlineData("%R~a*", "GET a1", true)]
    [InlineData("%R~a*", "SET a1 1", false)]
    [InlineData("%W~a*", "SET a1 1", true)]
    [InlineData("%W~a*", "SET a1 1 GET", false)]
    [InlineData("%W~a*", "GET a1", false)]
    [InlineData("%W~a*", "EXISTS a1", true)]
    [InlineData("%R~a* %W~b*", "COPY a1 b1", true)]
    [InlineData("%R~a* %W~b*", "COPY b1 a1", false)]
    [InlineData("%R~a* %W~a*", "INCR a1", true)]
    [InlineData("%W~a*", "INCR a1", false)]
    [InlineData("%W~a*", "APPEND a1 x", true)]
    [InlineData("%W~a*", "DEL a1", true)]
    [InlineData("%R~a*", "DEL a1", false)]
    [InlineData("allkeys resetkeys ~a*", "GET b1", false)]
    public void Keys_are_checked_by_how_they_are_used(string rules, string command, bool allowed)
    {
        Assert.Equal("+OK\r\n", _redis.Run($"ACL SETUSER bob on nopass +@all {rules}"));
        var reply = _redis.Run(Login("bob", ""), command);
        Assert.Equal(!allowed, reply.StartsWith(
            "-NOPERM this user has no permissions to access one of the keys used as arguments",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_selector_must_allow_the_whole_command()
    {
        _redis.Run("ACL SETUSER bob on nopass +get ~a* (+mget ~b*)");
        var bob = Login("bob", "");
        Assert.Equal("$-1\r\n", _redis.Run(bob, "GET a"));
        Assert.StartsWith("*1", _redis.Run(bob, "MGET b"), StringComparison.Ordinal);
        Assert.StartsWith("-NOPERM", _redis.Run(bob, "GET b"), StringComparison.Ordinal);
        Assert.StartsWith("-NOPERM", _redis.Run(bob, "MGET a"), StringComparison.Ordinal);
        _redis.Run("ACL SETUSER bob clearselectors");
        Assert.StartsWith("-NOPERM", _redis.Run(bob, "MGET b"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_change_for_sessions_that_are_logged_in()
    {
        _redis.Run("ACL SETUSER bob on nopass +get ~*");
        var bob = Login("bob", "");
        Assert.Equal("$-1\r\n", _redis.Run(bob, "GET a"));
        _redis.Run("ACL SETUSER bob -get");
        Assert.StartsWith("-NOPERM", _redis.Run(bob, "GET a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deleted_user_may_nothing_any_more()
    {
        _redis.Run("ACL SETUSER bob on nopass +@all ~* &*");
        var bob = Login("bob", "");
        Assert.Equal(":1\r\n", _redis.Run("ACL DELUSER bob nobody"));
        Assert.StartsWith("-NOPERM", _redis.Run(bob, "GET a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_rule_changes_nothing_and_shows_no_password()
    {
        Assert.Equal(
            "-ERR Error in ACL SETUSER modifier '<...': The password you are trying to remove from the user does not "
            + "exist\r\n",
            _redis.Run("ACL SETUSER bob on <secret"));
        Assert.Equal("*-1\r\n", _redis.Run("ACL GETUSER bob"));
    }

    [Fact]
    public void Passwords_are_added_and_removed()
    {
        _redis.Run("ACL SETUSER bob on >one >two +ping");
        Login("bob", "one");
        Login("bob", "two");
        _redis.Run("ACL SETUSER bob <one");
        Assert.StartsWith("-WRONGPASS", _redis.Run(_redis.Open(), "AUTH bob one"), StringComparison.Ordinal);
        _redis.Run("ACL SETUSER bob off");
        Assert.StartsWith("-WRONGPASS", _redis.Run(_redis.Open(), "AUTH bob two"), StringComparison.Ordinal);
    }

    [Fact]
    public void Guessing_is_slowed_down_and_a_right_password_works_again_later()
    {
        _redis.Run("ACL SETUSER bob on >right +ping");
        var guesser = _redis.Open();
        for (var i = 0; i < Tercel.Cache.Server.Access.LoginLimiter.FailuresMax; i++)
            Assert.StartsWith("-WRONGPASS", _redis.Run(guesser, $"AUTH bob {i}"), StringComparison.Ordinal);
        Assert.StartsWith(
            "-ERR too many failed logins", _redis.Run(guesser, "AUTH bob right"), StringComparison.Ordinal);
        _redis.Advance(100);
        Assert.Equal("+OK\r\n", _redis.Run(guesser, "AUTH bob right"));
    }

    [Fact]
    public void The_log_counts_equal_refusals_in_one_entry()
    {
        _redis.Run("ACL SETUSER bob on nopass +get ~a");
        var bob = Login("bob", "");
        for (var i = 0; i < 3; i++) _redis.Run(bob, "GET b");
        _redis.Run(bob, "SET a 1");
        var log = _redis.Run("ACL LOG");
        Assert.StartsWith(
            "*2\r\n*20\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$7\r\ncommand\r\n", log, StringComparison.Ordinal);
        Assert.Contains(
            "count\r\n:3\r\n$6\r\nreason\r\n$3\r\nkey\r\n$7\r\ncontext\r\n$8\r\ntoplevel\r\n"
            + "$6\r\nobject\r\n$1\r\nb\r\n",
            log, StringComparison.Ordinal);
        Assert.Equal("+OK\r\n", _redis.Run("ACL LOG RESET"));
        Assert.Equal("*0\r\n", _redis.Run("ACL LOG"));
    }

    [Fact]
    public void What_list_prints_makes_the_same_user()
    {
        _redis.Run("ACL SETUSER bob on >pw ~a* %R~b* &c* +@read -get +config|get (+set %W~x allchannels)");
        var line = _redis.Server.Access.Find("bob") is { } bob ? Tercel.Cache.Server.Access.AccessText.Line(bob) : "";
        _redis.Run("ACL SETUSER " + line.Replace("user bob", "eve", StringComparison.Ordinal));
        Assert.Equal(
            line,
            Tercel.Cache.Server.Access.AccessText.Line(_redis.Server.Access.Find("eve")!)
                .Replace("user eve", "user bob", StringComparison.Ordinal));
    }

    public void Dispose() => _redis.Dispose();

    private Tercel.Cache.Server.Sessions.Session Login(string name, string password)
    {
        var session = _redis.Open();
        Assert.Equal("+OK\r\n", _redis.Words(session, "AUTH", name, password));
        return session;
    }

    private string List() => _redis.Run("ACL LIST");
}
