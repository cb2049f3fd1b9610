using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Access;

/// <summary>Reads the words of ACL SETUSER and of user lines in files.</summary>
internal static class AccessRuleReader
{
    public const string UnknownCommand = "Unknown command or category name in ACL";
    private const string Syntax = "Syntax error";
    private const int PatternsMax = 1024;

    /// <summary>Applies the words in order to the rules; the error is null, or has the word and what is wrong with
    /// it.</summary>
    public static (string Word, string Why)? Apply(
        CommandTable table, IReadOnlyList<string> words, ref AccessRules rules)
    {
        foreach (var word in words)
            if (ApplyWord(table, word, ref rules) is { } why) return (word, why);
        return null;
    }

    /// <summary>Joins the words of selectors in parentheses; null and the word where one is not closed.</summary>
    public static IReadOnlyList<string>? Join(IReadOnlyList<string> words, out string? unmatched)
    {
        var joined = new List<string>();
        unmatched = null;
        StringBuilder? open = null;
        foreach (var word in words)
        {
            if (open is null && !word.StartsWith('('))
            {
                joined.Add(word);
                continue;
            }

            if (open is null) (open, unmatched) = (new StringBuilder(word), word);
            else open.Append(' ').Append(word);
            if (!word.EndsWith(')')) continue;
            joined.Add(open.ToString());
            (open, unmatched) = (null, null);
        }

        return unmatched is null ? joined : null;
    }

    private static string? ApplyWord(CommandTable table, string word, ref AccessRules rules)
    {
        switch (word.ToLowerInvariant())
        {
            case "on": rules = rules with { IsOn = true }; return null;
            case "off": rules = rules with { IsOn = false }; return null;
            case "nopass": rules = rules with { NoPassword = true, Passwords = [] }; return null;
            case "resetpass": rules = rules with { NoPassword = false, Passwords = [] }; return null;
            case "sanitize-payload": rules = rules with { SanitizePayload = true }; return null;
            case "skip-sanitize-payload": rules = rules with { SanitizePayload = false }; return null;
            case "clearselectors": rules = rules with { Selectors = [] }; return null;
            case "reset": rules = AccessRules.New with { SanitizePayload = true }; return null;
        }

        if (word.Length > 0 && word[0] is '>' or '#' or '<' or '!') return ApplyPassword(word, ref rules);
        if (word.StartsWith('(') && word.EndsWith(')')) return AddSelector(table, word[1..^1], ref rules);
        var root = rules.Root;
        var why = ApplySelectorWord(table, word, ref root);
        if (why is null) rules = rules with { Root = root };
        return why;
    }

    private static string? ApplyPassword(string word, ref AccessRules rules)
    {
        byte[] hash;
        if (word[0] is '>' or '<') hash = AccessRules.HashOf(word[1..]);
        else if (!TryReadHash(word[1..], out hash))
            return "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
        var others = rules.Passwords.Where(known => !known.AsSpan().SequenceEqual(hash)).ToList();
        if (word[0] is '>' or '#')
        {
            rules = rules with { NoPassword = false, Passwords = [.. others, hash] };
            return null;
        }

        if (others.Count == rules.Passwords.Count)
            return "The password you are trying to remove from the user does not exist";
        rules = rules with { Passwords = others };
        return null;
    }

    private static bool TryReadHash(string text, out byte[] hash)
    {
        hash = [];
        if (text.Length != AccessRules.PasswordHashBytes * 2 || text.Any(char.IsAsciiLetterUpper)) return false;
        hash = new byte[AccessRules.PasswordHashBytes];
        return Convert.FromHexString(text, hash, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private static string? AddSelector(CommandTable table, string text, ref AccessRules rules)
    {
        var selector = AccessSelector.None;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (ApplySelectorWord(table, word, ref selector) is { } why) return why;
        if (rules.Selectors.Count >= PatternsMax) return "Too many selectors";
        rules = rules with { Selectors = [.. rules.Selectors, selector] };
        return null;
    }

    private static string? ApplySelectorWord(CommandTable table, string word, ref AccessSelector selector)
    {
        switch (word.ToLowerInvariant())
        {
            case "allkeys" or "~*": selector = selector with { AllKeys = true, Keys = [] }; return null;
            case "resetkeys": selector = selector with { AllKeys = false, Keys = [] }; return null;
            case "allchannels" or "&*": selector = selector with { AllChannels = true, Channels = [] }; return null;
            case "resetchannels": selector = selector with { AllChannels = false, Channels = [] }; return null;
            case "allcommands": selector = CommandRuleSet.All(selector, allow: true); return null;
            case "nocommands": selector = CommandRuleSet.All(selector, allow: false); return null;
        }

        if (word.Length == 0) return Syntax;
        return word[0] switch
        {
            '+' or '-' => word.Length == 1 ? UnknownCommand : CommandRuleSet.Apply(table, word, ref selector),
            '~' => AddKeys(word[1..], KeyAccess.Both, ref selector),
            '%' => AddKeysByAccess(word, ref selector),
            '&' => AddChannel(word[1..], ref selector),
            _ => Syntax,
        };
    }

    private static string? AddKeysByAccess(string word, ref AccessSelector selector)
    {
        var tilde = word.IndexOf('~', StringComparison.Ordinal);
        var access = KeyAccess.None;
        for (var i = 1; i < tilde; i++)
        {
            var one = char.ToUpper(word[i], CultureInfo.InvariantCulture) switch
            {
                'R' => KeyAccess.Read,
                'W' => KeyAccess.Write,
                _ => KeyAccess.None,
            };
            if (one == KeyAccess.None || (access & one) != 0) return Syntax;
            access |= one;
        }

        return access == KeyAccess.None ? Syntax : AddKeys(word[(tilde + 1)..], access, ref selector);
    }

    private static string? AddKeys(string pattern, KeyAccess access, ref AccessSelector selector)
    {
        if (selector.AllKeys)
        {
            return "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any "
                + "effect. Try 'resetkeys' to start with an empty list of patterns";
        }

        var bytes = Encoding.UTF8.GetBytes(pattern);
        var others = selector.Keys.Where(known => !known.Pattern.AsSpan().SequenceEqual(bytes)).ToList();
        if (others.Count >= PatternsMax) return "Too many patterns";
        var before = selector.Keys.FirstOrDefault(known => known.Pattern.AsSpan().SequenceEqual(bytes)).Access;
        selector = selector with { Keys = [.. others, new KeyPattern(bytes, access | before)] };
        return null;
    }

    private static string? AddChannel(string pattern, ref AccessSelector selector)
    {
        if (selector.AllChannels)
        {
            return "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have "
                + "any effect. Try 'resetchannels' to start with an empty list of channels";
        }

        var bytes = Encoding.UTF8.GetBytes(pattern);
        if (selector.Channels.Any(known => known.AsSpan().SequenceEqual(bytes))) return null;
        if (selector.Channels.Count >= PatternsMax) return "Too many patterns";
        selector = selector with { Channels = [.. selector.Channels, bytes] };
        return null;
    }
}
