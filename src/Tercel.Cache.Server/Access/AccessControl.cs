using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Commands.Connection;
using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>Who may do what: users with passwords, and the check of each command.</summary>
/// <remarks>Thread: any; changes are made under a lock and seen by every loop with its next command. The dispatcher
/// asks <see cref="Check"/> only for users who are not <see cref="AccessUser.MayEverything"/>.</remarks>
internal sealed class AccessControl
{
    public const string DefaultName = "default";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, AccessUser> _users = new(StringComparer.Ordinal);

    public AccessControl(LiveSettings live)
    {
        Default = new AccessUser(DefaultName, AccessRules.Open);
        _users.Add(DefaultName, Default);
        Log = new AccessLog(live);
    }

    /// <summary>The user of connections that have not said who they are.</summary>
    public AccessUser Default { get; }

    /// <summary>The file of users, or null.</summary>
    public string? File { get; set; }

    /// <summary>Slows down guessing.</summary>
    public LoginLimiter Logins { get; } = new();

    /// <summary>What was refused lately.</summary>
    public AccessLog Log { get; }

    /// <summary>The user of a new connection: the default one when it needs no password, else nobody yet (null): only
    /// <see cref="CommandFlags.NoAuth"/> commands are then run, others get NOAUTH.</summary>
    public AccessUser? FirstUser => Default.Rules is { IsOn: true, NoPassword: true } ? Default : null;

    /// <summary>Whether a password is asked for at all; AUTH with one argument says so when not.</summary>
    public bool DefaultNeedsPassword => !Default.Rules.NoPassword;

    /// <summary>The user of that name with that password; null (and an entry in ACL LOG, made by the caller with
    /// <see cref="AccessLog.Add"/>) when either is wrong.</summary>
    public AccessUser? Authenticate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        // An unknown name costs as much as a wrong password.
        var user = Find(Encoding.UTF8.GetString(name));
        return (user?.Rules ?? AccessRules.New with { IsOn = true }).Accepts(password) ? user : null;
    }

    /// <summary>Whether the user may run the command with these arguments.</summary>
    /// <param name="rules">The rules of the session's user.</param>
    /// <param name="info">The command, or the subcommand when there is one.</param>
    /// <param name="args">All its words.</param>
    /// <param name="culprit">The index of the argument that was refused.</param>
    public static AccessDenial Check(AccessRules rules, CommandInfo info, in CommandArgs args, out int culprit)
    {
        var denial = AccessCheck.Check(rules.Root, info, args, out culprit);
        if (denial == AccessDenial.None || (info.Flags & CommandFlags.NoAuth) != 0) return AccessDenial.None;
        foreach (var selector in rules.Selectors)
        {
            var other = AccessCheck.Check(selector, info, args, out var otherCulprit);
            if (other == AccessDenial.None) return AccessDenial.None;
            // The refusal that came furthest is the one worth telling.
            if (other < denial || (other == denial && otherCulprit <= culprit)) continue;
            (denial, culprit) = (other, otherCulprit);
        }

        return denial;
    }

    /// <summary>Keeps a refused command in the log.</summary>
    public void Denied(
        Session session, CommandInfo info, ReadOnlySpan<byte> culprit, AccessDenial denial, long nowMs)
    {
        var what = denial == AccessDenial.Command ? info.FullName : Encoding.UTF8.GetString(culprit);
        var context = session.Transaction is null ? "toplevel" : "multi";
        Log.Add(
            new AccessRefusal(denial, context, what, session.User?.Name ?? "", ClientLine.Of(session, nowMs)), nowMs);
    }

    public AccessUser? Find(string name)
    {
        lock (_lock) return _users.GetValueOrDefault(name);
    }

    /// <summary>All users by name.</summary>
    public IReadOnlyList<AccessUser> Users()
    {
        lock (_lock) return [.. _users.Values];
    }

    /// <summary>Gives a user new rules, and makes it when there is none of that name.</summary>
    public AccessUser Set(string name, AccessRules rules)
    {
        lock (_lock)
        {
            if (_users.TryGetValue(name, out var user)) user.Rules = rules;
            else _users.Add(name, user = new AccessUser(name, rules));
            return user;
        }
    }

    /// <summary><c>requirepass</c>: the only password of the default user from now on; empty = it needs none.</summary>
    public void SetDefaultPassword(string password)
    {
        var rules = Default.Rules;
        Set(DefaultName, password.Length == 0
            ? rules with { NoPassword = true, Passwords = [] }
            : rules with { NoPassword = false, Passwords = [AccessRules.HashOf(password)] });
    }

    /// <summary>Removes a user; its sessions find their rules deleted. False when there is none of that name.</summary>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            if (!_users.Remove(name, out var user)) return false;
            user.Rules = AccessRules.New with { IsDeleted = true };
            return true;
        }
    }

    /// <summary>Puts other users in place of all there are; the default user keeps its connections.</summary>
    public void Replace(IReadOnlyDictionary<string, AccessRules> users)
    {
        lock (_lock)
        {
            foreach (var name in _users.Keys.Where(name => !users.ContainsKey(name)).ToList())
            {
                if (name == DefaultName) Default.Rules = AccessRules.Open;
                else Remove(name);
            }

            foreach (var (name, rules) in users) Set(name, rules);
        }
    }
}
