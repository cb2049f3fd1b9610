using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>The names of a grouped query: those of its columns, and what they stand for in <c>having</c>.</summary>
internal sealed class GroupNames(Binder binder, Entity entity)
{
    private readonly Binder _binder = binder;
    private readonly Entity _entity = entity;
    private readonly Dictionary<string, Bound> _values = new(StringComparer.Ordinal);

    // Canonical text of a group's expression -> its name, so that having may repeat the expression.
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Bound> Values => _values;

    /// <summary>The name of a column without an alias: <c>status</c>, <c>customer.country</c>, <c>sum_total</c>,
    /// <c>month_created_at</c>, <c>count_distinct_customer_id</c>.</summary>
    public static string NameOf(Expr expression)
    {
        if (expression is Expr.Path path) return string.Join('.', path.Segments);
        var words = new List<string>();
        AddWords(expression, words);
        return words.Count == 0 ? "value" : string.Join('_', words);
    }

    private static void AddWords(Expr expression, List<string> words)
    {
        switch (expression)
        {
            case Expr.Path path: words.AddRange(path.Segments); break;
            case Expr.Arithmetic sum:
                AddWords(sum.Left, words);
                AddWords(sum.Right, words);
                break;
            case Expr.Negate negate: AddWords(negate.Operand, words); break;
            case Expr.Call call:
                words.Add(call.Distinct ? call.Name + "_distinct" : call.Name);
                foreach (var argument in call.Arguments) AddWords(argument, words);
                break;
            case Expr.Compare compare:
                AddWords(compare.Left, words);
                AddWords(compare.Right, words);
                break;
        }
    }

    /// <summary>Takes a name for a column; an error when it is taken already.</summary>
    public void Add(string name, Bound value, Expr? group, string parameter)
    {
        if (group is not null) _groups.TryAdd(ExpressionPrinter.Print(group), name);
        if (_values.TryAdd(name, value)) return;
        _binder.Errors.Add(new Error(QueryErrors.Duplicate, $"two columns are named '{name}': name one with 'as'")
        {
            Parameter = parameter,
        });
    }

    /// <summary>The column that a sort key means: its name, or the group's field behind an alias.</summary>
    public string? Find(FieldPath path)
    {
        var name = path.ToString();
        if (_values.ContainsKey(name)) return name;
        return _groups.GetValueOrDefault(ExpressionPrinter.PrintPath(path.Segments));
    }

    /// <summary>Rewrites <c>having</c> so that each name and each repeated group expression is one alias, and
    /// refuses fields of single rows, for a group has many.</summary>
    public Expr Resolve(Expr having) => having switch
    {
        Expr.Path path => ResolvePath(path),
        Expr.Call call => ResolveCall(call),
        Expr.Compare compare => compare with { Left = Resolve(compare.Left), Right = Resolve(compare.Right) },
        Expr.List list => list with { Items = ResolveAll(list.Items) },
        Expr.And and => and with { Items = ResolveAll(and.Items) },
        Expr.Or or => or with { Items = ResolveAll(or.Items) },
        Expr.Not not => not with { Operand = Resolve(not.Operand) },
        Expr.Arithmetic sum => sum with { Left = Resolve(sum.Left), Right = Resolve(sum.Right) },
        Expr.Negate negate => negate with { Operand = Resolve(negate.Operand) },
        _ => having,
    };

    private ImmutableArray<Expr> ResolveAll(ImmutableArray<Expr> items) => [.. items.Select(Resolve)];

    private Expr ResolvePath(Expr.Path path)
    {
        if (Find(new FieldPath(path.Segments)) is { } name) return path with { Segments = [name] };
        if (path.Segments is ["count"]) return new Expr.Call("count", []) { Position = path.Position };
        Refuse(string.Join('.', path.Segments), path.Position, "having");
        return path;
    }

    private Expr ResolveCall(Expr.Call call)
    {
        if (Functions.IsAggregate(call.Name)) return call;
        if (_groups.TryGetValue(ExpressionPrinter.Print(call), out var name))
            return new Expr.Path([name]) { Position = call.Position };
        if (call.Name != "exists") return call with { Arguments = ResolveAll(call.Arguments) };
        _binder.Errors.Add(new Error(PlanErrors.Function, "exists tests single rows: use it in where")
        {
            Parameter = "having", Position = call.Position == 0 ? null : call.Position,
        });
        return call;
    }

    /// <summary>Says that a name is no column of the groups.</summary>
    public void Refuse(string name, int position, string parameter)
    {
        var known = string.Join(", ", _values.Keys);
        var isField = _entity.Field(name) is { IsVisible: true };
        var detail = isField
            ? $"{name} is neither a group nor an aggregate; the columns are {known}"
            : $"no column '{name}' in the groups; the columns are {known}";
        _binder.Errors.Add(new Error(QueryErrors.UnknownField, detail)
        {
            Parameter = parameter, Position = position == 0 ? null : position,
            Suggestion = Suggestion.For(name, _values.Keys),
        });
    }
}
