using System.Collections.Frozen;
using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>Binds calls of scalar functions; aggregates and exists go to <see cref="AggregateBinder"/>.</summary>
internal sealed class FunctionBinder(Binder binder, LiteralBinder literals, AggregateBinder aggregates)
{
    // Name -> fewest and most arguments.
    private static readonly FrozenDictionary<string, (int Min, int Max)> Scalars =
        new Dictionary<string, (int, int)>(StringComparer.Ordinal)
        {
            ["lower"] = (1, 1), ["upper"] = (1, 1), ["length"] = (1, 1), ["coalesce"] = (2, 8), ["abs"] = (1, 1),
            ["round"] = (1, 2), ["year"] = (1, 1), ["quarter"] = (1, 1), ["month"] = (1, 1), ["week"] = (1, 1),
            ["day"] = (1, 1), ["hour"] = (1, 1), ["minute"] = (1, 1), ["date"] = (1, 1), ["bucket"] = (2, 2),
            ["bin"] = (2, 2), ["trim"] = (1, 1), ["concat"] = (2, 8), ["nullif"] = (2, 2), ["if"] = (3, 3),
            ["floor"] = (1, 1), ["ceil"] = (1, 1),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    // Each of these writes its argument two or three times into the statement: eight levels would be thousands.
    private const int RepeatedNestMax = 3;

    private static readonly FrozenSet<string> Repeating =
        FrozenSet.ToFrozenSet(["floor", "ceil", "bin", "bucket", "quarter"], StringComparer.Ordinal);

    private readonly Binder _binder = binder;
    private readonly LiteralBinder _literals = literals;
    private readonly AggregateBinder _aggregates = aggregates;
    private int _repeated;

    public Bound Bind(Expr.Call call, BindSite site, FieldType? expected)
    {
        if (call.Name == "exists") return _aggregates.BindExists(call, site);
        if (Functions.IsAggregate(call.Name)) return _aggregates.Bind(call, site);
        if (!Scalars.TryGetValue(call.Name, out var arity))
        {
            return _binder.Fail(
                PlanErrors.Function, $"no function '{call.Name}'", call.Position,
                Functions.Near(call.Name));
        }

        if (call.Distinct)
            return _binder.Fail(PlanErrors.Function, $"{call.Name} does not take distinct", call.Position);
        var count = call.Arguments.Length;
        if (count < arity.Min || count > arity.Max)
        {
            var wanted = arity.Min == arity.Max ? $"{arity.Min}" : $"{arity.Min} to {arity.Max}";
            return _binder.Fail(PlanErrors.Function, $"{call.Name} takes {wanted} arguments, not {count}",
                call.Position);
        }

        if (!Repeating.Contains(call.Name)) return Scalar(call, site, expected);
        if (_repeated == RepeatedNestMax)
        {
            return _binder.Fail(
                QueryErrors.TooDeep, $"{call.Name} stands inside {RepeatedNestMax} functions that round already",
                call.Position);
        }

        _repeated++;
        var bound = Scalar(call, site, expected);
        _repeated--;
        return bound;
    }

    private Bound Scalar(Expr.Call call, BindSite site, FieldType? expected) =>
        call.Name switch
        {
            "coalesce" or "nullif" => SameTyped(call, 0, site, expected),
            "if" => SameTyped(call, 1, site, expected),
            "lower" or "upper" or "trim" or "concat" => OfText(call, site),
            "length" => Length(call, site),
            "abs" or "round" or "floor" or "ceil" => OfNumber(call, site),
            "bucket" => Bucket(call, site),
            "bin" => Bin(call, site),
            _ => OfTime(call, site),
        };

    private Bound OfText(Expr.Call call, BindSite site)
    {
        var texts = ImmutableArray.CreateBuilder<Bound>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            var text = _binder.Bind(argument, site, FieldType.Text);
            if (Binder.IsInvalid(text)) return text;
            if (!text.Type.IsText && text.Type.Kind != FieldKind.Json) return Mismatch(call, "text", text);
            texts.Add(text);
        }

        return new Bound.Scalar(call.Name, texts.MoveToImmutable(), FieldType.Text);
    }

    private Bound Length(Expr.Call call, BindSite site)
    {
        var operand = _binder.Bind(call.Arguments[0], site, FieldType.Text);
        if (Binder.IsInvalid(operand)) return operand;
        if (operand.Type.Kind == FieldKind.Array) return new Bound.Scalar("items", [operand], FieldType.Int);
        if (operand.Type.IsText || operand.Type.Kind == FieldKind.Json)
            return new Bound.Scalar("length", [operand], FieldType.Int);
        return Mismatch(call, "text or a list", operand);
    }

    private Bound OfNumber(Expr.Call call, BindSite site)
    {
        var number = _binder.Bind(call.Arguments[0], site, FieldType.Float);
        if (Binder.IsInvalid(number)) return number;
        if (!number.Type.IsNumber && number.Type.Kind != FieldKind.Json) return Mismatch(call, "a number", number);
        var type = number.Type.IsNumber ? number.Type : FieldType.Float;
        if (call.Name != "round")
            return new Bound.Scalar(call.Name, [number], call.Name == "abs" ? type : FieldType.Int);
        var digits = 0;
        if (call.Arguments.Length == 2
            && (call.Arguments[1] is not Expr.Literal { Kind: LiteralKind.Number or LiteralKind.Raw } literal
                || !int.TryParse(literal.Text, out digits) || digits is < 0 or > 12))
        {
            return _binder.Fail(PlanErrors.Function, "round takes 0 to 12 digits", call.Position);
        }

        return new Bound.Scalar("round", [number], new FieldType(FieldKind.Decimal) { Scale = digits });
    }

