using System.Text;
using System.Text.Json;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads a model in JSON into the same tree as YAML, with the same limits.</summary>
internal ref struct JsonTree
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly ModelReport _report;
    private readonly Func<ModelNode.Scalar, ModelNode.Scalar> _substitute;
    private Utf8JsonReader _reader;
    private int _nodes;

    // The place of the last token asked for: tokens come in order, so each line is counted once.
    private int _seenBytes;
    private int _line;
    private int _lineStart;

    private JsonTree(
        string file, ReadOnlySpan<byte> utf8, Func<ModelNode.Scalar, ModelNode.Scalar> substitute, ModelReport report)
    {
        _file = file;
        _utf8 = utf8;
        _report = report;
        _substitute = substitute;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ModelFileLimits.DepthMax });
        _line = 1;
    }

    /// <summary>The document, or null when it cannot be read (then the report says why).</summary>
    public static ModelNode? Read(
        string file, ReadOnlySpan<byte> utf8, Func<ModelNode.Scalar, ModelNode.Scalar> substitute, ModelReport report)
    {
        var tree = new JsonTree(file, utf8, substitute, report);
        try
        {
            tree._reader.Read();
            var root = tree.Node();
            tree._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var text = e.Message.Split(" LineNumber:")[0];
            var place = new Place(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            report.Add(place, ModelErrors.Syntax, "not valid JSON: " + text);
        }
        catch (TreeRefused refused)
        {
            report.Add(refused.Place, refused.Code, refused.Message);
        }

        return null;
    }

    private ModelNode Node()
    {
        var place = Here();
        if (++_nodes > ModelFileLimits.NodesMax)
            throw new TreeRefused(place, ModelErrors.Limit, $"more than {ModelFileLimits.NodesMax} values");
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(place),
            JsonTokenType.StartArray => List(place),
            JsonTokenType.String => _substitute(Text(place)),
            _ => new ModelNode.Scalar(place, Encoding.UTF8.GetString(_reader.ValueSpan), Plain: true, Exact: true),
        };
    }

    private ModelNode.Map Map(Place place)
    {
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Text(Here());
            _reader.Read();
            var value = Node();
            if (seen.TryAdd(key.Text, key.Place)) entries.Add(new MapEntry(key, value));
            else _report.Duplicate(key.Place, $"the key '{key.Text}'", seen[key.Text]);
        }

        return new ModelNode.Map(place, entries);
    }

    private ModelNode.List List(Place place)
    {
        var items = new List<ModelNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) items.Add(Node());
        return new ModelNode.List(place, items);
    }

    private ModelNode.Scalar Text(Place place)
    {
        // Half of a surrogate pair is no text; the reader finds it only here.
        try
        {
            return new ModelNode.Scalar(place, _reader.GetString() ?? "", Plain: false, Exact: !_reader.ValueIsEscaped);
        }
        catch (InvalidOperationException)
        {
            throw new TreeRefused(place, ModelErrors.Syntax, "not valid JSON: the text holds half of a character");
        }
    }

    private Place Here()
    {
        var offset = (int)_reader.TokenStartIndex;
        for (; _seenBytes < offset; _seenBytes++)
        {
            if (_utf8[_seenBytes] != (byte)'\n') continue;
            _line++;
            _lineStart = _seenBytes + 1;
        }

        return new Place(_file, _line, Encoding.UTF8.GetCharCount(_utf8[_lineStart..offset]) + 1);
    }
}
