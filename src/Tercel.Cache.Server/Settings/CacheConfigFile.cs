using Tercel.Chassis.Configuration;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Settings;

/// <summary>What a configuration file in Redis' form holds.</summary>
internal sealed class CacheConfigFile
{
    private const int FileBytesMax = 4 * 1024 * 1024;
    private const int IncludeDepthMax = 8;

    private readonly SettingsSchema _schema;
    private readonly List<SettingText> _values = [];
    private readonly List<Error> _errors = [];
    private readonly List<string> _ignored = [];
    private readonly List<UserLine> _users = [];

    private CacheConfigFile(SettingsSchema schema) => _schema = schema;

    /// <summary>The settings, and what was wrong.</summary>
    public SettingsSource Source => new(_values, _errors);

    /// <summary>Names of settings that Redis has and this server does not need.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>The lines <c>user NAME RULES</c>.</summary>
    public IReadOnlyList<UserLine> Users => _users;

    /// <summary>Reads a file: a line is <c>name value</c>, <c>#</c> begins a comment line, <c>include FILE</c> reads
    /// another one; <c>save</c> and <c>client-output-buffer-limit</c> may stand several times.</summary>
    /// <remarks>A name with a dot is a setting of the chassis, such as <c>log.level</c>. A file whose name ends in
    /// <c>.json</c> has the JSON form of all Tercel programs instead.</remarks>
    public static CacheConfigFile Read(string path, SettingsSchema schema)
    {
        var file = new CacheConfigFile(schema);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var source = JsonSource.ReadFile(path);
            file._values.AddRange(source.Values);
            file._errors.AddRange(source.Errors);
        }
        else
        {
            file.ReadFile(path, depth: 0);
        }

        return file;
    }

    /// <summary>Reads the lines of a text; for tests.</summary>
    public static CacheConfigFile Parse(string text, SettingsSchema schema)
    {
        var file = new CacheConfigFile(schema);
        file.ReadLines(text.Split('\n'), "text", depth: 0);
        return file;
    }

    private void ReadFile(string path, int depth)
    {
        if (depth > IncludeDepthMax)
        {
            Fail(SettingsErrors.MalformedFile, $"{path}: files include each other more than {IncludeDepthMax} deep");
            return;
        }

        try
        {
            if (new FileInfo(path).Length <= FileBytesMax) ReadLines(File.ReadAllLines(path), path, depth);
            else Fail(SettingsErrors.UnreadableFile, $"{path} is larger than {ByteSize.Format(FileBytesMax)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Fail(SettingsErrors.UnreadableFile, $"{path} cannot be read: {e.Message}");
        }
    }

    private void ReadLines(string[] lines, string name, int depth)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var place = $"{name}:{i + 1}";
            if (!RedisWords.TrySplit(line, out var words))
                Fail(SettingsErrors.MalformedFile, $"{place}: unbalanced quotes");
            else if (words[0].Equals("include", StringComparison.OrdinalIgnoreCase) && words.Count == 2)
                ReadFile(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(name)) ?? "", words[1]), depth + 1);
            else ReadLine(words, place);
        }
    }

    private void ReadLine(IReadOnlyList<string> words, string place)
    {
        var name = words[0].ToLowerInvariant();
        var value = string.Join(' ', words.Skip(1));
        if (name == "user")
        {
            _users.Add(new UserLine([.. words.Skip(1)], place));
        }
        else if (name == "loglevel")
        {
            Add(ChassisSettings.LogLevel.Key, LogLevelOf(value), place);
        }
        else if (name.Contains('.', StringComparison.Ordinal))
        {
            Add(name, value, place);
        }
        else if (_schema.TryFind(CacheSettings.KeyOf(name), out var setting))
        {
            AddOwn(setting, name, words, value, place);
        }
        else if (RedisDefaults.Refused.TryGetValue(name, out var refused))
        {
            if (value == refused.Harmless) return;
            Fail(SettingsErrors.InvalidValue, $"{place}: {name} is not supported: {refused.Instead}");
        }
        else if (RedisDefaults.Values.ContainsKey(name))
        {
            if (!_ignored.Contains(name)) _ignored.Add(name);
        }
        else
        {
            var near = Suggestion.For(name, Names());
            var hint = near is null ? "" : $"; did you mean '{near}'?";
            Fail(SettingsErrors.UnknownKey, $"{place}: no setting '{name}'{hint}", near);
        }
    }

    private void AddOwn(Setting setting, string name, IReadOnlyList<string> words, string value, string place)
    {
        if (words.Count < 2)
        {
            Fail(SettingsErrors.MissingValue, $"{place}: a value is missing; write {name} VALUE");
            return;
        }

        // These may stand on several lines, each adding to those before; an empty one starts again.
        var before = _values.FindLastIndex(text => text.Key == setting.Key);
        if (name is "save" or "client-output-buffer-limit" && before >= 0 && value.Length > 0)
            value = $"{_values[before].Text} {value}";
        if (before >= 0) _values.RemoveAt(before);
        Add(setting.Key, value, place);
    }

    private IEnumerable<string> Names() => _schema.All.Select(static setting => setting.Key)
        .Where(static key => key.StartsWith(CacheSettings.Prefix, StringComparison.Ordinal))
        .Select(CacheSettings.NameOf).Concat(RedisDefaults.Values.Keys);

    private static string LogLevelOf(string text) => text switch
    {
        "debug" or "verbose" => "debug",
        "notice" => "info",
        "warning" => "warn",
        "nothing" => "error",
        _ => text,
    };

    private void Add(string key, string text, string place) => _values.Add(new SettingText(key, text, place));

    private void Fail(ErrorCode code, string detail, string? suggestion = null) =>
        _errors.Add(new Error(code, detail) { Suggestion = suggestion });
}

/// <summary>A line <c>user NAME RULES</c>, without its first word.</summary>
internal sealed record UserLine(IReadOnlyList<string> Words, string Place);
