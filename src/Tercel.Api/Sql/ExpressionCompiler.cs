using System.Diagnostics;
using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;

namespace Tercel.Api.Sql;

/// <summary>Writes bound expressions as SQL. Values become parameters; whatever is not a name in quotes stands
/// here.</summary>
internal sealed class ExpressionCompiler
{
    private readonly SqlBuilder _sql;
    private readonly FunctionCompiler _functions;

    public ExpressionCompiler(SqlBuilder sql)
    {
        _sql = sql;
        _functions = new FunctionCompiler(sql, this);
    }

    public void Write(Bound bound)
    {
        switch (bound)
        {
            case Bound.Column column: _sql.Column(column.Source, column.Field); break;
            case Bound.Value value: _sql.Parameter(value.Origin); break;
            case Bound.NullValue: _sql.Add("NULL"); break;
            case Bound.JsonMember member: WriteMember(member); break;
            case Bound.Compare compare: WriteCompare(compare); break;
            case Bound.Between between: WriteBetween(between); break;
            case Bound.IsNull test: WriteIsNull(test); break;
            case Bound.And and: WriteJunction(and.Items, " AND ", "1"); break;
            case Bound.Or or: WriteJunction(or.Items, " OR ", "0"); break;
            case Bound.Not not: Wrap("(NOT ", not.Operand, ")"); break;
            case Bound.Arithmetic arithmetic: WriteArithmetic(arithmetic); break;
            case Bound.Negate negate: Wrap("(-", negate.Operand, ")"); break;
            case Bound.Scalar scalar: _functions.Write(scalar); break;
            case Bound.Related related: WriteRelated(related); break;
            case Bound.ChildOf child: FromCompiler.WriteChildOf(_sql, child); break;
            case Bound.RelatedAggregate aggregate: WriteRelatedAggregate(aggregate); break;
            case Bound.Aggregate aggregate: AggregateCompiler.Write(_sql, this, aggregate); break;
            case Bound.Matches matches: SearchCompiler.WriteMatch(_sql, matches); break;
            case Bound.Highlight marked: SearchCompiler.WriteHighlight(_sql, marked); break;
            case Bound.Score score: SearchCompiler.WriteScore(_sql, score); break;
            default: throw new UnreachableException();
        }
    }

    /// <summary>Writes <c>before expression after</c>.</summary>
    public void Wrap(string before, Bound bound, string after)
    {
        _sql.Add(before);
        Write(bound);
        _sql.Add(after);
    }

    /// <summary>Writes a document so that text which is no JSON counts as null instead of ending the
    /// statement.</summary>
    public void WriteDocument(Bound document)
    {
        Wrap("CASE WHEN json_valid(", document, ") THEN ");
        Write(document);
        _sql.Add(" END");
    }

    private void WriteMember(Bound.JsonMember member)
    {
        _sql.Add("json_extract(");
        WriteDocument(member.Document);
        _sql.Add(", ").Parameter(new ValueOrigin.Fixed(PathBinder.JsonPath(member.Path))).Add(")");
    }

    private void WriteCompare(Bound.Compare compare)
    {
        switch (compare.Operator)
        {
            case Operator.Eq: WriteInfix(compare, " = "); break;
            case Operator.Ne: WriteInfix(compare, " <> "); break;
            case Operator.Lt: WriteInfix(compare, " < "); break;
            case Operator.Lte: WriteInfix(compare, " <= "); break;
            case Operator.Gt: WriteInfix(compare, " > "); break;
            case Operator.Gte: WriteInfix(compare, " >= "); break;
            case Operator.Like: WriteInfix(compare, " GLOB "); break;
            case Operator.In: WriteMembership(compare, " IN "); break;
            case Operator.Nin: WriteMembership(compare, " NOT IN "); break;
            case Operator.Has or Operator.Hasany or Operator.Hasall: WriteElements(compare); break;
            default: WriteTextTest(compare); break;
        }
    }

    private void WriteInfix(Bound.Compare compare, string sign)
    {
        Wrap("(", compare.Left, sign);
        Write(compare.Right);
        _sql.Add(")");
    }

    private void WriteMembership(Bound.Compare compare, string sign)
    {
        Wrap("(", compare.Left, sign);
        Wrap("(SELECT value FROM json_each(", compare.Right, ")))");
    }

