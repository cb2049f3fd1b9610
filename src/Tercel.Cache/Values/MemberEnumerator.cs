// Unsafe: a ref struct stays on the stack, so the text inside it does not move while an Element looks at it.
using Tercel.Cache.Values.Packed;

namespace Tercel.Cache.Values;

/// <summary>Walks the members of a set.</summary>
/// <remarks>The set must not change meanwhile. Cost: no managed memory.</remarks>
public unsafe ref struct MemberEnumerator
{
    private readonly IntegerSet* _integers;
    private ElementEnumerator _elements;
    private fixed byte _text[IntegerText.BytesMax];
    private int _textBytes;
    private int _next;

    internal MemberEnumerator(ulong rootValue)
    {
        var root = new CollectionRoot(rootValue);
        if (root.Form == RootForm.Integers) _integers = (IntegerSet*)root.Block;
        else _elements = new ElementEnumerator(rootValue, nowMs: 0);
    }

    /// <summary>The member <see cref="MoveNext"/> has come to. Lifetime: until the next call.</summary>
    public ReadOnlySpan<byte> Current => CurrentElement.Field;

    /// <summary>The member as an element without a value.</summary>
    public Element CurrentElement
    {
        get
        {
            if (_integers == null) return _elements.Current;
            fixed (byte* text = _text) return new Element(text, _textBytes, 0, null);
        }
    }

    /// <summary>Goes on to the next member; false at the end.</summary>
    public bool MoveNext()
    {
        if (_integers == null) return _elements.MoveNext();
        if (_next == _integers->Count) return false;
        fixed (byte* text = _text)
            _textBytes = IntegerText.Format(
                IntegerSet.Read(_integers, _next++), new Span<byte>(text, IntegerText.BytesMax));
        return true;
    }
}
