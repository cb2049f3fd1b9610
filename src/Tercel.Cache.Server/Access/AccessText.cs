using System.Text;

namespace Tercel.Cache.Server.Access;

/// <summary>Users and rules as text that <see cref="AccessRuleReader"/> reads back.</summary>
internal static class AccessText
{
    /// <summary>A line of ACL LIST and of a file: <c>user NAME RULES</c>.</summary>
    public static string Line(AccessUser user)
    {
        var rules = user.Rules;
        var words = new List<string> { "user", user.Name };
        words.AddRange(Flags(rules));
        words.AddRange(rules.Passwords.Select(static hash => "#" + Convert.ToHexStringLower(hash)));
        words.Add(Selector(rules.Root));
        words.AddRange(rules.Selectors.Select(static selector => $"({Selector(selector)})"));
        return string.Join(' ', words);
    }

    /// <summary>The flags of ACL GETUSER.</summary>
    public static IEnumerable<string> Flags(AccessRules rules)
    {
        yield return rules.IsOn ? "on" : "off";
        if (rules.NoPassword) yield return "nopass";
        if (rules.SanitizePayload is { } sanitize) yield return sanitize ? "sanitize-payload" : "skip-sanitize-payload";
    }

    public static string Commands(AccessSelector selector) =>
        string.Join(' ', selector.CommandRules.Prepend(selector.AllCommands ? "+@all" : "-@all"));

    public static string Keys(AccessSelector selector) =>
        selector.AllKeys ? "~*" : string.Join(' ', selector.Keys.Select(Key));

    public static string Channels(AccessSelector selector) => selector.AllChannels
        ? "&*"
        : string.Join(' ', selector.Channels.Select(static channel => "&" + Encoding.UTF8.GetString(channel)));

    private static string Selector(AccessSelector selector)
    {
        var keys = Keys(selector);
        var channels = Channels(selector);
        if (!selector.AllChannels) channels = channels.Length == 0 ? "resetchannels" : "resetchannels " + channels;
        return $"{keys}{(keys.Length > 0 ? " " : "")}{channels} {Commands(selector)}";
    }

    private static string Key(KeyPattern key) => key.Access switch
    {
        KeyAccess.Read => "%R~",
        KeyAccess.Write => "%W~",
        _ => "~",
    } + Encoding.UTF8.GetString(key.Pattern);
}
