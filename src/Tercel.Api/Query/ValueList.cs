using System.Collections.Immutable;
using System.Text;

namespace Tercel.Api.Query;

/// <summary>Lists of values in one text: <c>A-1,B-2,"C,3"</c>.</summary>
/// <remarks>
/// Shape: commas divide; a value in double quotes may hold commas, and quotes doubled. Spaces belong to the values.
/// Empty text is an empty list; one empty value is <c>""</c>.
/// </remarks>
internal static class ValueList
{
    /// <summary>The values; null when a quote is not closed or is followed by something else than a comma.</summary>
    public static ImmutableArray<string>? Split(ReadOnlySpan<char> text)
    {
        var values = ImmutableArray.CreateBuilder<string>();
        var reader = new ValueListReader(text);
        while (reader.MoveNext()) values.Add(reader.Current.ToString());
        return reader.Malformed ? null : values.ToImmutable();
    }

    /// <summary>The number of values, or -1 when the text is malformed. Does not allocate for ordinary text.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        var reader = new ValueListReader(text);
        while (reader.MoveNext()) count++;
        return reader.Malformed ? -1 : count;
    }

    /// <summary>Text that <see cref="Split"/> reads back to these values.</summary>
    public static string Join(IReadOnlyList<string> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) text.Append(',');
            var value = values[i];
            var quotes = value.Contains(',') || value.StartsWith('"') || (value.Length == 0 && values.Count == 1);
            if (quotes) text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else text.Append(value);
        }

        return text.ToString();
    }
}

/// <summary>Walks the values of a list; allocates only for values with doubled quotes.</summary>
internal ref struct ValueListReader
{
    private ReadOnlySpan<char> _rest;
    private bool _more;

    public ValueListReader(ReadOnlySpan<char> text)
    {
        _rest = text;
        _more = !text.IsEmpty;
    }

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>True after the end when the text broke off at a wrong quote.</summary>
    public bool Malformed { get; private set; }

    public bool MoveNext()
    {
        if (!_more || Malformed) return false;
        return _rest.StartsWith('"') ? MoveQuoted() : MovePlain();
    }

    private bool MovePlain()
    {
        var comma = _rest.IndexOf(',');
        _more = comma >= 0;
        Current = _more ? _rest[..comma] : _rest;
        _rest = _more ? _rest[(comma + 1)..] : default;
        return true;
    }

    private bool MoveQuoted()
    {
        var doubled = false;
        var at = 1;
        while (true)
        {
            var quote = _rest[at..].IndexOf('"');
            if (quote < 0) return Fail();
            at += quote + 1;
            if (at == _rest.Length || _rest[at] == ',') break;
            if (_rest[at] != '"') return Fail();
            doubled = true;
            at++;
        }

        var inner = _rest[1..(at - 1)];
        Current = doubled ? inner.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : inner;
        _more = at < _rest.Length;
        _rest = _more ? _rest[(at + 1)..] : default;
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }
}
