using System.Text;
using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>Reads settings from a JSON file: <c>{"http": {"port": 8080}}</c> gives <c>http.port</c>.</summary>
public static class JsonSource
{
    private const int FileBytesMax = 1024 * 1024;
    private const int DepthMax = 8;

    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = DepthMax,
    };

    /// <summary>Reads a file, or only the object that stands under <paramref name="section"/> in it.</summary>
    /// <remarks>Comments and trailing commas are allowed; an array of plain values is a list. Each value knows its
    /// line and column. Errors: a file that is missing, too large (1 MiB) or not JSON.</remarks>
    public static SettingsSource ReadFile(string path, string? section = null)
    {
        try
        {
            if (new FileInfo(path).Length <= FileBytesMax) return Read(File.ReadAllBytes(path), path, section);
            return Failed(SettingsErrors.UnreadableFile, $"{path} is larger than {ByteSize.Format(FileBytesMax)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Failed(SettingsErrors.UnreadableFile, $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads the bytes of a file; <paramref name="name"/> is how places call it.</summary>
    public static SettingsSource Read(ReadOnlySpan<byte> json, string name, string? section = null)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        var values = new List<SettingText>();
        var prefix = section is null ? "" : section + ".";
        try
        {
            Walk(json, (key, text, offset, bytes) =>
            {
                if (!key.StartsWith(prefix, StringComparison.Ordinal)) return;
                values.Add(new SettingText(key[prefix.Length..], text, $"{name}:{Place(bytes, offset)}"));
            });
            return new SettingsSource(values);
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $":{line + 1}:{(e.BytePositionInLine ?? 0) + 1}" : "";
            return Failed(SettingsErrors.MalformedFile, $"{name}{place}: not JSON, or not an object of settings");
        }
    }

    private delegate void Found(string key, string text, int offset, ReadOnlySpan<byte> json);

    private static void Walk(ReadOnlySpan<byte> json, Found found)
    {
        var reader = new Utf8JsonReader(json, Options);
        var sections = new Stack<string>();
        var name = "";
        var isRoot = true;
        while (reader.Read())
        {
            if (isRoot && reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName: name = reader.GetString() ?? ""; break;
                case JsonTokenType.StartObject:
                    sections.Push(isRoot ? "" : Join(sections.Peek(), name));
                    isRoot = false;
                    break;
                case JsonTokenType.EndObject: sections.Pop(); break;
                default:
                    var offset = (int)reader.TokenStartIndex;
                    found(Join(sections.Peek(), name), ReadValue(ref reader), offset, json);
                    break;
            }
        }
    }

    private static string ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return Text(ref reader);
        var items = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Text(ref reader));
        return string.Join(',', items);
    }

    private static string Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString() ?? "",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.Null => "",
        _ => throw new JsonException(),
    };

    private static string Join(string section, string name) => section.Length == 0 ? name : $"{section}.{name}";

    private static string Place(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..offset];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return $"{line}:{column}";
    }

    private static SettingsSource Failed(ErrorCode code, string detail) => new([], [new Error(code, detail)]);
}
