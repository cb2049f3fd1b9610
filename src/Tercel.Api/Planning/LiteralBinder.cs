using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>Places constants of a request as parameters, read as the type that they are compared with.</summary>
internal sealed class LiteralBinder(Binder binder)
{
    private readonly Binder _binder = binder;

    /// <summary>Binds a constant; <paramref name="expected"/> is the type of the other side, null when nothing
    /// says.</summary>
    public Bound Bind(Expr.Literal literal, FieldType? expected)
    {
        switch (literal.Kind)
        {
            case LiteralKind.Null: return new Bound.NullValue(expected ?? FieldType.Int);
            case LiteralKind.True or LiteralKind.False: return BindBool(literal, expected);
            case LiteralKind.Number: return BindNumber(literal, expected);
            case LiteralKind.Duration:
                return _binder.Fail(PlanErrors.Type, $"the span {literal.Text} can only be added to a time",
                    literal.Position);
            case LiteralKind.Text when expected is { IsNumber: true } or { Kind: FieldKind.Bool }:
                return _binder.Fail(
                    PlanErrors.Type, $"cannot compare {ValueText.Describe(expected)} with text", literal.Position);
            case LiteralKind.Text when expected is null or { Kind: FieldKind.Json }:
                return new Bound.Value(new ValueOrigin.Fixed(SqlValue.Of(literal.Text)), FieldType.Text);
            default: return BindRead(literal, new ValueReading(expected ?? FieldType.Json));
        }
    }

    /// <summary>Binds a constant that is read in a special form (a pattern, a list, half of a pair).</summary>
    public Bound BindRead(Expr.Literal literal, ValueReading reading)
    {
        if (reading.Form == ValueForm.Single && reading.Type.IsTime && literal.Slot < 0
            && TimeText.TryReadRelative(literal.Text, out var plus))
        {
            // Fixed text whose value moves with the clock.
            return new Bound.Value(new ValueOrigin.Now(reading.Type, plus), reading.Type);
        }

        if (!SlotReader.TryRead(literal.Text, reading, _binder.Now, _binder.Limits, out var value, out var fault))
            return _binder.Fail(fault.Code ?? PlanErrors.Value, fault.Detail, literal.Position, fault.Suggestion);
        ValueOrigin origin = literal.Slot >= 0
            ? new ValueOrigin.Slot(literal.Slot, reading, value)
            : new ValueOrigin.Fixed(value);
        return new Bound.Value(origin, reading.Type);
    }

    private Bound BindBool(Expr.Literal literal, FieldType? expected)
    {
        if (expected is not null && expected.Kind is not (FieldKind.Bool or FieldKind.Json))
            return _binder.Fail(
                PlanErrors.Type, $"cannot compare {ValueText.Describe(expected)} with true or false", literal.Position);
        return new Bound.Value(new ValueOrigin.Fixed(SqlValue.Of(literal.Kind == LiteralKind.True)), FieldType.Bool);
    }

    private Bound BindNumber(Expr.Literal literal, FieldType? expected)
    {
        if (expected is { IsNumber: false } and not { Kind: FieldKind.Json })
        {
            var hint = expected.IsText ? $"; write '{literal.Text}'" : "";
            return _binder.Fail(
                PlanErrors.Type, $"cannot compare {ValueText.Describe(expected)} with a number{hint}",
                literal.Position);
        }

        if (long.TryParse(literal.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new Bound.Value(new ValueOrigin.Fixed(SqlValue.Of(whole)), FieldType.Int);
        if (double.TryParse(literal.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
            return new Bound.Value(new ValueOrigin.Fixed(SqlValue.Of(number)), FieldType.Float);
        return _binder.Fail(PlanErrors.Value, $"'{literal.Text}' is no number", literal.Position);
    }
}
