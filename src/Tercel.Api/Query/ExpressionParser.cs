using System.Collections.Immutable;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads the expression language: conditions here, values in <see cref="OperandParser"/>.</summary>
/// <remarks>
/// Recursive descent: <c>or</c> binds weakest, then <c>and</c>, <c>not</c>, comparisons (which do not chain), sums,
/// products, unary minus. Errors: the first mistake, with its position. Positions in the tree: infix nodes point at
/// their operator, all others at their first character. Cost: linear in the text.
/// </remarks>
internal sealed class ExpressionParser
{
    private readonly TextCursor _cursor;
    private readonly ParseBudget _budget;
    private readonly OperandParser _operands;

    private ExpressionParser(TextCursor cursor, ExpressionLimits limits)
    {
        _cursor = cursor;
        _budget = new ParseBudget(cursor, limits);
        _operands = new OperandParser(cursor, _budget, ParseCondition);
    }

    /// <summary>Reads a whole text.</summary>
    public static Result<Expr> Parse(string text, ExpressionLimits limits, string? parameter = null)
    {
        var cursor = new TextCursor(text, parameter);
        var result = ParsePrefix(cursor, limits);
        if (result is not null) FailAtRest(cursor, "the end");
        if (cursor.Error is { } error) return error;
        Invariant.Holds(result is not null);
        return result;
    }

    /// <summary>Reads the longest expression at the cursor and stops behind it; null after a mistake.</summary>
    public static Expr? ParsePrefix(TextCursor cursor, ExpressionLimits limits)
    {
        if (cursor.Text.Length > limits.CharsMax)
        {
            cursor.Fail(QueryErrors.TooLong, $"the text has more than {limits.CharsMax} characters", limits.CharsMax);
            return null;
        }

        return new ExpressionParser(cursor, limits).ParseCondition();
    }

    /// <summary>Fails when something is left behind an expression; a word there is most likely a misspelt
    /// operator.</summary>
    public static void FailAtRest(TextCursor cursor, string end)
    {
        cursor.SkipSpaces();
        if (cursor.AtEnd || cursor.Error is not null) return;
        var at = cursor.Offset;
        if (ComparisonOperators.TryTake(cursor, out _))
        {
            cursor.Fail(QueryErrors.Syntax, "comparisons do not chain: write a lt b and b lt c", at);
            return;
        }

        var word = cursor.PeekWord();
        if (word.Length > 0)
        {
            var near = ComparisonOperators.Near(word.ToString());
            var detail = $"no operator '{Shortened.Text(word.ToString())}'; expected an operator, 'and', 'or' or {end}";
            cursor.Fail(QueryErrors.UnknownOperator, detail, cursor.Offset, near);
            return;
        }

        cursor.FailExpected($"an operator, 'and', 'or' or {end}");
    }

    private Expr? ParseCondition() => ParseOr();

    private Expr? ParseOr()
    {
        var start = Start();
        var first = ParseAnd();
        if (first is null || !TakeOr()) return first;
        var items = ImmutableArray.CreateBuilder<Expr>();
        items.Add(first);
        do
        {
            if (ParseAnd() is not { } next) return null;
            items.Add(next);
        }
        while (TakeOr());
        return _budget.Count(new Expr.Or(items.ToImmutable()) { Position = start });
    }

    private Expr? ParseAnd()
    {
        var start = Start();
        var first = ParseNot();
        if (first is null || !TakeAnd()) return first;
        var items = ImmutableArray.CreateBuilder<Expr>();
        items.Add(first);
        do
        {
            if (ParseNot() is not { } next) return null;
            items.Add(next);
        }
        while (TakeAnd());
        return _budget.Count(new Expr.And(items.ToImmutable()) { Position = start });
    }

    private Expr? ParseNot()
    {
        var start = Start();
        if (!TakeNot()) return ParseComparison();
        if (!_budget.Enter(start)) return null;
        var operand = ParseNot();
        _budget.Leave();
        return operand is null ? null : _budget.Count(new Expr.Not(operand) { Position = start });
    }

    private Expr? ParseComparison()
    {
        var left = _operands.ParseSum();
        if (left is null) return null;
        var at = Start();
        if (_cursor.TryTakeWord("is")) return ParseIs(left, at);
        var negated = _cursor.TryTakeWord("not");
        if (!ComparisonOperators.TryTake(_cursor, out var op))
        {
            if (!negated) return left;
            _cursor.FailExpected("an operator after 'not'");
            return null;
        }

        var compared = ParseRight(op, left, at);
        if (compared is null || !negated) return compared;
        if (op == Operator.In) return compared with { Operator = Operator.Nin };
        return _budget.Count(new Expr.Not(compared) { Position = at });
    }

    private Expr.Compare? ParseIs(Expr left, int at)
    {
        var negated = _cursor.TryTakeWord("not");
        if (_cursor.TryTakeWord("null")) return IsNull(left, at, !negated);
        _cursor.FailExpected(negated ? "'null'" : "'null' or 'not null'");
        return null;
    }

    private Expr.Compare? ParseRight(Operator op, Expr left, int at)
    {
        var right = op switch
        {
            Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall => _operands.ParseListOrReference(),
            Operator.Between => _operands.ParseBounds(),
            _ => _operands.ParseSum(),
        };
        if (right is null) return null;
        if (IsNullLiteral(right)) return CompareWithNull(op, left, right, at);
        if (IsNullLiteral(left)) return CompareWithNull(op, right, left, at);
        return _budget.Count(new Expr.Compare(op, left, right) { Position = at });
    }

    private Expr.Compare? CompareWithNull(Operator op, Expr operand, Expr nullLiteral, int at)
    {
        if (op is Operator.Eq or Operator.Ne) return IsNull(operand, at, op == Operator.Eq);
        _cursor.Fail(QueryErrors.Syntax, "null can only be compared with eq, ne, 'is null' or 'is not null'",
            nullLiteral.Position);
        return null;
    }

    private Expr.Compare? IsNull(Expr operand, int at, bool isNull)
    {
        var literal = isNull
            ? new Expr.Literal(LiteralKind.True, "true") { Position = at }
            : new Expr.Literal(LiteralKind.False, "false") { Position = at };
        return _budget.Count(new Expr.Compare(Operator.Null, operand, literal) { Position = at });
    }

    private static bool IsNullLiteral(Expr expr) => expr is Expr.Literal { Kind: LiteralKind.Null };

    private bool TakeOr() => _cursor.TryTakeWord("or") || _cursor.TryTake("||");

    private bool TakeAnd() => _cursor.TryTakeWord("and") || _cursor.TryTake("&&");

    // `not` is a word of its own unless a dot follows, which makes it a name; `!` must not eat the start of `!=`.
    private bool TakeNot()
    {
        var word = _cursor.PeekWord();
        if (word is "not" or "NOT" && _cursor.PeekAfter(3) != '.')
        {
            _cursor.Advance(3);
            return true;
        }

        return _cursor.Peek == '!' && _cursor.PeekAfter(1) != '=' && _cursor.TryTake('!');
    }

    private int Start()
    {
        _cursor.SkipSpaces();
        return _cursor.Offset;
    }
}
