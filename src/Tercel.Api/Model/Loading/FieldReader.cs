namespace Tercel.Api.Model.Loading;

/// <summary>Reads one field in either form: <c>sku: string(40) required</c> or <c>sku: { type: string(40), required:
/// true }</c>.</summary>
internal sealed class FieldReader(TypeSyntax types, FieldOptions options, ModelReport report)
{
    public FieldDraft Read(MapEntry entry)
    {
        var draft = new FieldDraft(entry.Key.Text, entry.Key.Place);
        switch (entry.Value)
        {
            case ModelNode.Scalar { IsNull: false } line:
                ReadLine(draft, line);
                break;
            case ModelNode.Map map:
                ReadMap(draft, map);
                break;
            default:
                report.Add(entry.Value.Place, ModelErrors.Kind,
                    $"the field {draft.Name} needs a type, such as 'string(40) required'");
                break;
        }

        options.CheckTogether(draft);
        return draft;
    }

    private void ReadLine(FieldDraft draft, ModelNode.Scalar line)
    {
        var words = new FieldLine(line, report).Words();
        if (words.Count == 0) return;
        var (type, typeOffset) = words[0];
        draft.TypePlace = line.At(typeOffset);
        draft.Type = types.Read(type, offset => line.At(typeOffset + offset));
        foreach (var (word, offset) in words.Skip(1)) options.Apply(draft, FieldLine.Option(line, word, offset));
    }

    private void ReadMap(FieldDraft draft, ModelNode.Map map)
    {
        if (map.Entries.FirstOrDefault(e => e.Key.Text == "type") is not { } typeEntry)
        {
            report.Add(map.Place, ModelErrors.Missing, $"the field {draft.Name} needs 'type'", "type: text");
        }
        else if (Scalars.Text(typeEntry.Value, "'type'", report) is { } text
            && typeEntry.Value is ModelNode.Scalar scalar)
        {
            draft.TypePlace = scalar.Place;
            draft.Type = types.Read(text.Trim(), scalar.At);
        }

        foreach (var (key, value) in map.Entries)
        {
            if (key.Text == "type") continue;
            if (key.Text == "description") draft.Description = Scalars.Text(value, "'description'", report);
            else if (key.Text == "deprecated") draft.Deprecation = DeprecationReader.Read(value, report);
            else if (Option(key, value) is { } option) options.Apply(draft, option);
        }
    }

    // true is the bare word, false is its absence, everything else is the value.
    private FieldOption? Option(ModelNode.Scalar key, ModelNode value)
    {
        switch (value)
        {
            case ModelNode.Scalar { IsNull: true } or ModelNode.Scalar { Plain: true,
                Text: "true" } when key.Text != "default":
                return new FieldOption(key.Text, null, false, key.Place, key.Place);
            case ModelNode.Scalar { Plain: true, Text: "false" } when FieldOptions.IsFlag(key.Text):
                return null;
            case ModelNode.Scalar scalar:
                return new FieldOption(key.Text, scalar.Text, !scalar.Plain, key.Place, scalar.Place);
            case var tree when key.Text == "default":
                return new FieldOption(key.Text, NodeJson.Text(tree), false, key.Place, tree.Place);
            default:
                report.Add(value.Place, ModelErrors.Kind, $"'{key.Text}' must be a single value, not {value.Kind}");
                return null;
        }
    }
}

/// <summary>Splits the one-line form into words: spaces inside quotes, parentheses and brackets do not count.</summary>
internal sealed class FieldLine(ModelNode.Scalar line, ModelReport report)
{
    public List<(string Word, int Offset)> Words()
    {
        var words = new List<(string, int)>();
        var text = line.Text;
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var end = EndOfWord(text, at);
            if (end < 0)
            {
                report.Add(line.At(at), ModelErrors.Syntax,
                    $"a quote or a parenthesis is not closed in '{text[at..]}'");
                return words;
            }

            words.Add((text[at..end], at));
            at = end;
        }

        return words;
    }

    /// <summary>Reads <c>word</c>, <c>word=value</c> or <c>word(value)</c>.</summary>
    public static FieldOption Option(ModelNode.Scalar line, string word, int offset)
    {
        var split = word.AsSpan().IndexOfAny('=', '(');
        if (split <= 0) return new FieldOption(word, null, false, line.At(offset), line.At(offset));
        var value = word[(split + 1)..];
        if (word[split] == '(' && value.EndsWith(')')) value = value[..^1];
        var quoted = value.Length >= 2 && value[0] is '\'' or '"' && value[^1] == value[0];
        if (quoted)
        {
            var quote = value[0].ToString();
            value = value[1..^1].Replace(quote + quote, quote, StringComparison.Ordinal);
        }

        return new FieldOption(word[..split], value, quoted, line.At(offset), line.At(offset + split + 1));
    }

    // A pattern may hold single parentheses, so it ends at the first space unless it is quoted.
    private static int EndOfWord(string text, int start)
    {
        var isPattern = text.AsSpan(start).StartsWith("pattern=") && !text.AsSpan(start + 8).StartsWith("'");
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c) && (depth == 0 || isPattern)) return at;
            if (isPattern) continue;
            if (c is '\'' or '"')
            {
                at = text.IndexOf(c, at + 1);
                if (at < 0) return -1;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or ']' or '}' && --depth < 0)
            {
                return -1;
            }
        }

        return depth == 0 || isPattern ? text.Length : -1;
    }
}
