using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Puts results of earlier operations where <c>"$o.id"</c> stands in a later one; <c>"$$o.id"</c> is the text
/// itself.</summary>
/// <remarks>Lifetime: one batch.</remarks>
internal sealed class BatchReferences(int depthMax)
{
    private static readonly Regex Whole =
        new(@"\A\$[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_]+)+\z", RegexOptions.NonBacktracking);
    private static readonly Regex Within =
        new(@"\$\$|\$[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_]+)+", RegexOptions.NonBacktracking);

    // Our own answers are as deep as stored documents, inside of embeds.
    private const int AnswerDepthMax = 2 * StoredJson.StoredDepthMax;

    private readonly int _depthMax = depthMax;
    private readonly Dictionary<string, BodyValue> _results = new(StringComparer.Ordinal);

    /// <summary>True when the operation can be prepared before earlier ones have run.</summary>
    public static bool IsFree(BatchOperation operation) =>
        !Within.IsMatch(operation.Path) && (operation.Body.IsAbsent || !Mentions(operation.Body));

    /// <summary>Remembers what an operation answered.</summary>
    public void Add(BatchOperation operation, ReadOnlyMemory<byte> answer)
    {
        if (operation.Id is null) return;
        if (BodyReader.Read(answer, AnswerDepthMax).TryGet(out var document, out _))
            _results[operation.Id] = document.Root;
    }

    /// <summary>The path with values in the place of references, percent-encoded.</summary>
    public Result<string> Path(BatchOperation operation)
    {
        Error? error = null;
        var path = Within.Replace(operation.Path, match =>
        {
            if (match.Value == "$$") return "$";
            var found = Find(match.Value, operation.Pointer("path"), out var wrong);
            error ??= wrong;
            if (found.IsAbsent) return "";
            if (found.Kind is BodyKind.Object or BodyKind.Array or BodyKind.Null)
                error ??= Missing(match.Value, "is not a single value", operation.Pointer("path"));
            return Uri.EscapeDataString(found.Kind == BodyKind.String ? found.Text
                : Encoding.UTF8.GetString(found.Raw));
        });
        return error is null ? path : error;
    }

    /// <summary>The body with values in the place of references.</summary>
    public Result<BodyValue> Body(BatchOperation operation)
    {
        if (operation.Body.IsAbsent || !Mentions(operation.Body)) return operation.Body;
        var errors = new List<Error>();
        var output = new JsonOutput();
        Copy(output, operation.Body, operation.Base.Member("body"), errors);
        if (errors.Count > 0) return errors;
        return BodyReader.Read(output.Written, _depthMax).TryGet(out var document, out var wrong) ? document.Root
            : wrong.ToList();
    }

    private static bool Mentions(BodyValue value)
    {
        if (value.Kind == BodyKind.String) return IsReference(value.Text);
        if (value.Kind is not (BodyKind.Array or BodyKind.Object)) return false;
        foreach (var child in value)
            if (Mentions(child)) return true;
        return false;
    }

    private static bool IsReference(string text) =>
        text.StartsWith("$$", StringComparison.Ordinal) || (text.StartsWith('$') && Whole.IsMatch(text));

    private void Copy(JsonOutput output, BodyValue value, BodyPath path, List<Error> errors)
    {
        switch (value.Kind)
        {
            case BodyKind.Object:
                output.Open('{');
                foreach (var member in value)
                {
                    var name = member.Name;
                    output.Name(name);
                    Copy(output, member, path.Member(name), errors);
                }

                output.Close('}');
                break;
            case BodyKind.Array:
                output.Open('[');
                var index = 0;
                foreach (var item in value) Copy(output, item, path.Item(index++), errors);
                output.Close(']');
                break;
            case BodyKind.String when IsReference(value.Text):
                Substitute(output, value.Text, path, errors);
                break;
            default:
                StoredJson.Write(output, value);
                break;
        }
    }

    private void Substitute(JsonOutput output, string text, BodyPath path, List<Error> errors)
    {
        if (text.StartsWith("$$", StringComparison.Ordinal))
        {
            output.Text(Encoding.UTF8.GetBytes(text[1..]));
            return;
        }

        var found = Find(text, path.ToString(), out var error);
        if (error is null)
        {
            StoredJson.Write(output, found);
            return;
        }

        errors.Add(error);
        output.Raw("null"u8);
    }

    private BodyValue Find(string reference, string pointer, out Error? error)
    {
        error = null;
        var parts = reference[1..].Split('.');
        if (!_results.TryGetValue(parts[0], out var value))
        {
            error = Missing(reference, $"needs an earlier operation with the id '{parts[0]}'", pointer) with
            {
                Suggestion = Suggestion.For(parts[0], _results.Keys),
            };
            return default;
        }

        foreach (var part in parts[1..])
        {
            value = Step(value, part);
            if (!value.IsAbsent) continue;
            error = Missing(reference, $"finds no '{part}' in what '{parts[0]}' answered", pointer);
            return default;
        }

        return value;
    }

    private static BodyValue Step(BodyValue value, string part)
    {
        if (value.Kind == BodyKind.Object) return value.Member(Encoding.UTF8.GetBytes(part));
        if (value.Kind != BodyKind.Array
            || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            return default;
        foreach (var item in value)
            if (wanted-- == 0) return item;
        return default;
    }

    private static Error Missing(string reference, string detail, string pointer) =>
        new(WriteErrors.BatchReference, $"'{reference}' {detail}") { Pointer = pointer };
}
