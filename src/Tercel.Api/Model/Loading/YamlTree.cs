using Tercel.Primitives;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads YAML 1.2 into a tree of <see cref="ModelNode"/>.</summary>
/// <remarks>
/// Values are kept as text and typed where they are used, so <c>no</c> stays the text "no" (the Norway problem).
/// Refused:
/// duplicate keys, tags, several documents, keys that are not texts; anchors count with all they stand for, so that a
/// small file cannot grow into a large tree.
/// </remarks>
internal sealed class YamlTree
{
    private readonly string _file;
    private readonly ModelReport _report;
    private readonly Parser _parser;
    private readonly Func<ModelNode.Scalar, ModelNode.Scalar> _substitute;
    private readonly Dictionary<AnchorName, (ModelNode Node, int Size)> _anchors = [];
    private int _nodes;

    private YamlTree(string file, string text, Func<ModelNode.Scalar, ModelNode.Scalar> substitute, ModelReport report)
    {
        _file = file;
        _report = report;
        _substitute = substitute;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document, or null when it cannot be read (then the report says why).</summary>
    public static ModelNode? Read(
        string file, string text, Func<ModelNode.Scalar, ModelNode.Scalar> substitute, ModelReport report)
    {
        var tree = new YamlTree(file, text, substitute, report);
        try
        {
            return tree.Document();
        }
        catch (TreeRefused refused)
        {
            report.Add(refused.Place, refused.Code, refused.Message);
        }
        catch (YamlException e)
        {
            report.Add(tree.At(e.Start), ModelErrors.Syntax, "not valid YAML: " + OneLine(e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet meets some broken documents with these; a fuzz test found them.
            var place = tree._parser.Current is { } last ? tree.At(last.End) : new Place(file, 1, 1);
            report.Add(place, ModelErrors.Syntax, "not valid YAML from here on");
        }

        return null;
    }

    private ModelNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var root = Node(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            throw new TreeRefused(At(second.Start), ModelErrors.Syntax,
                "a model file holds one document; remove the second '---'");
        _parser.Consume<StreamEnd>();
        return root;
    }

    private ModelNode Node(int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias)) return Alias(alias);
        var sizeBefore = _nodes;
        if (_parser.Current is not NodeEvent start)
            throw new TreeRefused(At(_parser.Current?.Start ?? Mark.Empty), ModelErrors.Syntax, "a value is missing");
        Count(start, depth);
        if (!start.Tag.IsEmpty)
            throw new TreeRefused(At(start.Start), ModelErrors.Syntax,
                $"the tag {start.Tag} has no meaning here; remove it");
        ModelNode node = start switch
        {
            Scalar => _substitute(Text(_parser.Consume<Scalar>())),
            MappingStart => Map(depth),
            _ => List(depth),
        };
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = (node, _nodes - sizeBefore);
        return node;
    }

    private ModelNode.Map Map(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.Accept<Scalar>(out var keyEvent))
                throw new TreeRefused(At(_parser.Current?.Start ?? start.Start), ModelErrors.Syntax,
                    "a key must be a text");
            var key = Text(_parser.Consume<Scalar>());
            Count(keyEvent, depth);
            var value = Node(depth + 1);
            if (seen.TryAdd(key.Text, key.Place)) entries.Add(new MapEntry(key, value));
            else _report.Duplicate(key.Place, $"the key '{key.Text}'", seen[key.Text]);
        }

        return new ModelNode.Map(At(start.Start), entries);
    }

    private ModelNode.List List(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<ModelNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new ModelNode.List(At(start.Start), items);
    }

    private ModelNode Alias(AnchorAlias alias)
    {
        _parser.Consume<AnchorAlias>();
        if (!_anchors.TryGetValue(alias.Value, out var target))
            throw new TreeRefused(At(alias.Start), ModelErrors.Syntax,
                $"no anchor '&{alias.Value}' stands before this alias");
        _nodes += target.Size;
        if (_nodes > ModelFileLimits.NodesMax) throw TooMany(At(alias.Start));
        return target.Node;
    }

    private void Count(NodeEvent node, int depth)
    {
        if (++_nodes > ModelFileLimits.NodesMax) throw TooMany(At(node.Start));
        if (depth > ModelFileLimits.DepthMax)
            throw new TreeRefused(At(node.Start), ModelErrors.Limit,
                $"nested deeper than {ModelFileLimits.DepthMax} levels");
    }

    private ModelNode.Scalar Text(Scalar scalar)
    {
        var plain = scalar.Style is ScalarStyle.Plain;
        var width = scalar.End.Column - scalar.Start.Column;
        var exact = scalar.End.Line == scalar.Start.Line
            && scalar.Style is ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted
            && width == scalar.Value.Length + (plain ? 0 : 2);
        return new ModelNode.Scalar(At(scalar.Start), scalar.Value, plain, exact);
    }

    private Place At(Mark mark) => new(_file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static TreeRefused TooMany(Place place) =>
        new(place, ModelErrors.Limit,
            $"more than {ModelFileLimits.NodesMax} values, aliases counted with what they stand for");

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

/// <summary>Ends the reading of one file; caught where the reading began, never seen outside.</summary>
internal sealed class TreeRefused(Place place, ErrorCode code, string message) : Exception(message)
{
    public Place Place { get; } = place;

    public ErrorCode Code { get; } = code;
}
