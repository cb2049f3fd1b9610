using System.Text;
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>Which clients CLIENT KILL means.</summary>
internal sealed class ClientFilter
{
    private long _id;
    private long _ageMin;
    private string? _address;
    private string? _localAddress;
    private string? _type;
    private AccessUser? _user;

    /// <summary>The caller's own connection stays.</summary>
    public bool SkipsCaller { get; private set; } = true;

    /// <summary>Reads the filters; on a mistake the reply says so and the result is null.</summary>
    public static ClientFilter? Read(ref CommandContext c)
    {
        var filter = new ClientFilter();
        for (var i = 2; i < c.Args.Count; i += 2)
        {
            if (i + 1 >= c.Args.Count)
            {
                c.Reply.Syntax();
                return null;
            }

            if (!filter.TryAdd(ref c, c.Args[i], c.Args[i + 1])) return null;
        }

        return filter;
    }

    /// <summary>A kind of client that CLIENT knows; there are no replicas yet.</summary>
    public static bool IsType(string name) => name is "normal" or "master" or "replica" or "slave" or "pubsub";

    public static string TypeOf(Session session) => session.Has(SessionStates.Subscribed) ? "pubsub" : "normal";

    public bool Matches(Session session, long nowMs) =>
        (_id == 0 || session.Id == _id)
        && (_address is null || ClientLine.AddressOf(session) == _address)
        && (_localAddress is null || ClientLine.LocalAddressOf(session) == _localAddress)
        && (_user is null || session.User == _user)
        && (_type is null || TypeOf(session) == _type)
        && (_ageMin == 0 || (nowMs - session.CreatedMs) / 1000 >= _ageMin);

    private bool TryAdd(ref CommandContext c, ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        if (option.Is("id"u8)) return TryNumber(ref c, value, "ERR client-id should be greater than 0"u8, out _id);
        if (option.Is("maxage"u8)) return TryNumber(ref c, value, "ERR maxage should be greater than 0"u8, out _ageMin);
        var text = Encoding.UTF8.GetString(value);
        if (option.Is("type"u8)) return TryType(ref c, text);
        if (option.Is("user"u8)) return TryUser(ref c, text);
        if (option.Is("addr"u8)) _address = text;
        else if (option.Is("laddr"u8)) _localAddress = text;
        else if (option.Is("skipme"u8) && (value.Is("yes"u8) || value.Is("no"u8))) SkipsCaller = value.Is("yes"u8);
        else
        {
            c.Reply.Syntax();
            return false;
        }

        return true;
    }

    private static bool TryNumber(
        ref CommandContext c, ReadOnlySpan<byte> value, ReadOnlySpan<byte> error, out long number)
    {
        if (RespNumber.TryInteger(value, out number) && number > 0) return true;
        c.Reply.Error(error);
        return false;
    }

    private bool TryType(ref CommandContext c, string text)
    {
        var type = text.ToLowerInvariant();
        if (!IsType(type))
        {
            c.Reply.ErrorText($"ERR Unknown client type '{text}'");
            return false;
        }

        _type = type == "slave" ? "replica" : type;
        return true;
    }

    private bool TryUser(ref CommandContext c, string text)
    {
        _user = c.Server.Access.Find(text);
        if (_user is not null) return true;
        c.Reply.ErrorText($"ERR No such user '{text}'");
        return false;
    }
}
