using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>Numbers with numbers, and times with spans.</summary>
internal static class ArithmeticBinder
{
    public static Bound Bind(Binder binder, Expr.Arithmetic arithmetic, BindSite site, FieldType? expected)
    {
        if (arithmetic.Right is Expr.Literal { Kind: LiteralKind.Duration } span)
            return PlusSpan(binder, arithmetic, span, site, expected);
        if (arithmetic.Left is Expr.Literal { Kind: LiteralKind.Duration } first && arithmetic.Sign == '+')
            return PlusSpan(binder, arithmetic with { Left = arithmetic.Right, Right = first }, first, site, expected);

        var (left, right) = Operands(binder, arithmetic, site);
        if (Binder.IsInvalid(left) || Binder.IsInvalid(right)) return Binder.Invalid;
        left = AsNumber(left);
        right = AsNumber(right);
        if (left.Type.IsNumber && right.Type.IsNumber)
            return new Bound.Arithmetic(arithmetic.Sign, left, right, Result(arithmetic.Sign, left.Type, right.Type));
        return binder.Fail(
            PlanErrors.Type, $"cannot calculate {ValueText.Describe(left.Type)} {arithmetic.Sign} "
            + ValueText.Describe(right.Type), arithmetic.Position);
    }

    public static Bound Bind(Binder binder, Expr.Negate negate, BindSite site, FieldType? expected)
    {
        var operand = binder.Bind(negate.Operand, site, expected is { IsNumber: true } ? expected : null);
        if (Binder.IsInvalid(operand)) return operand;
        operand = AsNumber(operand);
        if (operand.Type.IsNumber) return new Bound.Negate(operand);
        return binder.Fail(PlanErrors.Type, $"cannot negate {ValueText.Describe(operand.Type)}", negate.Position);
    }

    // The side with a type of its own gives the other side's constant its type.
    private static (Bound Left, Bound Right) Operands(Binder binder, Expr.Arithmetic arithmetic, BindSite site)
    {
        if (arithmetic.Left is not (Expr.Literal or Expr.Parameter))
        {
            var left = binder.Bind(arithmetic.Left, site);
            return Binder.IsInvalid(left)
                ? (left, left) : (left, binder.Bind(arithmetic.Right, site, Widened(left.Type)));
        }

        var right = binder.Bind(arithmetic.Right, site, FieldType.Float);
        return (binder.Bind(arithmetic.Left, site, Widened(right.Type)), right);
    }

    // stock * 1.5 is fine although stock is an integer.
    private static FieldType Widened(FieldType type) =>
        type.IsNumber || type.Kind == FieldKind.Json ? FieldType.Float : type;

    private static Bound AsNumber(Bound bound) =>
        bound is Bound.JsonMember ? bound with { Type = FieldType.Float } : bound;

    private static FieldType Result(char sign, FieldType left, FieldType right)
    {
        if (sign == '/') return FieldType.Float;
        if (left.Kind == FieldKind.Float || right.Kind == FieldKind.Float)
            return FieldType.Float;

        if (left.Kind != FieldKind.Decimal && right.Kind != FieldKind.Decimal)
            return left.Kind == FieldKind.BigInt || right.Kind == FieldKind.BigInt
                ? new FieldType(FieldKind.BigInt) : FieldType.Int;
        var (a, b) = (Scale(left), Scale(right));
        var scale = sign == '*' ? a + b : a is { } x && b is { } y ? Math.Max(x, y) : null;
        return new FieldType(FieldKind.Decimal) { Scale = scale is > 12 ? null : scale };
    }

    private static int? Scale(FieldType type) => type.Kind == FieldKind.Decimal ? type.Scale : 0;

    private static Bound PlusSpan(
        Binder binder, Expr.Arithmetic arithmetic, Expr.Literal span, BindSite site, FieldType? expected)
    {
        if (arithmetic.Sign is not ('+' or '-'))
            return binder.Fail(PlanErrors.Type, "a span can only be added to or taken from a time",
                arithmetic.Position);
        if (!DurationText.TryParse(span.Text, out var plus))
            return binder.Fail(PlanErrors.Value, $"'{span.Text}' is no span such as 15m, 2h or 7d", span.Position);
        if (plus > TimeText.SpanMax) return TooFar(binder, span);
        if (arithmetic.Sign == '-') plus = -plus;
        var time = binder.Bind(arithmetic.Left, site, expected is { IsTime: true } ? expected : FieldType.DateTime);
        if (Binder.IsInvalid(time)) return time;
        if (time is Bound.Value { Origin: ValueOrigin.Now { Plus: var far } } && far.Duration() > TimeText.SpanMax)
            return TooFar(binder, span);
        if (time is Bound.Value { Origin: ValueOrigin.Now now })
            return new Bound.Value(now with { Plus = now.Plus + plus }, time.Type);
        if (!time.Type.IsTime)
        {
            return binder.Fail(
                PlanErrors.Type, $"cannot add a span to {ValueText.Describe(time.Type)}", arithmetic.Position);
        }

        var seconds = new ValueOrigin.Fixed(SqlValue.Of(plus.TotalSeconds));
        return new Bound.Scalar("plus_seconds", [time, new Bound.Value(seconds, FieldType.Int)], time.Type);
    }

    private static Bound TooFar(Binder binder, Expr.Literal span) =>
        binder.Fail(PlanErrors.Value, $"{span.Text} leads beyond all dates", span.Position);
}
