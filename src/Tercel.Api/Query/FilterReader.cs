using System.Collections.Immutable;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Collects <c>field.op=value</c> pairs; repeated equality of one field becomes a single "any of".</summary>
internal sealed class FilterReader(QueryLimits limits)
{
    private readonly QueryLimits _limits = limits;
    private readonly List<Draft> _drafts = [];
    private readonly Dictionary<string, Draft> _equalities = new(StringComparer.Ordinal);

    /// <summary>Adds one pair; the mistake when it has one.</summary>
    public Error? Add(string name, string value, int slot)
    {
        if (!FilterKey.Read(name).TryGet(out var key, out var errors)) return errors[0];
        if (key is { Operator: Operator.Eq, Negated: false }) return AddEquality(name, key, value, slot);
        var condition = Condition(key, value, slot, name, out var error);
        if (condition is null) return error;
        return Add(new Draft(name, key.Negated ? new Expr.Not(condition) : condition, key));
    }

    public ImmutableArray<Filter> Build() => [.. _drafts.Select(draft => draft.Build())];

    private Error? AddEquality(string name, FilterKey key, string value, int slot)
    {
        var id = string.Join('\0', key.Path);
        var literal = new Expr.Literal(LiteralKind.Raw, value, slot);
        if (!_equalities.TryGetValue(id, out var draft))
        {
            draft = new Draft(name, null, key);
            _equalities.Add(id, draft);
            if (Add(draft) is { } error) return error;
        }

        draft.Values.Add(literal);
        if (draft.Values.Count <= _limits.Expression.ListItemsMax) return null;
        return TooManyValues(name);
    }

    private Error? Add(Draft draft)
    {
        _drafts.Add(draft);
        if (_drafts.Count <= _limits.Expression.NodesMax) return null;
        return new Error(QueryErrors.TooComplex, $"more than {_limits.Expression.NodesMax} filters")
        {
            Parameter = draft.Parameter,
        };
    }

    private Expr? Condition(FilterKey key, string value, int slot, string name, out Error? error)
    {
        error = null;
        var path = new Expr.Path(key.Path);
        switch (key.Operator)
        {
            case Operator.Null or Operator.Exists:
                return Flag(key.Operator, path, value, name, out error);
            case Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall:
                error = CheckList(value, name);
                return error is null ? Compare(key.Operator, path, value, slot) : null;
            case Operator.Between:
                return Between(path, value, slot, name, out error);
            default:
                return Compare(key.Operator, path, value, slot);
        }
    }

    private static Expr.Compare Compare(Operator op, Expr path, string value, int slot) =>
        new(op, path, new Expr.Literal(LiteralKind.Raw, value, slot));

    private static Expr? Flag(Operator op, Expr path, string value, string name, out Error? error)
    {
        error = null;
        if (value is not ("true" or "false"))
        {
            error = new Error(QueryErrors.InvalidValue, $"expected true or false, not '{Shortened.Text(value)}'")
            {
                Parameter = name,
            };
            return null;
        }

        var yes = value == "true";
        if (op == Operator.Null)
        {
            var literal = new Expr.Literal(yes ? LiteralKind.True : LiteralKind.False, value);
            return new Expr.Compare(Operator.Null, path, literal);
        }

        var exists = new Expr.Call("exists", [path]);
        return yes ? exists : new Expr.Not(exists);
    }

    private Expr.Compare? Between(Expr path, string value, int slot, string name, out Error? error)
    {
        error = CheckList(value, name);
        if (error is not null) return null;
        if (ValueList.Split(value) is not [var low, var high])
        {
            error = new Error(QueryErrors.InvalidValue, "expected two values, low,high") { Parameter = name };
            return null;
        }

        var bounds = new Expr.List([
            new Expr.Literal(LiteralKind.Raw, low, slot),
            new Expr.Literal(LiteralKind.Raw, high, slot),
        ]);
        return new Expr.Compare(Operator.Between, path, bounds);
    }

    private Error? CheckList(string value, string name)
    {
        var count = ValueList.Count(value);
        if (count < 0)
        {
            return new Error(QueryErrors.Syntax, "a value in quotes must be closed and followed by a comma or the end")
            {
                Parameter = name,
            };
        }

        return count <= _limits.Expression.ListItemsMax ? null : TooManyValues(name);
    }

    private Error TooManyValues(string name) =>
        new(QueryErrors.TooManyValues, $"more than {_limits.Expression.ListItemsMax} values") { Parameter = name };

    private sealed class Draft(string parameter, Expr? condition, FilterKey key)
    {
        private readonly Expr? _condition = condition;
        private readonly FilterKey _key = key;

        public string Parameter { get; } = parameter;

        public List<Expr> Values { get; } = [];

        public Filter Build() => new(Parameter, _condition ?? Equality());

        private Expr.Compare Equality() => Values is [var only]
            ? new Expr.Compare(Operator.Eq, new Expr.Path(_key.Path), only)
            : new Expr.Compare(Operator.In, new Expr.Path(_key.Path), new Expr.List([.. Values]));
    }
}