    // coalesce, nullif and if: values of one type; the first argument of "if" is a condition.
    private Bound SameTyped(Expr.Call call, int first, BindSite site, FieldType? expected)
    {
        var items = ImmutableArray.CreateBuilder<Bound>(call.Arguments.Length);
        if (first == 1) items.Add(_binder.Condition(call.Arguments[0], site));
        var type = expected is { Kind: FieldKind.Bool } && !call.Arguments.Any(a => a is Expr.Compare)
            ? null : expected;
        foreach (var argument in call.Arguments.Skip(first))
        {
            var item = _binder.Bind(argument, site, type);
            if (argument is not (Expr.Literal or Expr.Parameter)) type ??= item.Type;
            items.Add(item);
        }

        if (items.Any(Binder.IsInvalid)) return Binder.Invalid;
        var values = items.Skip(first).ToList();
        var typed = values.Find(i => i is not (Bound.Value or Bound.NullValue)) ?? values[0];
        var same = values.TrueForAll(i => i is Bound.NullValue || i.Type.Kind == typed.Type.Kind
            || i.Type.Kind == FieldKind.Json || (i.Type.IsNumber && typed.Type.IsNumber)
            || (i.Type.IsText && typed.Type.IsText));
        return same
            ? new Bound.Scalar(call.Name, items.ToImmutable(), typed.Type)
            : _binder.Fail(PlanErrors.Type, $"the values of {call.Name} are not of one type", call.Position);
    }

    // Periods give the time or date they begin at, so that they sort, compare and draw on an axis; year gives a
    // number.
    private Bound OfTime(Expr.Call call, BindSite site)
    {
        var time = _binder.Bind(call.Arguments[0], site, FieldType.DateTime);
        if (Binder.IsInvalid(time)) return time;
        if (!time.Type.IsTime) return Mismatch(call, "a time", time);
        var type = call.Name switch
        {
            "year" => FieldType.Int,
            "hour" or "minute" => FieldType.DateTime,
            _ => FieldType.Date,
        };
        return new Bound.Scalar(call.Name == "day" ? "date" : call.Name, [time], type);
    }

    private Bound Bucket(Expr.Call call, BindSite site)
    {
        var time = _binder.Bind(call.Arguments[0], site, FieldType.DateTime);
        if (Binder.IsInvalid(time)) return time;
        if (!time.Type.IsTime) return Mismatch(call, "a time", time);
        var text = call.Arguments[1] is Expr.Literal literal ? literal.Text : "";
        if (!DurationText.TryParse(text, out var span) || span < TimeSpan.FromSeconds(1))
            return _binder.Fail(PlanErrors.Function, "bucket needs a span such as '15m'", call.Position);
        var seconds = new Bound.Value(new ValueOrigin.Fixed(SqlValue.Of((long)span.TotalSeconds)), FieldType.Int);
        return new Bound.Scalar("bucket", [time, seconds], FieldType.DateTime);
    }

    private Bound Bin(Expr.Call call, BindSite site)
    {
        var number = _binder.Bind(call.Arguments[0], site, FieldType.Float);
        if (Binder.IsInvalid(number)) return number;
        if (!number.Type.IsNumber && number.Type.Kind != FieldKind.Json) return Mismatch(call, "a number", number);
        if (call.Arguments[1] is not Expr.Literal literal) return BadWidth(call);
        var width = _literals.Bind(literal, FieldType.Float);
        if (width is not Bound.Value { Origin: ValueOrigin.Fixed { Value: var value } }) return BadWidth(call);
        if ((value.Kind == SqlKind.Integer ? value.Integer : value.Real) <= 0) return BadWidth(call);
        return new Bound.Scalar("bin", [number, width], BinType(number.Type, value.Kind, literal.Text));
    }

    // bin(price, 0.1) has as many digits as its width, so that 0.3 is not 0.30000000000000004.
    private static FieldType BinType(FieldType number, SqlKind width, string text)
    {
        var isWhole = number.Kind is FieldKind.Int or FieldKind.BigInt;
        if (width == SqlKind.Integer) return isWhole ? FieldType.Int : FieldType.Float;
        var digits = text.Length - 1 - text.IndexOf('.', StringComparison.Ordinal);
        var isPlain = text.All(c => char.IsAsciiDigit(c) || c == '.') && digits is > 0 and <= 9;
        return isPlain ? new FieldType(FieldKind.Decimal) { Scale = digits } : FieldType.Float;
    }

    private Bound BadWidth(Expr.Call call) =>
        _binder.Fail(PlanErrors.Function, "bin needs a width above 0, such as bin(price, 10)", call.Position);

    private Bound Mismatch(Expr.Call call, string wanted, Bound got) => _binder.Fail(
        PlanErrors.Type, $"{call.Name} takes {wanted}, not {ValueText.Describe(got.Type)}", call.Position);
}
