using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>Operators with several values: in, nin, between, and the element tests of lists.</summary>
internal sealed class ListBinder(Binder binder, LiteralBinder literals)
{
    private static readonly FieldType AnyScalar = FieldType.Json;

    private readonly Binder _binder = binder;
    private readonly LiteralBinder _literals = literals;

    /// <summary>in, nin: one JSON array parameter; a mixture of parameters and paths becomes a row of
    /// comparisons.</summary>
    public Bound Membership(Expr.Compare compare, Bound left, BindSite site)
    {
        if (ListParameter(compare.Right, left.Type) is { } list)
            return Binder.IsInvalid(list) ? list : new Bound.Compare(compare.Operator, left, list);
        if (compare.Right is not Expr.List { Items: var items })
        {
            return _binder.Fail(
                PlanErrors.Type, $"{Operators.Name(compare.Operator)} needs a list of values", compare.Right.Position);
        }

        var single = compare.Operator == Operator.In ? Operator.Eq : Operator.Ne;
        var tests = ImmutableArray.CreateBuilder<Bound>(items.Length);
        foreach (var item in items)
        {
            var value = _binder.Bind(item, site, left.Type);
            if (Binder.IsInvalid(value)) return value;
            tests.Add(new Bound.Compare(single, left, value));
        }

        return single == Operator.Eq ? new Bound.Or(tests.MoveToImmutable()) : new Bound.And(tests.MoveToImmutable());
    }

    /// <summary>has, hasany, hasall, overlaps.</summary>
    public Bound Elements(Expr.Compare compare, Bound left)
    {
        var element = left.Type.Element ?? AnyScalar;
        var op = compare.Operator == Operator.Overlaps ? Operator.Hasany : compare.Operator;
        Bound right;
        if (op != Operator.Has) right = ListParameter(compare.Right, element) ?? Misshapen(compare);
        else if (AsLiteral(compare.Right) is { Kind: not LiteralKind.Null } literal)
            right = _literals.Bind(literal, element);
        else right = Misshapen(compare);
        return Binder.IsInvalid(right) ? right : new Bound.Compare(op, left, right);
    }

    public Bound Between(Expr.Compare compare, Bound left, BindSite site, OperatorBinder operators)
    {
        Bound low, high;
        var one = compare.Right is Expr.List { Items: [Expr.Literal { Slot: >= 0 } a, Expr.Literal { Slot: >= 0 } b] }
            && a.Slot == b.Slot ? a : null;
        if (one is not null)
        {
            var items = ((Expr.List)compare.Right).Items;
            low = BindHalf((Expr.Literal)items[0], left.Type, ValueForm.First);
            high = BindHalf((Expr.Literal)items[1], left.Type, ValueForm.Second);
        }
        else if (compare.Right is Expr.Literal { Kind: LiteralKind.Raw } raw)
        {
            low = _literals.BindRead(raw, new ValueReading(left.Type, ValueForm.First));
            if (Binder.IsInvalid(low)) return low;
            high = _literals.BindRead(raw, new ValueReading(left.Type, ValueForm.Second));
        }
        else if (compare.Right is Expr.List { Items: [var first, var second] })
        {
            low = operators.Comparable(left, _binder.Bind(first, site, left.Type), first.Position);
            high = operators.Comparable(left, _binder.Bind(second, site, left.Type), second.Position);
        }
        else
        {
            return _binder.Fail(PlanErrors.Value, "between needs two values: low,high", compare.Right.Position);
        }

        if (Binder.IsInvalid(low) || Binder.IsInvalid(high)) return Binder.Invalid;
        return new Bound.Between(left, low, high);
    }

    // The items of "10,50" came from one pair: each is its half of the pair's text in the requests that follow.
    private Bound BindHalf(Expr.Literal item, FieldType type, ValueForm half)
    {
        var bound = _literals.BindRead(item with { Slot = -1 }, new ValueReading(type));
        return bound is Bound.Value value ? AtSlot(value, item.Slot, new ValueReading(type, half), item.Text) : bound;
    }

    private Bound.Value AtSlot(Bound.Value value, int slot, ValueReading reading, string text)
    {
        // A time relative to now is bound as Now; its first value is read again to keep the slot.
        if (value.Origin is ValueOrigin.Fixed known)
            return value with { Origin = new ValueOrigin.Slot(slot, reading, known.Value) };
        SlotReader.TryRead(text, new ValueReading(reading.Type), _binder.Now, _binder.Limits, out var first, out _);
        return value with { Origin = new ValueOrigin.Slot(slot, reading, first) };
    }

    // A list whose values are all constants of one pair, of the query's text, or one $parameter. Null: not such a
    // list.
    private Bound? ListParameter(Expr right, FieldType type)
    {
        if (AsLiteral(right) is { Kind: LiteralKind.Raw or LiteralKind.Text } whole)
            return _literals.BindRead(whole, new ValueReading(type, ValueForm.List));
        if (right is not Expr.List { Items: var items }) return right is Expr.Parameter ? Binder.Invalid : null;
        if (items.Length > _binder.Limits.InValuesMax)
        {
            return _binder.Fail(
                QueryErrors.TooManyValues, $"more than {_binder.Limits.InValuesMax} values (query.in_values_max)",
                right.Position);
        }

        var texts = new List<string>(items.Length);
        var slot = items is [Expr.Literal first, ..] ? first.Slot : -1;
        foreach (var item in items)
        {
            if (item is not Expr.Literal { Kind: not (LiteralKind.Null or LiteralKind.Duration) } literal
                || literal.Slot != slot) return null;
            // A time that moves with the clock has a place of its own: a list is read once for all requests.
            if (slot < 0 && type.IsTime && TimeText.TryReadRelative(literal.Text, out _)) return null;
            if (Binder.IsInvalid(_literals.Bind(literal, type))) return Binder.Invalid;
            texts.Add(literal.Kind switch
            {
                LiteralKind.True => "true", LiteralKind.False => "false", _ => literal.Text,
            });
        }

        if (!SlotReader.TryListOf(texts, type, _binder.Now, out var value, out var fault))
            return _binder.Fail(PlanErrors.Value, fault.Detail, right.Position, fault.Suggestion);
        ValueOrigin origin = slot >= 0
            ? new ValueOrigin.Slot(slot, new ValueReading(type, ValueForm.List), value)
            : new ValueOrigin.Fixed(value);
        return new Bound.Value(origin, type);
    }

    private Expr.Literal? AsLiteral(Expr expr) => expr switch
    {
        Expr.Literal literal => literal,
        Expr.Parameter parameter => _binder.ParameterLiteral(parameter),
        _ => null,
    };

    private Bound Misshapen(Expr.Compare compare) => _binder.Fail(
        PlanErrors.Type, $"{Operators.Name(compare.Operator)} needs constant values", compare.Right.Position);
}
