namespace Tercel.Api.Query;

/// <summary>Reads the constants of expressions: text, numbers, durations, <c>true false null now</c>.</summary>
internal sealed class LiteralParser(TextCursor cursor)
{
    private readonly TextCursor _cursor = cursor;

    /// <summary>Text in single quotes, doubled inside.</summary>
    public Expr? TakeText()
    {
        var start = _cursor.Offset;
        var text = _cursor.TakeQuoted('\'', "a closing '");
        return text is null ? null : new Expr.Literal(LiteralKind.Text, text) { Position = start };
    }

    /// <summary>A number, or a duration when a unit follows at once.</summary>
    public Expr? TakeNumber()
    {
        var start = _cursor.Offset;
        TakeDigits();
        var isWhole = true;
        if (_cursor.Peek == '.')
        {
            _cursor.Advance(1);
            isWhole = false;
            if (!TakeDigits())
            {
                _cursor.FailExpected("a digit after the decimal point");
                return null;
            }
        }

        var unit = Names.BareLength(_cursor.Text, _cursor.Offset);
        if (unit == 0) return Number(start);
        if (TakeExponent()) return EndOfNumber(start);
        return TakeUnit(start, unit, isWhole);
    }

    /// <summary>One of the words that are values; null when the word is a name.</summary>
    public Expr? TakeKeyword()
    {
        var start = _cursor.Offset;
        var word = _cursor.PeekWord();
        if (!Names.IsKeyword(word) || _cursor.PeekAfter(word.Length) == '.') return null;
        Expr? value = word switch
        {
            "true" or "TRUE" => new Expr.Literal(LiteralKind.True, "true") { Position = start },
            "false" or "FALSE" => new Expr.Literal(LiteralKind.False, "false") { Position = start },
            "null" or "NULL" => new Expr.Literal(LiteralKind.Null, "null") { Position = start },
            "now" => new Expr.Ambient("now", []) { Position = start },
            _ => null,
        };
        if (value is null) _cursor.FailExpected("a value");
        else _cursor.Advance(word.Length);
        return value;
    }

    private bool TakeDigits()
    {
        var start = _cursor.Offset;
        while (char.IsAsciiDigit(_cursor.Peek)) _cursor.Advance(1);
        return _cursor.Offset > start;
    }

    private bool TakeExponent()
    {
        if (_cursor.Peek is not ('e' or 'E')) return false;
        var signed = _cursor.PeekAfter(1) is '+' or '-';
        if (!char.IsAsciiDigit(_cursor.PeekAfter(signed ? 2 : 1))) return false;
        _cursor.Advance(signed ? 2 : 1);
        return TakeDigits();
    }

    private Expr.Literal? EndOfNumber(int start)
    {
        if (Names.BareLength(_cursor.Text, _cursor.Offset) == 0) return Number(start);
        _cursor.FailExpected("an operator after the number");
        return null;
    }

    private Expr.Literal? TakeUnit(int start, int unit, bool isWhole)
    {
        var at = _cursor.Offset;
        _cursor.Advance(unit);
        var text = _cursor.Text[start.._cursor.Offset];
        if (isWhole && DurationText.TryParse(text, out _))
            return new Expr.Literal(LiteralKind.Duration, text) { Position = start };
        _cursor.Fail(QueryErrors.Syntax,
            $"'{text}' is neither a number nor a duration (a whole number with {DurationText.Units})", at);
        return null;
    }

    private Expr.Literal Number(int start) =>
        new(LiteralKind.Number, _cursor.Text[start.._cursor.Offset]) { Position = start };
}
