using System.Text;
using System.Text.Json;

namespace Tercel.Api.Writing;

internal enum BodyKind : byte
{
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

/// <summary>One value of a body: where it stands in the bytes, and where its subtree ends in the node list.</summary>
/// <remarks>Shape: strings and names stand without their quotes, still escaped; <see cref="End"/> is the index of the
/// first node after this one's descendants.</remarks>
internal struct BodyNode
{
    public BodyKind Kind;
    public bool Escaped;
    public bool NameEscaped;
    public int Start;
    public int Length;
    public int NameStart;
    public int NameLength;
    public int Count;
    public int End;
}

/// <summary>A JSON body as a flat list of nodes over its bytes: no object per value, positions kept.</summary>
/// <remarks>Lifetime: borrows the bytes, which must stay unchanged. Made by <see cref="BodyReader"/> only, so that
/// every string in it is valid Unicode and no object names a member twice. Thread: any, it never changes.</remarks>
internal sealed class BodyDocument(ReadOnlyMemory<byte> utf8, BodyNode[] nodes)
{
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    public BodyNode[] Nodes { get; } = nodes;

    public BodyValue Root => new(this, 0);
}

/// <summary>A value inside a <see cref="BodyDocument"/>.</summary>
/// <remarks><c>default</c> is no value and must not be asked anything but <see cref="IsAbsent"/>.</remarks>
internal readonly struct BodyValue(BodyDocument document, int index)
{
    private readonly BodyDocument? _document = document;

    public bool IsAbsent => _document is null;

    public BodyKind Kind => Node.Kind;

    /// <summary>Elements or members; 0 for other kinds.</summary>
    public int Count => Node.Count;

    /// <summary>The member's name; empty for elements and the root.</summary>
    public string Name => Decode(Node.NameStart, Node.NameLength, Node.NameEscaped);

    /// <summary>The bytes as they stand in the body: a number's digits, a string's escaped content.</summary>
    public ReadOnlySpan<byte> Raw => Document.Utf8.Span.Slice(Node.Start, Node.Length);

    /// <summary>The content of a string.</summary>
    public string Text => Decode(Node.Start, Node.Length, Node.Escaped);

    private BodyDocument Document => _document ?? throw new InvalidOperationException("no value");

    private ref readonly BodyNode Node => ref Document.Nodes[index];

    /// <summary>The content of a string in UTF-8; a slice of the body when nothing is escaped.</summary>
    public ReadOnlyMemory<byte> TextUtf8 => Node.Escaped
        ? Encoding.UTF8.GetBytes(Text)
        : Document.Utf8.Slice(Node.Start, Node.Length);

    /// <summary>True when the member's name is <paramref name="utf8"/>.</summary>
    public bool NameIs(ReadOnlySpan<byte> utf8) => Node.NameEscaped
        ? Name == Encoding.UTF8.GetString(utf8)
        : Document.Utf8.Span.Slice(Node.NameStart, Node.NameLength).SequenceEqual(utf8);

    /// <summary>The member of an object; absent when there is none.</summary>
    public BodyValue Member(ReadOnlySpan<byte> utf8)
    {
        foreach (var member in this)
            if (member.NameIs(utf8)) return member;
        return default;
    }

    /// <summary>The elements of an array or the members of an object, in the body's order.</summary>
    public ChildEnumerator GetEnumerator() => new(Document, index);

    private string Decode(int start, int length, bool escaped)
    {
        var bytes = Document.Utf8.Span.Slice(start, length);
        return escaped ? Unescape(Document.Utf8.Slice(start - 1, length + 2).Span) : Encoding.UTF8.GetString(bytes);
    }

    private static string Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString() ?? "";
    }

    internal struct ChildEnumerator(BodyDocument document, int parent)
    {
        private int _next = parent + 1;
        private int _current = -1;

        public readonly BodyValue Current => new(document, _current);

        public bool MoveNext()
        {
            if (_next >= document.Nodes[parent].End) return false;
            _current = _next;
            _next = document.Nodes[_current].End;
            return true;
        }
    }
}
