using System.Text;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>A reading position in the text of one parameter, and the first mistake found in it.</summary>
/// <remarks>
/// Reading stops at the first mistake: <see cref="Fail"/> keeps it and every caller returns. Positions are characters
/// from the start of the parameter's decoded value. Thread: one at a time.
/// </remarks>
internal sealed class TextCursor(string text, string? parameter)
{
    public string Text { get; } = text;

    /// <summary>The parameter that the text is the value of; for error messages.</summary>
    public string? Parameter { get; } = parameter;

    public int Offset { get; private set; }

    public Error? Error { get; private set; }

    public bool AtEnd => Offset >= Text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Peek => Offset < Text.Length ? Text[Offset] : '\0';

    public char PeekAfter(int count) => Offset + count < Text.Length ? Text[Offset + count] : '\0';

    public void Advance(int count) => Offset += count;

    public void SkipSpaces()
    {
        while (Offset < Text.Length && char.IsWhiteSpace(Text[Offset])) Offset++;
    }

    /// <summary>Takes the character when it is next, after spaces.</summary>
    public bool TryTake(char symbol)
    {
        SkipSpaces();
        if (AtEnd || Text[Offset] != symbol) return false;
        Offset++;
        return true;
    }

    /// <summary>Takes the symbol when it is next, after spaces.</summary>
    public bool TryTake(string symbol)
    {
        SkipSpaces();
        if (string.CompareOrdinal(Text, Offset, symbol, 0, symbol.Length) != 0) return false;
        Offset += symbol.Length;
        return true;
    }

    /// <summary>The bare word that is next, after spaces, without taking it; empty when there is none.</summary>
    public ReadOnlySpan<char> PeekWord()
    {
        SkipSpaces();
        return Text.AsSpan(Offset, Names.BareLength(Text, Offset));
    }

    /// <summary>Takes the word when it is next, after spaces and in any case.</summary>
    public bool TryTakeWord(string word)
    {
        if (!PeekWord().Equals(word, StringComparison.OrdinalIgnoreCase)) return false;
        Offset += word.Length;
        return true;
    }

    /// <summary>Takes a name in double quotes; the cursor is at its first quote.</summary>
    public string? TakeQuotedName()
    {
        var start = Offset;
        var name = TakeQuoted('"', "a closing \"");
        if (name is not { Length: 0 }) return name;
        Fail(QueryErrors.Syntax, "a name cannot be empty", start);
        return null;
    }

    /// <summary>Takes text between quotes, which are doubled inside; null when the closing one is missing.</summary>
    public string? TakeQuoted(char quote, string expected)
    {
        var start = Offset;
        var result = new StringBuilder();
        Offset++;
        while (!AtEnd)
        {
            var c = Text[Offset++];
            if (c != quote)
            {
                result.Append(c);
            }
            else if (Peek == quote && !AtEnd)
            {
                result.Append(c);
                Offset++;
            }
            else
            {
                return result.ToString();
            }
        }

        Fail(QueryErrors.Syntax, $"the text that starts here has no end: expected {expected}", start);
        return null;
    }

    /// <summary>Keeps the mistake when it is the first one.</summary>
    public void Fail(ErrorCode code, string detail, int position, string? suggestion = null) =>
        Error ??= new Error(code, detail) { Parameter = Parameter, Position = position, Suggestion = suggestion };

    /// <summary>Keeps a syntax mistake that says what was expected and what is there instead.</summary>
    public void FailExpected(string what) =>
        Fail(QueryErrors.Syntax, $"expected {what}, found {Found()}", Math.Min(Offset, Text.Length));

    private string Found()
    {
        if (AtEnd) return "the end";
        var word = Names.BareLength(Text, Offset, digitStarts: true);
        return word > 0 ? $"'{Text.AsSpan(Offset, Math.Min(word, 40))}'" : $"'{Text[Offset]}'";
    }
}
