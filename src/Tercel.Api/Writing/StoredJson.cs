using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>JSON values of a body as the database keeps them.</summary>
/// <remarks>Member order and the digits of numbers stay as the client gave them.</remarks>
internal static class StoredJson
{
    /// <summary>How deep stored documents may nest: SQLite's own limit, since other programs write them too.</summary>
    public const int StoredDepthMax = 1000;

    /// <summary>The stored form of <paramref name="value"/>.</summary>
    public static ReadOnlyMemory<byte> Of(BodyValue value)
    {
        var output = new JsonOutput();
        Write(output, value);
        return output.Written;
    }

    /// <summary>Writes a value and everything in it. Depth is bounded by the body's limit.</summary>
    public static void Write(JsonOutput output, BodyValue value)
    {
        switch (value.Kind)
        {
            case BodyKind.Object:
                output.Open('{');
                foreach (var member in value) WriteMember(output, member);
                output.Close('}');
                break;
            case BodyKind.Array:
                output.Open('[');
                foreach (var item in value) Write(output, item);
                output.Close(']');
                break;
            case BodyKind.String:
                output.Text(value.TextUtf8.Span);
                break;
            default:
                output.Raw(value.Raw);
                break;
        }
    }

    /// <summary>What in the value cannot be stored: a number that no double can hold; null when all can.</summary>
    public static string? Unstorable(BodyValue value)
    {
        switch (value.Kind)
        {
            case BodyKind.Number:
                return NumberText.Of(value.Raw).TryDouble(out _) ? null : "a number in it is too large";
            case BodyKind.Array or BodyKind.Object:
                foreach (var child in value)
                    if (Unstorable(child) is { } problem) return problem;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Applies a merge patch (RFC 7396) to a stored document.</summary>
    /// <remarks>What is stored is not an object, or not JSON: it counts as empty, as the RFC says.</remarks>
    public static ReadOnlyMemory<byte> Merge(ReadOnlyMemory<byte> stored, BodyValue patch)
    {
        Invariant.Holds(patch.Kind == BodyKind.Object);
        var target = BodyReader.Read(stored, StoredDepthMax).TryGet(out var document, out _) ? document.Root : default;
        var output = new JsonOutput(stored.Length + 256);
        MergeInto(output, target, patch);
        return output.Written;
    }

    private static void MergeInto(JsonOutput output, BodyValue target, BodyValue patch)
    {
        if (patch.Kind != BodyKind.Object)
        {
            Write(output, patch);
            return;
        }

        var changes = Members(patch);
        output.Open('{');
        if (!target.IsAbsent && target.Kind == BodyKind.Object)
        {
            foreach (var member in target)
            {
                if (changes.Remove(member.Name, out var change)) WriteChange(output, member, change);
                else WriteMember(output, member);
            }
        }

        foreach (var member in patch)
            if (changes.ContainsKey(member.Name)) WriteChange(output, default, member);
        output.Close('}');
    }

    // A null removes the member; an object loses its own nulls.
    private static void WriteChange(JsonOutput output, BodyValue target, BodyValue change)
    {
        if (change.Kind == BodyKind.Null) return;
        output.Name(change.Name);
        MergeInto(output, target, change);
    }

    private static void WriteMember(JsonOutput output, BodyValue member)
    {
        output.Name(member.Name);
        Write(output, member);
    }

    private static Dictionary<string, BodyValue> Members(BodyValue value)
    {
        var names = new Dictionary<string, BodyValue>(value.Count, StringComparer.Ordinal);
        foreach (var member in value) names.Add(member.Name, member);
        return names;
    }
}
