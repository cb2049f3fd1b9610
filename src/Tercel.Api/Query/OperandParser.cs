using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Reads the values inside conditions: arithmetic, constants, names, calls, lists.</summary>
/// <param name="cursor">Where to read.</param>
/// <param name="budget">What is left of the limits.</param>
/// <param name="condition">Reads a whole condition, for parentheses and arguments.</param>
internal sealed class OperandParser(TextCursor cursor, ParseBudget budget, Func<Expr?> condition)
{
    private readonly TextCursor _cursor = cursor;
    private readonly ParseBudget _budget = budget;
    private readonly Func<Expr?> _condition = condition;
    private readonly LiteralParser _literals = new(cursor);

    public Expr? ParseSum()
    {
        var left = ParseProduct();
        while (left is not null)
        {
            _cursor.SkipSpaces();
            if (_cursor.Peek is not ('+' or '-')) return left;
            left = ParseArithmetic(left, ParseProduct);
        }

        return null;
    }

    /// <summary>The right side of <c>between</c>: <c>low and high</c>, as a list of two.</summary>
    public Expr? ParseBounds()
    {
        _cursor.SkipSpaces();
        var start = _cursor.Offset;
        if (ParseSum() is not { } low) return null;
        if (!_cursor.TryTakeWord("and") && !_cursor.TryTake("&&"))
        {
            _cursor.FailExpected("'and' between the two bounds");
            return null;
        }

        if (ParseSum() is not { } high) return null;
        return _budget.Count(new Expr.List([low, high]) { Position = start });
    }

    /// <summary>A list in parentheses or brackets, or something that stands for one: <c>$ids</c>,
    /// <c>@user.teams</c>.</summary>
    public Expr? ParseListOrReference()
    {
        _cursor.SkipSpaces();
        switch (_cursor.Peek)
        {
            case '(': return ParseList(')');
            case '[': return ParseList(']');
            case '$' or '@': return ParsePrimary();
            default:
                _cursor.FailExpected("a list such as (1, 2) or a parameter such as $ids");
                return null;
        }
    }

    private Expr? ParseProduct()
    {
        var left = ParseUnary();
        while (left is not null)
        {
            _cursor.SkipSpaces();
            if (_cursor.Peek is not ('*' or '/' or '%')) return left;
            left = ParseArithmetic(left, ParseUnary);
        }

        return null;
    }

    private Expr.Arithmetic? ParseArithmetic(Expr left, Func<Expr?> parseRight)
    {
        var at = _cursor.Offset;
        var sign = _cursor.Peek;
        _cursor.Advance(1);
        if (parseRight() is not { } right) return null;
        return _budget.Count(new Expr.Arithmetic(sign, left, right) { Position = at });
    }

    private Expr? ParseUnary()
    {
        _cursor.SkipSpaces();
        var start = _cursor.Offset;
        if (!_cursor.TryTake('-')) return ParsePrimary();
        _cursor.SkipSpaces();
        var isNumber = char.IsAsciiDigit(_cursor.Peek);
        if (!_budget.Enter(start)) return null;
        var operand = ParseUnary();
        _budget.Leave();
        return operand switch
        {
            null => null,
            Expr.Literal { Kind: LiteralKind.Number } number when isNumber =>
                number with { Text = "-" + number.Text, Position = start },
            _ => _budget.Count(new Expr.Negate(operand) { Position = start }),
        };
    }

    private Expr? ParsePrimary()
    {
        _cursor.SkipSpaces();
        var c = _cursor.Peek;
        if (c == '(') return ParseParentheses();
        if (c == '"' || Names.BareLength(_cursor.Text, _cursor.Offset) > 0) return ParseWord();
        if (c == '\'') return Count(_literals.TakeText());
        if (char.IsAsciiDigit(c)) return Count(_literals.TakeNumber());
        if (c == '$') return ParseParameter();
        if (c == '@') return ParseAmbient();
        _cursor.FailExpected("a value");
        return null;
    }

    private Expr? ParseParentheses()
    {
        if (!_budget.Enter(_cursor.Offset)) return null;
        _cursor.Advance(1);
        var inner = _condition();
        _budget.Leave();
        return inner is not null && Expect(')', "an operator or ')'") ? inner : null;
    }

    private Expr? ParseWord()
    {
        var start = _cursor.Offset;
        var quoted = _cursor.Peek == '"';
        if (!quoted && _literals.TakeKeyword() is { } keyword) return Count(keyword);
        if (_cursor.Error is not null) return null;
        if (TakePath() is not { } segments) return null;
        _cursor.SkipSpaces();
        if (_cursor.Peek != '(') return _budget.Count(new Expr.Path(segments) { Position = start });
        if (!quoted && segments.Length == 1) return ParseCall(segments[0], start);
        _cursor.FailExpected("an operator; only functions take arguments");
        return null;
    }

