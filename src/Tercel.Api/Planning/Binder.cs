using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>Turns expressions as written into bound ones: looks up names, checks types, places values as
/// parameters.</summary>
/// <remarks>
/// One per request (or per statement of the model); it collects all mistakes in <see cref="Errors"/> and goes on with
/// <see cref="Invalid"/> in the place of what was wrong, so that one answer names them all. Nothing that it returned
/// may be compiled when there are errors. Thread: one.
/// </remarks>
internal sealed class Binder
{
    /// <summary>Stands for an expression that had a mistake.</summary>
    public static readonly Bound Invalid = new Bound.NullValue(FieldType.Text);

    private static readonly ImmutableDictionary<string, Expr.Literal> NoParameters =
        ImmutableDictionary<string, Expr.Literal>.Empty;

    private readonly ImmutableDictionary<string, Expr.Literal> _parameters;
    private readonly PathBinder _paths;
    private readonly LiteralBinder _literals;
    private readonly CompareBinder _compares;
    private readonly FunctionBinder _functions;
    private readonly AggregateBinder _aggregates;
    private string? _parameter;
    private int _nodes;
    private int _depth;
    private int _computedDepth;

    public Binder(ApiLimits limits, DateTimeOffset now, ImmutableDictionary<string, Expr.Literal>? parameters = null)
    {
        Limits = limits;
        Now = now;
        _parameters = parameters ?? NoParameters;
        _paths = new PathBinder(this);
        _literals = new LiteralBinder(this);
        _compares = new CompareBinder(this, _paths, _literals);
        _aggregates = new AggregateBinder(this, _paths);
        _functions = new FunctionBinder(this, _literals, _aggregates);
    }

    public ApiLimits Limits { get; }

    /// <summary>The time of the request.</summary>
    public DateTimeOffset Now { get; }

    public List<Error> Errors { get; } = [];

    /// <summary>Binds a condition; <paramref name="parameter"/> is the query parameter that errors name.</summary>
    public Bound Predicate(Expr expr, BindSite site, string? parameter)
    {
        _parameter = parameter;
        return Condition(expr, site);
    }

    /// <summary>Binds an expression that gives a value.</summary>
    public Bound Value(Expr expr, BindSite site, string? parameter, FieldType? expected = null)
    {
        _parameter = parameter;
        return Bind(expr, site, expected);
    }

    /// <summary>Binds a path that must lead to one value of the row: a sort key, a group, a facet.</summary>
    public Bound Path(FieldPath path, BindSite site, string parameter)
    {
        _parameter = parameter;
        return _paths.Bind(new Expr.Path(path.Segments) { Position = path.Position }, site);
    }

    /// <summary>Places a constant that is read in a special form, such as the text of a search.</summary>
    public Bound Constant(Expr.Literal literal, ValueReading reading, string? parameter)
    {
        _parameter = parameter;
        return _literals.BindRead(literal, reading);
    }

    /// <summary>The value of a field of a source: its column, or its computed expression.</summary>
    public Bound FieldOf(Field field, Scope scope, Source source)
    {
        if (field.Computed is not { } computed) return new Bound.Column(source, field);
        // The model loader refuses cycles, so that this ends; the bound is for our own mistakes.
        Invariant.Holds(_computedDepth < 32);
        var parameter = _parameter;
        _computedDepth++;
        var bound = Bind(computed, new BindSite(scope, source), field.Type);
        _computedDepth--;
        _parameter = parameter;
        if (IsInvalid(bound)) return bound;
        return field.Type is { Kind: FieldKind.Decimal, Scale: not null }
            ? new Bound.Scalar("round", [bound], field.Type)
            : bound with { Type = field.Type };
    }

    /// <summary>True when the query parameter at hand has exactly this name.</summary>
    internal bool IsParameter(string name) => _parameter == name;

    internal static bool IsInvalid(Bound bound) => ReferenceEquals(bound, Invalid);

    internal Bound Condition(Expr expr, BindSite site)
    {
        var bound = Bind(expr, site, FieldType.Bool);
        if (IsInvalid(bound) || bound.Type.Kind == FieldKind.Bool) return bound;
        return Fail(PlanErrors.Type, $"expected a condition, not {ValueText.Describe(bound.Type)}", expr.Position);
    }

