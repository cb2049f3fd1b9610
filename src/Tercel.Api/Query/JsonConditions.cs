using System.Collections.Immutable;
using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads <c>{"or": [{"status": "paid"}, {"total": {"gte": 100}}]}</c> into an expression.</summary>
/// <remarks>
/// A key is a field as in a URL filter (dotted, with an operator at its end if wanted); its value is a value, a list
/// (any of), null, or an object of operators. <c>and</c>, <c>or</c> and <c>not</c> combine. Depth and nodes have the
/// limits of expressions.
/// </remarks>
internal sealed class JsonConditions(JsonMistakes mistakes, ExpressionLimits limits)
{
    private const string And = "and";
    private const string Or = "or";
    private const string Not = "not";

    private readonly JsonMistakes _mistakes = mistakes;
    private readonly ExpressionLimits _limits = limits;
    private int _nodes;
    private bool _isTooComplex;

    /// <summary>The condition; null for an empty object, or after a mistake.</summary>
    public Expr? Read(JsonElement json, JsonPlace place) => ReadObject(json, place, depth: 1);

    private Expr? ReadObject(JsonElement json, JsonPlace place, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            _mistakes.Expected("an object of conditions", json, place);
            return null;
        }

        if (depth > _limits.DepthMax)
        {
            _mistakes.Add(QueryErrors.TooDeep, place, $"nested more than {_limits.DepthMax} levels deep");
            return null;
        }

        var items = ImmutableArray.CreateBuilder<Expr>();
        foreach (var member in _mistakes.Members(json, place))
        {
            var at = place.Key(member.Name);
            var item = member.Name switch
            {
                And or Or => ReadList(member.Name, member.Value, at, depth),
                Not => Negate(ReadRequired(member.Value, at, depth + 1)),
                _ => ReadField(member.Name, member.Value, at, depth),
            };
            if (item is not null) items.Add(item);
            if (_nodes > _limits.NodesMax) return null;
        }