    private Expr.Call? ParseCall(string name, int start)
    {
        if (!Functions.IsKnown(name))
        {
            _cursor.Fail(QueryErrors.UnknownFunction, $"no function '{name}'", start, Functions.Near(name));
            return null;
        }

        if (!_budget.Enter(start)) return null;
        _cursor.Advance(1);
        var distinct = TakeDistinct();
        var arguments = !distinct && TakeStar() ? [] : ParseItems(')', _condition);
        _budget.Leave();
        if (arguments is null) return null;
        return _budget.Count(new Expr.Call(name, arguments.Value, distinct) { Position = start });
    }

    // `distinct` is a keyword when a name follows, otherwise itself the name of a field.
    private bool TakeDistinct()
    {
        if (_cursor.PeekWord() is not ("distinct" or "DISTINCT")) return false;
        var next = _cursor.Offset + "distinct".Length;
        while (next < _cursor.Text.Length && char.IsWhiteSpace(_cursor.Text[next])) next++;
        var named = next < _cursor.Text.Length
            && (_cursor.Text[next] == '"' || Names.BareLength(_cursor.Text, next) > 0);
        return named && _cursor.TryTakeWord("distinct");
    }

    // count(*) is count().
    private bool TakeStar()
    {
        _cursor.SkipSpaces();
        var after = _cursor.Offset + 1;
        while (after < _cursor.Text.Length && char.IsWhiteSpace(_cursor.Text[after])) after++;
        if (_cursor.Peek != '*' || after >= _cursor.Text.Length || _cursor.Text[after] != ')') return false;
        _cursor.Advance(after + 1 - _cursor.Offset);
        return true;
    }

    private Expr.Parameter? ParseParameter()
    {
        var start = _cursor.Offset;
        _cursor.Advance(1);
        var length = Names.BareLength(_cursor.Text, _cursor.Offset, digitStarts: true);
        if (length == 0)
        {
            _cursor.FailExpected("a parameter name after '$'");
            return null;
        }

        var name = _cursor.Text.Substring(_cursor.Offset, length);
        _cursor.Advance(length);
        return _budget.Count(new Expr.Parameter(name) { Position = start });
    }

    private Expr.Ambient? ParseAmbient()
    {
        var start = _cursor.Offset;
        _cursor.Advance(1);
        if (Names.BareLength(_cursor.Text, _cursor.Offset) == 0)
        {
            _cursor.FailExpected("a name after '@', such as @new or @ref");
            return null;
        }

        if (_cursor.PeekWord() is "ref") return ParseReference(start);
        if (TakePath() is not { } segments) return null;
        return _budget.Count(new Expr.Ambient(segments[0], segments.RemoveAt(0)) { Position = start });
    }

    private Expr.Ambient? ParseReference(int start)
    {
        _cursor.Advance("ref".Length);
        if (!Expect('(', "'(' after @ref")) return null;
        _cursor.SkipSpaces();
        if (TakePath() is not { } target || !Expect(')', "')'")) return null;
        return _budget.Count(new Expr.Ambient("ref", target) { Position = start });
    }

    private ImmutableArray<string>? TakePath()
    {
        var segments = ImmutableArray.CreateBuilder<string>(1);
        do
        {
            var length = Names.BareLength(_cursor.Text, _cursor.Offset, digitStarts: segments.Count > 0);
            if (length > 0)
            {
                segments.Add(_cursor.Text.Substring(_cursor.Offset, length));
                _cursor.Advance(length);
            }
            else if (_cursor.Peek == '"')
            {
                if (_cursor.TakeQuotedName() is not { } name) return null;
                segments.Add(name);
            }
            else
            {
                _cursor.FailExpected("a name");
                return null;
            }
        }
        while (TakeDot());
        return segments.ToImmutable();
    }

    private bool TakeDot()
    {
        if (_cursor.Peek != '.') return false;
        _cursor.Advance(1);
        return true;
    }

    private Expr.List? ParseList(char close)
    {
        var start = _cursor.Offset;
        if (!_budget.Enter(start)) return null;
        _cursor.Advance(1);
        var items = ParseItems(close, ParseSum, countItems: true);
        _budget.Leave();
        return items is null ? null : _budget.Count(new Expr.List(items.Value) { Position = start });
    }

    private ImmutableArray<Expr>? ParseItems(char close, Func<Expr?> parseItem, bool countItems = false)
    {
        if (_cursor.TryTake(close)) return [];
        var items = ImmutableArray.CreateBuilder<Expr>();
        do
        {
            if (parseItem() is not { } item) return null;
            items.Add(item);
            if (countItems && !_budget.CountItem(item, items.Count)) return null;
        }
        while (_cursor.TryTake(','));
        return Expect(close, $"',' or '{close}'") ? items.ToImmutable() : null;
    }

    private bool Expect(char symbol, string what)
    {
        if (_cursor.TryTake(symbol)) return true;
        _cursor.FailExpected(what);
        return false;
    }

    private Expr? Count(Expr? expr) => expr is null ? null : _budget.Count(expr);
}