    internal Bound Bind(Expr expr, BindSite site, FieldType? expected = null)
    {
        if (!Enter(expr)) return Invalid;
        var bound = expr switch
        {
            Expr.Literal literal => _literals.Bind(literal, expected),
            Expr.Parameter parameter => BindParameter(parameter, expected),
            Expr.Ambient ambient => BindAmbient(ambient, expected),
            Expr.Path path => _paths.Bind(path, site),
            Expr.Compare compare => _compares.Bind(compare, site),
            Expr.And and => All(and.Items, site) is { } items ? new Bound.And(items) : Invalid,
            Expr.Or or => All(or.Items, site) is { } items ? new Bound.Or(items) : Invalid,
            Expr.Not not => Condition(not.Operand, site) is var inner && IsInvalid(inner)
                ? inner : new Bound.Not(inner),
            Expr.Arithmetic arithmetic => ArithmeticBinder.Bind(this, arithmetic, site, expected),
            Expr.Negate negate => ArithmeticBinder.Bind(this, negate, site, expected),
            Expr.Call call => _functions.Bind(call, site, expected),
            _ => Fail(PlanErrors.Type, "a list is only possible after in, nin, between, hasany or hasall",
                expr.Position),
        };
        Leave(expr);
        return bound;
    }

    /// <summary>The literal behind <c>$name</c>; null, and an error, when the request gives none.</summary>
    internal Expr.Literal? ParameterLiteral(Expr.Parameter parameter)
    {
        if (_parameters.TryGetValue(parameter.Name, out var literal)) return literal;
        Fail(QueryErrors.MissingParameter, $"the expression uses ${parameter.Name}, which has no value",
            parameter.Position,
            Suggestion.For(parameter.Name, _parameters.Keys));
        return null;
    }

    internal Bound Fail(ErrorCode code, string detail, int? position, string? suggestion = null)
    {
        Errors.Add(new Error(code, detail)
        {
            Parameter = _parameter, Position = position is 0 ? null : position, Suggestion = suggestion,
        });
        return Invalid;
    }

    private ImmutableArray<Bound>? All(ImmutableArray<Expr> items, BindSite site)
    {
        var bound = ImmutableArray.CreateBuilder<Bound>(items.Length);
        foreach (var item in items) bound.Add(Condition(item, site));
        return bound.Any(IsInvalid) ? null : bound.MoveToImmutable();
    }

    private Bound BindParameter(Expr.Parameter parameter, FieldType? expected) =>
        ParameterLiteral(parameter) is { } literal ? _literals.Bind(literal, expected) : Invalid;

    private Bound BindAmbient(Expr.Ambient ambient, FieldType? expected)
    {
        if (ambient.Name == "now")
        {
            var type = expected is { IsTime: true } ? expected : FieldType.DateTime;
            return new Bound.Value(new ValueOrigin.Now(type, TimeSpan.Zero), type);
        }

        return Fail(PlanErrors.NotSupported, $"@{ambient.Name} is not supported here", ambient.Position);
    }

    private bool Enter(Expr expr)
    {
        if (_computedDepth > 0) return true;
        if (expr is Expr.Compare or Expr.Call or Expr.Arithmetic) _nodes++;
        if (_nodes > Limits.NodesMax)
        {
            if (_nodes == Limits.NodesMax + 1)
                Fail(QueryErrors.TooComplex, $"more than {Limits.NodesMax} conditions (query.nodes_max)", null);
            return false;
        }

        if (!Nests(expr)) return true;
        if (++_depth <= Limits.DepthMax) return true;
        _depth--;
        Fail(QueryErrors.TooDeep, $"nested deeper than {Limits.DepthMax} levels (query.depth_max)", expr.Position);
        return false;
    }

    private void Leave(Expr expr)
    {
        if (_computedDepth == 0 && Nests(expr)) _depth--;
    }

    private static bool Nests(Expr expr) =>
        expr is Expr.And or Expr.Or or Expr.Not or Expr.Call or Expr.Arithmetic or Expr.Negate;
}