    // instr and substr know no patterns, so that the value needs no escaping, and they respect case as LIKE does not.
    private void WriteTextTest(Bound.Compare compare)
    {
        var folded = compare.Operator is Operator.Ilike or Operator.Icontains or Operator.Istarts or Operator.Iends;
        switch (compare.Operator)
        {
            case Operator.Ilike:
                WriteOperand("(", compare.Left, folded, " GLOB ");
                Write(compare.Right);
                _sql.Add(")");
                break;
            case Operator.Contains or Operator.Icontains:
                WriteOperand("(instr(", compare.Left, folded, ", ");
                Write(compare.Right);
                _sql.Add(") > 0)");
                break;
            case Operator.Starts or Operator.Istarts:
                WriteOperand("(substr(", compare.Left, folded, ", 1, length(");
                Write(compare.Right);
                Wrap(")) = ", compare.Right, ")");
                break;
            case Operator.Ends or Operator.Iends:
                WriteOperand("(substr(", compare.Left, folded, ", length(");
                WriteOperand("", compare.Left, folded, ") - length(");
                Write(compare.Right);
                Wrap(") + 1) = ", compare.Right, ")");
                break;
            case Operator.Regex:
                Wrap("tercel_regex(", compare.Right, ", ");
                WriteOperand("", compare.Left, folded, ")");
                break;
            default: throw new UnreachableException();
        }
    }

    private void WriteOperand(string before, Bound operand, bool folded, string after)
    {
        _sql.Add(before);
        if (folded) Wrap("tercel_fold(", operand, ")");
        else Write(operand);
        _sql.Add(after);
    }

    private void WriteElements(Bound.Compare compare)
    {
        switch (compare.Operator)
        {
            case Operator.Has:
                _sql.Add("EXISTS (SELECT 1 FROM ");
                WriteEach(compare.Left);
                Wrap(" WHERE value = ", compare.Right, ")");
                break;
            case Operator.Hasany:
                _sql.Add("EXISTS (SELECT 1 FROM ");
                WriteEach(compare.Left);
                Wrap(" WHERE value IN (SELECT value FROM json_each(", compare.Right, ")))");
                break;
            default:
                var wanted = _sql.FreshAlias();
                Wrap("(", compare.Left, " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(");
                Wrap("", compare.Right, ") AS ");
                _sql.Add(wanted).Add(" WHERE ").Add(wanted).Add(".value NOT IN (SELECT value FROM ");
                WriteEach(compare.Left);
                _sql.Add(" WHERE value IS NOT NULL)))");
                break;
        }
    }

    // The elements of a list, or of a list inside a document: json_extract would turn a text into invalid JSON here.
    private void WriteEach(Bound list)
    {
        _sql.Add("json_each(");
        if (list is Bound.JsonMember member)
        {
            WriteDocument(member.Document);
            _sql.Add(", ").Parameter(new ValueOrigin.Fixed(PathBinder.JsonPath(member.Path)));
        }
        else
        {
            WriteDocument(list);
        }

        _sql.Add(")");
    }

    private void WriteBetween(Bound.Between between)
    {
        Wrap("(", between.Operand, " BETWEEN ");
        Write(between.Low);
        Wrap(" AND ", between.High, ")");
    }

    private void WriteIsNull(Bound.IsNull test) =>
        Wrap("(", test.Operand, test.Negated ? " IS NOT NULL)" : " IS NULL)");

    private void WriteJunction(IReadOnlyList<Bound> items, string sign, string empty)
    {
        if (items.Count == 0)
        {
            _sql.Add(empty);
            return;
        }

        _sql.Add("(");
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) _sql.Add(sign);
            Write(items[i]);
        }

        _sql.Add(")");
    }

    private void WriteArithmetic(Bound.Arithmetic arithmetic)
    {
        // Sums of decimals carry binary noise in the last digits, which rounding to their scale takes away.
        var scale = arithmetic.Type is { Kind: FieldKind.Decimal } type ? type.Scale : null;
        _sql.Add(scale is null ? "(" : "round(");
        Wrap(arithmetic.Sign == '/' ? "1.0 * " : "", arithmetic.Left, $" {arithmetic.Sign} ");
        Write(arithmetic.Right);
        _sql.Add(scale is { } digits ? string.Create(CultureInfo.InvariantCulture, $", {digits})") : ")");
    }

    private void WriteRelated(Bound.Related related)
    {
        _sql.Add(related.Quantifier == Quantifier.Any ? "EXISTS (SELECT 1" : "(NOT EXISTS (SELECT 1");
        FromCompiler.WriteRelated(_sql, related.From, related.Via, related.Inner);
        if (related.Predicate is { } predicate)
            Wrap(" AND (", predicate, related.Quantifier == Quantifier.All ? ") IS NOT TRUE" : ")");
        _sql.Add(related.Quantifier == Quantifier.Any ? ")" : "))");
    }

    private void WriteRelatedAggregate(Bound.RelatedAggregate aggregate)
    {
        _sql.Add("(SELECT ");
        AggregateCompiler.WriteRelated(_sql, this, aggregate);
        FromCompiler.WriteRelated(_sql, aggregate.From, aggregate.Via, aggregate.Inner);
        if (aggregate.Predicate is { } predicate) Wrap(" AND (", predicate, ")");
        _sql.Add(")");
    }
}
