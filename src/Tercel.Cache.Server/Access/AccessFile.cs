using System.Text;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Access;

/// <summary>The file of users: a line <c>user NAME RULES</c> for each.</summary>
internal static class AccessFile
{
    /// <summary>A line is not a user.</summary>
    public static readonly ErrorCode Mistake = new("settings", "user");

    private const int FileBytesMax = 16 * 1024 * 1024;

    /// <summary>Reads the server's file and puts its users in place of all; nothing changes when there is any
    /// mistake.</summary>
    public static IReadOnlyList<Error> Load(CacheServer server)
    {
        var path = server.Access.File ?? "";
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) return [new Error(Mistake, $"{path} is too large")];
            var lines = new List<UserLine>();
            var errors = new List<Error>();
            var text = File.ReadAllLines(path);
            for (var i = 0; i < text.Length; i++)
            {
                var line = text[i].Trim();
                if (line.Length == 0 || line[0] == '#') continue;
                var place = $"{path}:{i + 1}";
                if (!RedisWords.TrySplit(line, out var words) || words[0] != "user" || words.Count < 2)
                    errors.Add(new Error(Mistake, $"{place}: should start with user keyword followed by the username"));
                else lines.Add(new UserLine([.. words.Skip(1)], place));
            }

            return errors.Count > 0 ? errors : Load(server, lines, replace: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [new Error(Mistake, $"{path} cannot be read: {e.Message}")];
        }
    }

    /// <summary>Adds the users of these lines; none when there is any mistake.</summary>
    public static IReadOnlyList<Error> Load(CacheServer server, IReadOnlyList<UserLine> lines, bool replace = false)
    {
        var users = new Dictionary<string, AccessRules>(StringComparer.Ordinal);
        var errors = new List<Error>();
        foreach (var line in lines)
        {
            var name = line.Words.Count > 0 ? line.Words[0] : "";
            if (name.Length == 0) errors.Add(new Error(Mistake, $"{line.Place}: the name of the user is missing"));
            else if (users.ContainsKey(name)) errors.Add(new Error(Mistake, $"{line.Place}: duplicate user '{name}'"));
            else if (Read(server, line, out var rules) is { } why) errors.Add(new Error(Mistake, why));
            else users.Add(name, rules);
        }

        if (errors.Count > 0) return errors;
        if (replace) server.Access.Replace(users);
        else foreach (var (name, rules) in users) server.Access.Set(name, rules);
        return [];
    }

    /// <summary>Writes all users to the server's file, as a whole; null, or why not.</summary>
    public static string? Save(CacheServer server)
    {
        var path = server.Access.File ?? "";
        var text = new StringBuilder();
        foreach (var user in server.Access.Users()) text.Append(AccessText.Line(user)).Append('\n');
        try
        {
            var fresh = path + ".new";
            File.WriteAllText(fresh, text.ToString());
            File.Move(fresh, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static string? Read(CacheServer server, UserLine line, out AccessRules rules)
    {
        rules = AccessRules.New;
        if (AccessRuleReader.Join([.. line.Words.Skip(1)], out var unmatched) is not { } words)
            return $"{line.Place}: unmatched parenthesis in acl selector starting at '{unmatched}'";
        return AccessRuleReader.Apply(server.Commands, words, ref rules) is { } wrong
            ? $"{line.Place}: '{wrong.Word}': {wrong.Why}"
            : null;
    }
}
