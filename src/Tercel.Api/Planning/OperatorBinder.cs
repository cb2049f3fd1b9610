using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>Applies one operator to a value that is known, and to a right side as written; holds the type
/// rules.</summary>
internal sealed class OperatorBinder(Binder binder, LiteralBinder literals)
{
    private readonly Binder _binder = binder;
    private readonly ListBinder _lists = new(binder, literals);
    private readonly LiteralBinder _literals = literals;

    public Bound Bind(Expr.Compare compare, Bound left, BindSite site)
    {
        var op = compare.Operator;
        if (op == Operator.Null)
        {
            return FlagOf(compare.Right) is { } wanted
                ? new Bound.IsNull(left, Negated: !wanted)
                : _binder.Fail(PlanErrors.Value, "null takes true or false", compare.Right.Position);
        }

        if (!Fits(op, left)) return Misfit(op, left, compare.Position);
        return op switch
        {
            Operator.In or Operator.Nin => _lists.Membership(compare, left, site),
            Operator.Has or Operator.Hasany or Operator.Hasall or Operator.Overlaps => _lists.Elements(compare, left),
            Operator.Between => _lists.Between(compare, left, site, this),
            >= Operator.Like and <= Operator.Regex => BindText(compare, left),
            _ => BindOrder(compare, left, site),
        };
    }

    /// <summary>True or false as a constant; null when it is something else.</summary>
    public static bool? FlagOf(Expr expr) => expr switch
    {
        Expr.Literal { Kind: LiteralKind.True } => true,
        Expr.Literal { Kind: LiteralKind.False } => false,
        Expr.Literal { Kind: LiteralKind.Raw, Text: "true" or "1" } => true,
        Expr.Literal { Kind: LiteralKind.Raw, Text: "false" or "0" } => false,
        _ => null,
    };

    /// <summary>Brings a right side to the type of the left: checks that they compare, and converts time
    /// formats.</summary>
    public Bound Comparable(Bound left, Bound right, int position)
    {
        if (Binder.IsInvalid(right) || right is Bound.NullValue) return right;
        var (a, b) = (left.Type, right.Type);
        if (a.IsTime && b.IsTime) return a.Kind == b.Kind && a.Format == b.Format ? right : ConvertTime(right, a);
        var fits = (a.IsNumber && b.IsNumber) || (IsTextual(a) && IsTextual(b)) || a.Kind == b.Kind
            || (a.Kind == FieldKind.Json && IsScalar(b)) || (b.Kind == FieldKind.Json && IsScalar(a));
        if (fits) return right;
        return _binder.Fail(
            PlanErrors.Type, $"cannot compare {ValueText.Describe(a)} with {ValueText.Describe(b)}", position);
    }

    private Bound BindOrder(Expr.Compare compare, Bound left, BindSite site)
    {
        var right = _binder.Bind(compare.Right, site, left.Type);
        right = Comparable(left, right, compare.Right.Position);
        if (Binder.IsInvalid(right)) return right;
        var op = compare.Operator;
        if (right is Bound.NullValue) return AgainstNull(op, left, compare.Right.Position);
        if (left is Bound.NullValue) return AgainstNull(op, right, compare.Left.Position);
        if (left.Type.Kind != FieldKind.Json) return new Bound.Compare(op, left, right);
        if (op is Operator.Eq or Operator.Ne) return JsonEquality(op, left, right);
        // Numbers sort before texts in SQLite: an order comparison only makes sense within one kind.
        return new Bound.And([new Bound.Compare(op, left, right), SameKind(left, right)]);
    }

    private Bound AgainstNull(Operator op, Bound operand, int position) => op switch
    {
        Operator.Eq => new Bound.IsNull(operand, Negated: false),
        Operator.Ne => new Bound.IsNull(operand, Negated: true),
        _ => _binder.Fail(PlanErrors.Type, $"null has no order; {Operators.Name(op)} cannot take it", position),
    };

    // attrs.code=40 finds the number 40 and the text "40": a URL cannot tell them apart.
    private static Bound JsonEquality(Operator op, Bound left, Bound right)
    {
        var compare = new Bound.Compare(op, left, right);
        if (right is not Bound.Value { Type.Kind: FieldKind.Json, Origin: ValueOrigin.Slot slot }) return compare;
        var reading = new ValueReading(FieldType.Text);
        var text = slot.First.Kind == SqlKind.Text ? slot.First : SqlValue.Of(slot.First.ToString());
        var same =
            new Bound.Compare(op, left, new Bound.Value(slot with { Reading = reading, First = text }, FieldType.Text));
        return op == Operator.Eq ? new Bound.Or([compare, same]) : new Bound.And([compare, same]);
    }

    private static Bound.Scalar SameKind(Bound left, Bound right) => new("same_kind", [left, right], FieldType.Bool);

    private Bound BindText(Expr.Compare compare, Bound left)
    {
        var literal = compare.Right as Expr.Literal;
        if (compare.Right is Expr.Parameter parameter)
        {
            literal = _binder.ParameterLiteral(parameter);
            if (literal is null) return Binder.Invalid;
        }

        if (literal is null or { Kind: LiteralKind.Null or LiteralKind.Duration })
        {
            return _binder.Fail(
                PlanErrors.Type, $"{Operators.Name(compare.Operator)} needs a text or a $parameter",
                compare.Right.Position);
        }

        Bound Read(ValueForm form) => _literals.BindRead(literal, new ValueReading(FieldType.Text, form));
        if (compare.Operator == Operator.Starts && left is Bound.Column)
        {
            // An index range; in byte order, whatever the column's own order is, as the other text tests compare.
            var bytes = new Bound.Scalar("binary", [left], FieldType.Text);
            return new Bound.And([
                new Bound.Compare(Operator.Gte, bytes, Read(ValueForm.Pattern)),
                new Bound.Compare(Operator.Lt, bytes, Read(ValueForm.PrefixEnd))]);
        }

        var form = compare.Operator switch
        {
            Operator.Like => ValueForm.Glob,
            Operator.Ilike => ValueForm.FoldedGlob,
            Operator.Icontains or Operator.Istarts or Operator.Iends => ValueForm.FoldedPattern,
            _ => ValueForm.Pattern,
        };
        return new Bound.Compare(compare.Operator, left, Read(form));
    }

    // A constant was read in the type of the other side already; only columns and expressions arrive here.
    private static Bound.Scalar ConvertTime(Bound value, FieldType to) => new("time_as", [value], to);

    // A member of a JSON document may hold anything; columns and expressions follow their type's list.
    private static bool Fits(Operator op, Bound left)
    {
        if (left is Bound.JsonMember) return op != Operator.Overlaps;
        if (op == Operator.Overlaps) op = Operator.Hasany;
        return FieldOperators.For(left.Type).Contains(op)
            || (op is Operator.Eq or Operator.Ne && left.Type.Kind == FieldKind.Bytes);
    }

    private Bound Misfit(Operator op, Bound left, int position)
    {
        var possible = string.Join(", ", FieldOperators.For(left.Type).Select(Operators.Name));
        return _binder.Fail(
            PlanErrors.Type,
            $"the operator {Operators.Name(op)} does not fit {ValueText.Describe(left.Type)}; possible are {possible}",
            position);
    }

    private static bool IsTextual(FieldType type) => type.IsText;

    private static bool IsScalar(FieldType type) => type.Kind is not (FieldKind.Array or FieldKind.Bytes);
}