        return All(items);
    }

    private Expr? ReadRequired(JsonElement json, JsonPlace place, int depth)
    {
        var errors = _mistakes.Count;
        var condition = ReadObject(json, place, depth);
        if (condition is null && _mistakes.Count == errors)
            _mistakes.Add(QueryErrors.InvalidValue, place, "expected a condition, found an empty object");
        return condition;
    }

    private Expr? ReadList(string name, JsonElement json, JsonPlace place, int depth)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0)
        {
            _mistakes.Expected("a list of conditions", json, place);
            return null;
        }

        var items = ImmutableArray.CreateBuilder<Expr>();
        foreach (var item in json.EnumerateArray())
        {
            if (ReadRequired(item, place.Index(items.Count), depth + 1) is not { } condition) return null;
            items.Add(condition);
        }

        if (items.Count == 1) return items[0];
        return Count(name == And ? new Expr.And(items.ToImmutable()) : new Expr.Or(items.ToImmutable()), place);
    }

    private Expr? ReadField(string name, JsonElement json, JsonPlace place, int depth)
    {
        if (!FilterKey.Read(name).TryGet(out var key, out var errors))
        {
            foreach (var error in errors) _mistakes.Add(error, place);
            return null;
        }

        var path = new Expr.Path(key.Path);
        var condition = json.ValueKind == JsonValueKind.Object && key.Operator == Operator.Eq
            ? ReadOperators(path, json, place, depth)
            : ReadOperator(key.Operator, path, json, place, depth);
        return key.Negated ? Negate(condition) : condition;
    }

    private Expr? ReadOperators(Expr.Path path, JsonElement json, JsonPlace place, int depth)
    {
        var items = ImmutableArray.CreateBuilder<Expr>();
        var any = false;
        foreach (var member in _mistakes.Members(json, place))
        {
            any = true;
            var at = place.Key(member.Name);
            if (ReadNamed(path, member, at, depth) is { } item) items.Add(item);
        }

        if (!any) _mistakes.Expected("an operator such as {\"gte\": 1}", json, place);
        return All(items);
    }

    private Expr? ReadNamed(Expr.Path path, JsonProperty member, JsonPlace place, int depth)
    {
        if (member.Name == Not)
        {
            if (depth < _limits.DepthMax)
            {
                return Negate(member.Value.ValueKind == JsonValueKind.Object
                    ? ReadOperators(path, member.Value, place, depth + 1)
                    : ReadOperator(Operator.Eq, path, member.Value, place, depth));
            }

            _mistakes.Add(QueryErrors.TooDeep, place, $"nested more than {_limits.DepthMax} levels deep");
            return null;
        }

        if (Operators.TryParse(member.Name, out var op)) return ReadOperator(op, path, member.Value, place, depth);
        _mistakes.Add(QueryErrors.UnknownOperator, place,
            $"no operator '{Shortened.Text(member.Name)}'; a related field takes a dot, as in \"customer.name\"",
            Suggestion.For(member.Name, Operators.Names));
        return null;
    }

    private Expr? ReadOperator(Operator op, Expr.Path path, JsonElement json, JsonPlace place, int depth)
    {
        switch (op)
        {
            case Operator.Null: return IsNull(path, _mistakes.Flag(json, place), place);
            case Operator.Exists: return Exists(path, json, place, depth);
            case Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall:
                return Listed(op, path, json, place);
            case Operator.Between: return Between(path, json, place);
            case Operator.Eq when json.ValueKind == JsonValueKind.Array: return Listed(Operator.In, path, json, place);
            case Operator.Eq or Operator.Ne when json.ValueKind == JsonValueKind.Null:
                return IsNull(path, op == Operator.Eq, place);
            default:
                return Scalar(json, place) is { } value ? Compare(op, path, value, place) : null;
        }
    }

    private Expr? IsNull(Expr.Path path, bool? isNull, JsonPlace place) => isNull switch
    {
        true => Compare(Operator.Null, path, new Expr.Literal(LiteralKind.True, "true"), place),
        false => Compare(Operator.Null, path, new Expr.Literal(LiteralKind.False, "false"), place),
        null => null,
    };

    private Expr? Exists(Expr.Path path, JsonElement json, JsonPlace place, int depth)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            var condition = ReadRequired(json, place, depth + 1);
            return condition is null ? null : Count(new Expr.Call("exists", [path, condition]), place);
        }

        var exists = Count(new Expr.Call("exists", [path]), place);
        return _mistakes.Flag(json, place) switch
        {
            true => exists,
            false => Negate(exists),
            null => null,
        };
    }

    private Expr? Between(Expr.Path path, JsonElement json, JsonPlace place)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2)
            return Listed(Operator.Between, path, json, place);
        _mistakes.Expected("a list of two values", json, place);
        return null;
    }

    private Expr? Listed(Operator op, Expr.Path path, JsonElement json, JsonPlace place)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            _mistakes.Expected("a list of values", json, place);
            return null;
        }

        if (json.GetArrayLength() > _limits.ListItemsMax)
        {
            _mistakes.Add(QueryErrors.TooManyValues, place, $"more than {_limits.ListItemsMax} values");
            return null;
        }

        var items = ImmutableArray.CreateBuilder<Expr>();
        foreach (var item in json.EnumerateArray())
        {
            if (Scalar(item, place.Index(items.Count)) is not { } value) return null;
            items.Add(value);
        }

        return Compare(op, path, new Expr.List(items.ToImmutable()), place);
    }

    private Expr.Literal? Scalar(JsonElement json, JsonPlace place)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: return new Expr.Literal(LiteralKind.Text, json.GetString() ?? "");
            case JsonValueKind.Number: return new Expr.Literal(LiteralKind.Number, json.GetRawText());
            case JsonValueKind.True: return new Expr.Literal(LiteralKind.True, "true");
            case JsonValueKind.False: return new Expr.Literal(LiteralKind.False, "false");
            default:
                _mistakes.Expected("text, a number, true or false", json, place);
                return null;
        }
    }

    private Expr? Compare(Operator op, Expr.Path path, Expr value, JsonPlace place)
    {
        _nodes += 2;
        return Count(new Expr.Compare(op, path, value), place);
    }

    private static Expr.Not? Negate(Expr? operand) => operand is null ? null : new Expr.Not(operand);

    private static Expr? All(ImmutableArray<Expr>.Builder items) => items.Count switch
    {
        0 => null,
        1 => items[0],
        _ => new Expr.And(items.ToImmutable()),
    };

    // The mistake is noted once, when the limit is crossed.
    private Expr? Count(Expr node, JsonPlace place)
    {
        _nodes++;
        if (_nodes <= _limits.NodesMax || _isTooComplex) return node;
        _isTooComplex = true;
        _mistakes.Add(QueryErrors.TooComplex, place, $"more than {_limits.NodesMax} operators, names and values");
        return node;
    }
}
