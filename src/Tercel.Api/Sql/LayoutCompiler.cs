using System.Text.Json;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Turns a shape into the steps that write one row, and collects the columns that the steps need.</summary>
internal sealed class LayoutCompiler(SelectList columns)
{
    private readonly SelectList _columns = columns;
    private readonly List<RowStep> _steps = [];
    private readonly List<EmbedLayout> _embeds = [];

    public static RowLayout Compile(ShapeNode shape, SelectList columns)
    {
        var compiler = new LayoutCompiler(columns);
        compiler.AddMembers(shape, "{");
        return new RowLayout([.. compiler._steps], [.. compiler._embeds]);
    }

    // The opening brace goes with the first member's bytes.
    private void AddMembers(ShapeNode node, string open)
    {
        var before = open;
        foreach (var member in node.Members)
        {
            var bytes = Encode(before, member.Name);
            before = ",";
            switch (member)
            {
                case ShapeMember.Value value: AddValue(value.Expression, bytes); break;
                case ShapeMember.One one: AddOne(one, bytes); break;
                case ShapeMember.Many many: AddMany(many, bytes); break;
                case ShapeMember.Highlights highlights: AddHighlights(node.Source, highlights, bytes); break;
            }
        }

        _steps.Add(new RowStep(StepKind.Bytes, node.Members.IsEmpty ? Encode(open + "}") : Encode("}"), 0, 0));
    }

    private void AddValue(Bound expression, byte[] before)
    {
        var (kind, argument) = StepOf(expression.Type);
        _steps.Add(new RowStep(kind, before, _columns.Add(expression), argument));
    }

    private void AddOne(ShapeMember.One one, byte[] before)
    {
        // The joined source has the relation that it was joined by.
        var presence = new Bound.Column(one.Node.Source, one.Node.Source.Via!.ToFields[0]);
        var index = _steps.Count;
        _steps.Add(default);
        var column = _columns.Add(presence);
        AddMembers(one.Node, "{");
        _steps[index] = new RowStep(StepKind.Object, before, column, _steps.Count);
    }

    private void AddMany(ShapeMember.Many many, byte[] before)
    {
        var keys = many.Via.FromFields.Select(f => _columns.Add(new Bound.Column(many.From, f))).ToArray();
        _steps.Add(new RowStep(StepKind.Embed, before, 0, _embeds.Count));
        _embeds.Add(new EmbedLayout(keys, ReadCompiler.CompileEmbed(many.Plan)));
    }

    private void AddHighlights(Source source, ShapeMember.Highlights highlights, byte[] before)
    {
        var open = "{";
        foreach (var (field, index) in highlights.Fields)
        {
            var bytes = (byte[])[.. before, .. Encode(open, field)];
            _steps.Add(new RowStep(StepKind.Marked, bytes, _columns.Add(new Bound.Highlight(source, index)), 0));
            (before, open) = ([], ",");
        }

        _steps.Add(new RowStep(StepKind.Bytes, [.. before, .. Encode(open == "{" ? "{}" : "}")], 0, 0));
    }

    private static (StepKind Kind, int Argument) StepOf(FieldType type) => type.Kind switch
    {
        FieldKind.Int => (StepKind.Integer, 0),
        FieldKind.BigInt => (StepKind.BigInt, 0),
        FieldKind.Decimal => (StepKind.Decimal, type.Scale ?? -1),
        FieldKind.Float => (StepKind.Real, 0),
        FieldKind.Bool => (StepKind.Bool, 0),
        FieldKind.DateTime => (type.Format switch
        {
            DateTimeFormat.Sql => StepKind.TimeSql,
            DateTimeFormat.Unix => StepKind.TimeUnix,
            DateTimeFormat.UnixMs => StepKind.TimeUnixMs,
            _ => StepKind.TimeIso,
        }, 0),
        FieldKind.Json or FieldKind.Array => (StepKind.Json, 0),
        FieldKind.Bytes => (StepKind.Bytes64, 0),
        _ => (StepKind.Text, 0),
    };

    private static byte[] Encode(string before, string name) =>
        [.. Encode(before), (byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"', (byte)':'];

    private static byte[] Encode(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
